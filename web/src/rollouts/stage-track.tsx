// The stages as a track: behind, here, ahead. The current one fills with the time it has been watched.
import { IconCheck } from '@tabler/icons-react';
import { formatDuration } from '../ui/format.ts';
import { Time } from '../ui/time.tsx';
import styles from './rollout.module.css';
import type { Rollout } from '../api/rollouts.ts';

type Stage = Rollout['stages'][number];

const UNDONE = new Set<Rollout['state']>(['rolling_back', 'rolled_back']);

/** How much of the current stage's watching time has passed, 0 to 1. */
function filled(stage: Stage, rollout: Rollout): number {
  if (stage.status === 'done') return 1;
  if (stage.status === 'ahead' || rollout.state === 'draft') return 0;
  if (rollout.min_bake_seconds <= 0) return 1;
  return Math.min(1, rollout.observed_bake_seconds / rollout.min_bake_seconds);
}

function look(stage: Stage, rollout: Rollout): string {
  if (stage.status !== 'current') return styles[stage.status] ?? '';
  if (UNDONE.has(rollout.state)) return styles['undone'] ?? '';
  return (rollout.state === 'holding' ? styles['paused'] : styles['current']) ?? '';
}

export function StageTrack({ rollout }: { rollout: Rollout }) {
  return (
    <ol className={styles.track} aria-label="Stages">
      {rollout.stages.map((stage) => (
        <li
          key={stage.index}
          className={`${styles.stage} ${look(stage, rollout)}`}
          aria-current={stage.status === 'current' ? 'step' : undefined}
        >
          <div className={styles.stageBar}>
            <div
              className={styles.stageFill}
              style={{ width: `${filled(stage, rollout) * 100}%` }}
            />
          </div>
          <span className={styles.stageName}>
            {stage.status === 'done' && <IconCheck size={14} stroke={2.4} aria-label="Done" />}
            {stage.name}
          </span>
          <span className={styles.stageTime}>
            <StageTime stage={stage} rollout={rollout} />
          </span>
        </li>
      ))}
    </ol>
  );
}

function StageTime({ stage, rollout }: { stage: Stage; rollout: Rollout }) {
  if (stage.status === 'done' && stage.exited_at) return <Time at={stage.exited_at} />;
  const planned = formatDuration(stage.min_bake_seconds);
  if (stage.status === 'current' && rollout.state !== 'draft') {
    return `${formatDuration(rollout.observed_bake_seconds)} of ${planned} watched`;
  }
  return stage.min_bake_seconds > 0 ? `at least ${planned}` : 'no watching time';
}
