// Rollouts under way: where each stands, what comes next in one sentence, and the worst of its guardrails.
import { Link } from '@tanstack/react-router';
import type { RolloutSummary } from '../api/rollouts.ts';
import { formatPercent } from '../ui/format.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { BandIcon } from './band-icon.tsx';
import { bandWords, stateLabel, stateWords } from './rollout-words.ts';
import styles from './running-rollouts.module.css';
import { Ticking } from './ticking.tsx';

export function RunningRollouts({ rollouts }: { rollouts: readonly RolloutSummary[] }) {
  return (
    <ul className={styles.list} aria-label="Rollouts under way">
      {rollouts.map((rollout) => (
        <RunningRollout key={rollout.id} rollout={rollout} />
      ))}
    </ul>
  );
}

function RunningRollout({ rollout }: { rollout: RolloutSummary }) {
  const { id, flag_key: key, band, next, percent } = rollout;
  const { tone, isLive } = stateWords(rollout.state);
  return (
    <li className={styles.one}>
      <div className={styles.head}>
        <Link to="/rollouts/$rolloutId" params={{ rolloutId: id }} className={styles.flag}>
          {key}
        </Link>
        <StatusBadge tone={tone} live={isLive ?? false}>
          {stateLabel(rollout)}
        </StatusBadge>
        {band && (
          <span className={styles.band} data-tone={bandWords(band).tone}>
            <BandIcon band={band} /> {bandWords(band).label}
          </span>
        )}
      </div>
      <p className={styles.sentence}>
        <Ticking {...next} />
      </p>
      <div className={styles.stages}>
        <SmallTrack rollout={rollout} />
        <span>
          {formatPercent(percent)} {percent === 100 ? 'have it' : 'of everyone'}
        </span>
      </div>
    </li>
  );
}

/** The stages as a line of parts; what they are is said beside it. */
function SmallTrack({ rollout }: { rollout: RolloutSummary }) {
  const { stages, stage_index: index, stage_name: name, stage_count: count, state } = rollout;
  const isWaiting = state === 'holding' || state === 'awaiting_approval';
  return (
    <>
      <span className={styles.track} aria-hidden>
        {stages.map((stage) => (
          <span
            key={stage.index}
            className={styles.part}
            data-status={stage.status === 'current' && isWaiting ? 'waiting' : stage.status}
          />
        ))}
      </span>
      <span>
        {name}, stage {index + 1} of {count}
      </span>
    </>
  );
}
