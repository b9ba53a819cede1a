// The looks of the running stage: asked for once, then each new look is added as the live page gets it.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type Rollout, type Series, seriesQuery } from '../api/rollouts.ts';
import type { Scope } from '../api/session.ts';
import { withLook } from './looks.ts';

export function useSeries(rollout: Rollout, scope: Scope) {
  const queryClient = useQueryClient();
  const { evaluation } = rollout;
  const query = seriesQuery(scope, rollout);
  const answer = useQuery({ ...query, enabled: evaluation !== null });
  const { data } = answer;
  const key = JSON.stringify(query.queryKey);
  useEffect(() => {
    if (!data || !evaluation) return;
    const next = withLook(data, evaluation);
    if (next !== data)
      queryClient.setQueryData<Series>(JSON.parse(key) as typeof query.queryKey, next);
  }, [data, evaluation, key, queryClient]);
  return answer;
}
