// Rollback drills of a rollout's flag, and the order to run one.
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

export type Drill = ResponseOf<'rollouts.drills'>['results'][number];

const requestOf = (scope: Scope, rolloutId: string) => ({
  params: { ...scope.params, rollout_id: rolloutId },
  query: scope.query,
});

/** The last twenty, newest first. */
export const drillsQuery = (scope: Scope, rolloutId: string) =>
  queryOptions({
    queryKey: ['drills', scope.project.id, rolloutId],
    queryFn: ({ signal }) => call('rollouts.drills', { ...requestOf(scope, rolloutId), signal }),
  });

/** Takes some seconds at most. */
export function useDrill(scope: Scope, rolloutId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => call('rollouts.drill', requestOf(scope, rolloutId)),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['drills'] });
      void queryClient.invalidateQueries({ queryKey: ['checklist'] });
    },
  });
}
