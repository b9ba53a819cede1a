// Where the rollout of a flag stood at a moment of a recording.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { rolloutQuery, rolloutsQuery } from '../api/rollouts.ts';
import type { Scope } from '../api/session.ts';
import { formatPercent } from '../ui/format.ts';
import styles from './replay.module.css';
import { rolloutAt, stageAt } from './stage-at.ts';

type StageLinkProps = {
  readonly scope: Scope;
  readonly flagKey: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
};

/** To the rollout that was going on, with its stage; to those of the flag where none was. */
export function StageLink({ scope, flagKey, atMs }: StageLinkProps) {
  // Of all flags at once: a session has the values of dozens.
  const { data } = useQuery(rolloutsQuery(scope));
  const rollout = rolloutAt(data?.results ?? [], flagKey, atMs);
  if (rollout) return <Stage scope={scope} rolloutId={rollout.id} atMs={atMs} />;
  return (
    <Link
      to="/feature-flags/$flagId"
      params={{ flagId: flagKey }}
      search={{ tab: 'rollout' }}
      className={styles.flagLink}
      aria-label={`Rollouts of ${flagKey}`}
    >
      Rollouts
    </Link>
  );
}

type StageProps = { readonly scope: Scope; readonly rolloutId: string; readonly atMs: number };

function Stage({ scope, rolloutId, atMs }: StageProps) {
  const { data } = useQuery(rolloutQuery(scope, rolloutId));
  const stage = data && stageAt(data.stages, atMs);
  return (
    <Link to="/rollouts/$rolloutId" params={{ rolloutId }} className={styles.flagLink}>
      {stage ? `Rollout: ${stage.name}, ${formatPercent(stage.percent)}` : 'Rollout'}
    </Link>
  );
}
