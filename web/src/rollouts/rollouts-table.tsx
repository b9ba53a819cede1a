// Rollouts in a table: state, stage, reach, when.
import { Link } from '@tanstack/react-router';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { formatPercent } from '../ui/format.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Time } from '../ui/time.tsx';
import styles from './rollout.module.css';
import { stateLabel, stateWords } from './rollout-words.ts';
import type { RolloutSummary } from '../api/rollouts.ts';

function stageWords({
  state,
  stage_index: index,
  stage_count: count,
  stage_name: name,
}: RolloutSummary) {
  return state === 'draft' ? `${count} stages` : `${name} (stage ${index + 1} of ${count})`;
}

/** What happened to it last, or when it begins. */
function whenOf(rollout: RolloutSummary): string {
  const { state, next, finished_at: over, started_at: begun, created_at: made } = rollout;
  return (state === 'scheduled' ? next.at : null) ?? over ?? begun ?? made;
}

const COLUMNS: readonly Column<RolloutSummary>[] = [
  {
    title: 'Flag',
    lead: true,
    cell: ({ id, flag_key: flagKey }) => (
      <Link
        to="/rollouts/$rolloutId"
        params={{ rolloutId: id }}
        style={{ fontFamily: 'var(--mantine-font-family-monospace)', fontWeight: 560 }}
      >
        {flagKey}
      </Link>
    ),
  },
  {
    title: 'State',
    cell: (rollout) => {
      const { tone, isLive } = stateWords(rollout.state);
      return (
        <StatusBadge tone={tone} live={isLive ?? false}>
          {stateLabel(rollout)}
        </StatusBadge>
      );
    },
  },
  { title: 'Stage', cell: stageWords },
  {
    title: 'Has it',
    nameNarrow: true,
    shrink: true,
    align: 'end',
    cell: ({ percent }) => formatPercent(percent),
  },
  {
    title: 'When',
    shrink: true,
    align: 'end',
    cell: (rollout) => (
      <span className={styles.dim}>
        {rollout.state === 'scheduled' && 'starts '}
        <Time at={whenOf(rollout)} />
      </span>
    ),
  },
];

export function RolloutsTable({ rollouts }: { rollouts: readonly RolloutSummary[] }) {
  return <DataTable label="Rollouts" columns={COLUMNS} rows={rollouts} rowKey={({ id }) => id} />;
}
