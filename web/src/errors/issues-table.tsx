// Issues in a table: what, since when, how often, to how many, and for whom of a flag.
import { Link } from '@tanstack/react-router';
import type { ListedIssue } from '../api/errors.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { formatNumber, plural } from '../ui/format.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Time } from '../ui/time.tsx';
import { stateOf } from './error-words.ts';
import styles from './errors.module.css';
import { Sparkline } from './sparkline.tsx';
import { VariantChip } from './variant-chip.tsx';

type IssuesTableProps = {
  readonly issues: readonly ListedIssue[];
  readonly since: string;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (chosen: ReadonlySet<string>) => void;
};

export function IssuesTable(props: IssuesTableProps) {
  const { issues, since, sort, onSort, chosen, onChoose } = props;
  const columns = columnsOf(
    since,
    issues.some(({ flag }) => flag !== null),
  );
  return (
    <DataTable
      label="Errors"
      columns={columns}
      rows={issues}
      rowKey={({ id }) => id}
      sorting={{ by: sort, onSort }}
      selection={{
        isSelected: ({ id }) => chosen.has(id),
        onSelect: (rows, isSelected) => {
          const next = new Set(chosen);
          for (const { id } of rows) {
            if (isSelected) next.add(id);
            else next.delete(id);
          }
          onChoose(next);
        },
        nameOf: ({ name, description }) => `${name}: ${description}`,
      }}
    />
  );
}

const WHAT = (since: string): Column<ListedIssue> => ({
  title: 'Error',
  lead: true,
  cell: (issue) => {
    const { label, tone, hollow } = stateOf(issue);
    return (
      <div className={styles.what}>
        <Link
          to="/errors/$issueId"
          params={{ issueId: issue.id }}
          search={{ since }}
          className={styles.link}
        >
          {issue.name}
        </Link>
        <span className={styles.message}>{issue.description || 'No message'}</span>
        <span className={styles.under}>
          <StatusBadge tone={tone} hollow={hollow}>
            {label}
          </StatusBadge>
          {issue.place !== '' && <code className={styles.place}>{issue.place}</code>}
        </span>
      </div>
    );
  },
});

function columnsOf(since: string, hasFlag: boolean): readonly Column<ListedIssue>[] {
  return [
    WHAT(since),
    ...(hasFlag
      ? [
          {
            title: 'With the flag',
            nameNarrow: true,
            sortKey: 'flag_ratio',
            cell: ({ flag }: ListedIssue) => flag && <VariantChip flag={flag} />,
          } as const,
        ]
      : []),
    {
      title: 'Course',
      hideNarrow: true,
      shrink: true,
      cell: ({ aggregations: { volume, occurrences } }) => (
        <Sparkline values={volume} label={plural(occurrences, 'exception')} />
      ),
    },
    {
      title: 'Exceptions',
      nameNarrow: true,
      shrink: true,
      align: 'end',
      sortKey: 'occurrences',
      cell: ({ aggregations }) => formatNumber(aggregations.occurrences),
    },
    {
      title: 'People',
      nameNarrow: true,
      shrink: true,
      align: 'end',
      sortKey: 'users',
      cell: ({ aggregations }) => formatNumber(aggregations.users),
    },
    {
      title: 'Owner',
      hideNarrow: true,
      shrink: true,
      cell: ({ assignee }) => assignee && (assignee.name || assignee.email),
    },
    {
      title: 'Last seen',
      nameNarrow: true,
      shrink: true,
      sortKey: 'last_seen',
      cell: ({ last_seen: at }) => <Time at={at} />,
    },
    ...(hasFlag ? [] : [FIRST_SEEN]),
  ];
}

const FIRST_SEEN: Column<ListedIssue> = {
  title: 'First seen',
  hideNarrow: true,
  shrink: true,
  sortKey: 'first_seen',
  cell: ({ first_seen: at }) => <Time at={at} />,
};
