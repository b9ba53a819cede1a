// Change requests in a list.
import { IconGitPullRequest } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { RequestSummary } from '../api/changes.ts';
import { joinWords } from '../ui/format.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Time } from '../ui/time.tsx';
import styles from './changes.module.css';
import { requestState } from './request-words.ts';

const COLUMNS: readonly Column<RequestSummary>[] = [
  {
    title: 'Request',
    lead: true,
    cell: ({ number, title, flags }) => (
      <div className={styles.title}>
        <Link to="/changes/$number" params={{ number: String(number) }} className={styles.link}>
          {title}
        </Link>
        <span className={`${styles.dim} ${styles.mono}`}>
          {joinWords(flags.map(({ key }) => key))}
        </span>
      </div>
    ),
  },
  {
    title: 'State',
    shrink: true,
    cell: (request) => {
      const { label, tone } = requestState(request);
      return <StatusBadge tone={tone}>{label}</StatusBadge>;
    },
  },
  { title: 'By', hideNarrow: true, cell: ({ author }) => author.label },
  {
    title: 'Last news',
    shrink: true,
    nameNarrow: true,
    cell: ({ updated_at: at }) => <Time at={at} />,
  },
];

type RequestsTableProps = { readonly requests: readonly RequestSummary[]; readonly empty: string };

export function RequestsTable({ requests, empty }: RequestsTableProps) {
  if (requests.length === 0) {
    return (
      <EmptyState icon={<IconGitPullRequest size={24} stroke={1.6} />} title="Nothing here">
        {empty}
      </EmptyState>
    );
  }
  return (
    <DataTable
      label="Change requests"
      columns={COLUMNS}
      rows={requests}
      rowKey={({ number }) => number}
    />
  );
}
