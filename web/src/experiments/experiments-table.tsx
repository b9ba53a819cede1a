// Experiments in a table: state, flag, what the first goal did, days.
import { Link } from '@tanstack/react-router';
import type { Experiment } from '../api/experiments.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { formatNumber } from '../ui/format.ts';
import { ExperimentStatus } from './experiment-status.tsx';
import { daysOf, intervalText, liftText, outcomeOf, parametersOf } from './experiment-words.ts';
import styles from './experiments.module.css';

const COLUMNS: readonly Column<Experiment>[] = [
  {
    title: 'Experiment',
    lead: true,
    cell: ({ id, name, feature_flag_key: flagKey }) => (
      <div className={styles.name}>
        <Link
          to="/experiments/$experimentId"
          params={{ experimentId: String(id) }}
          className={styles.link}
        >
          {name}
        </Link>
        <code className={styles.dim}>{flagKey}</code>
      </div>
    ),
  },
  {
    title: 'Status',
    shrink: true,
    cell: (experiment) => <ExperimentStatus experiment={experiment} />,
  },
  {
    title: 'First goal',
    nameNarrow: true,
    cell: ({ last_look: look }) => {
      if (!look || look.lift === null) return <span className={styles.dim}>–</span>;
      const outcome = outcomeOf({ ...look, difference: null }, look.goal);
      return (
        <div className={styles.name}>
          <span className={outcome === 'none' ? '' : styles[outcome]}>
            {liftText(look.lift)}
            {outcome === 'none' ? '' : outcome === 'good' ? ' better' : ' worse'}
          </span>
          <span className={styles.dim}>{intervalText(look.interval)}</span>
        </div>
      );
    },
  },
  {
    title: 'People',
    nameNarrow: true,
    shrink: true,
    align: 'end',
    cell: ({ last_look: look }) => (look ? formatNumber(look.people) : '–'),
  },
  {
    title: 'Days',
    nameNarrow: true,
    shrink: true,
    align: 'end',
    cell: (experiment) => {
      const days = daysOf(experiment, Date.now());
      const planned = parametersOf(experiment).recommended_running_time;
      if (days === null) return planned === undefined ? '–' : `${Math.ceil(planned)} planned`;
      const so = Math.floor(days);
      return planned === undefined ? so : `${so} of ${Math.ceil(planned)}`;
    },
  },
];

export function ExperimentsTable({ experiments }: { experiments: readonly Experiment[] }) {
  return (
    <DataTable label="Experiments" columns={COLUMNS} rows={experiments} rowKey={({ id }) => id} />
  );
}
