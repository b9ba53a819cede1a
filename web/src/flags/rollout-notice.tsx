// Says that a rollout moves this flag, before somebody changes it by hand.
import { Alert } from '@mantine/core';
import { IconRoute } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type RolloutSummary, rolloutsQuery } from '../api/rollouts.ts';
import type { FlagPartProps } from './flag-part.ts';

/** The rollout that moves this flag right now, if any. */
function useRunningRollout({ flag, scope }: FlagPartProps): RolloutSummary | undefined {
  const { data } = useQuery(rolloutsQuery(scope, flag.key));
  return data?.results.find(
    ({ state, finished_at: finishedAt }) => state !== 'draft' && finishedAt === null,
  );
}

export function RolloutNotice({ flag, scope }: FlagPartProps) {
  const running = useRunningRollout({ flag, scope });
  if (!running) return null;
  return (
    <Alert color="info" icon={<IconRoute size={18} />} title="A rollout moves this flag">
      If you change who gets it here, the rollout pauses and asks what to do.{' '}
      <Link to="/rollouts/$rolloutId" params={{ rolloutId: running.id }}>
        See the rollout
      </Link>
    </Alert>
  );
}
