// Recordings as rows. What leads to them (a list, a person, a guardrail) decides which.
import { Link } from '@tanstack/react-router';
import type { Recording } from '../api/recordings.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { formatDuration, formatNumber } from '../ui/format.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Time } from '../ui/time.tsx';
import { troublesOf, whoOf } from './recording-words.ts';
import styles from './replay.module.css';
import { shortUrl } from './url-words.ts';

const COLUMNS: readonly Column<Recording>[] = [
  {
    title: 'Who',
    lead: true,
    cell: (recording) => (
      <span className={styles.who}>
        <Link
          to="/replay/$sessionId"
          params={{ sessionId: recording.id }}
          className={styles.whoLink}
          data-viewed={recording.viewed}
        >
          {whoOf(recording)}
        </Link>
        <span className={styles.startUrl}>{shortUrl(recording.start_url ?? '')}</span>
      </span>
    ),
  },
  {
    title: 'Activity',
    hideNarrow: true,
    shrink: true,
    cell: ({ activity }) => <Sparkline activity={activity} />,
  },
  {
    title: 'Trouble',
    ownLineNarrow: true,
    cell: (recording) => (
      <span className={styles.troubles}>
        {troublesOf(recording).map(({ label, count }) => (
          <span key={label}>
            <strong>{formatNumber(count)}</strong> {label}
          </span>
        ))}
      </span>
    ),
  },
  {
    title: 'Length',
    nameNarrow: true,
    shrink: true,
    align: 'end',
    cell: ({ recording_duration: seconds, active_seconds: active }) => (
      <span title={`${formatDuration(active)} active`}>{formatDuration(seconds)}</span>
    ),
  },
  {
    title: 'State',
    shrink: true,
    cell: ({ ongoing, viewed }) => {
      if (ongoing) {
        return (
          <StatusBadge tone="info" live>
            Under way
          </StatusBadge>
        );
      }
      return viewed ? <span className={styles.dim}>Watched</span> : null;
    },
  },
  {
    title: 'When',
    shrink: true,
    align: 'end',
    cell: ({ start_time: at }) => (
      <span className={styles.dim}>
        <Time at={at} />
      </span>
    ),
  },
];

export function RecordingsTable({ rows }: { rows: readonly Recording[] }) {
  return <DataTable label="Recordings" columns={COLUMNS} rows={rows} rowKey={({ id }) => id} />;
}

const SPARK_HEIGHT = 18;

function Sparkline({ activity }: Pick<Recording, 'activity'>) {
  const most = Math.max(1, ...activity);
  return (
    <svg
      className={styles.spark}
      viewBox={`0 0 ${activity.length} ${SPARK_HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden
    >
      {activity.map((count, index) =>
        count > 0 ? (
          // Stretches of time have no other name than their place.
          <rect
            key={index}
            x={index}
            width={1}
            y={SPARK_HEIGHT - (count / most) * SPARK_HEIGHT}
            height={(count / most) * SPARK_HEIGHT}
          />
        ) : null,
      )}
    </svg>
  );
}
