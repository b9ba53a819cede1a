// Recordings as rows. What leads to them (a list, a person, a guardrail) decides which.
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { ListedRecording, Recording } from '../api/recordings.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { formatDuration, formatNumber } from '../ui/format.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Time } from '../ui/time.tsx';
import { openingAt, type RecordingFilter } from './filter.ts';
import { Matches } from './matches.tsx';
import { troublesOf, whoOf } from './recording-words.ts';
import styles from './replay.module.css';
import { shortUrl } from './url-words.ts';

type Listing = {
  readonly filter: RecordingFilter;
  /** The filter in addresses. */
  readonly text: string | undefined;
};

const columnsOf = ({ filter, text }: Listing): readonly Column<ListedRecording>[] => [
  {
    title: 'Who',
    lead: true,
    cell: (recording) => (
      <span className={styles.who}>
        <Link
          to="/replay/$sessionId"
          params={{ sessionId: recording.id }}
          search={{ filter: text, t: startOf(recording) }}
          className={styles.whoLink}
          data-viewed={recording.viewed}
        >
          {whoOf(recording)}
        </Link>
        <span className={styles.startUrl}>{shortUrl(recording.start_url ?? '')}</span>
        <Matches recording={recording} filter={filter} text={text} />
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

/** Where the first of what was asked for happened; undefined: at the start. */
function startOf({ matches }: ListedRecording): string | undefined {
  const offsets = matches.flatMap(({ offsets_ms: all }) => all.slice(0, 1));
  return offsets.length === 0 ? undefined : openingAt(Math.min(...offsets));
}

type RecordingsTableProps = Listing & { readonly rows: readonly ListedRecording[] };

export function RecordingsTable({ rows, filter, text }: RecordingsTableProps) {
  const columns = useMemo(() => columnsOf({ filter, text }), [filter, text]);
  return <DataTable label="Recordings" columns={columns} rows={rows} rowKey={({ id }) => id} />;
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
