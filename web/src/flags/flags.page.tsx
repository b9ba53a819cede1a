// The list of flags: who gets what, switched on or off in place.
import { SegmentedControl, TextInput } from '@mantine/core';
import { IconFlag, IconPlus, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { LinkButton } from '../ui/link-button.tsx';
import { createLazyRoute, Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useScope, type Scope } from '../api/session.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Time } from '../ui/time.tsx';
import { FlagSwitch } from './flag-switch.tsx';
import { type Flag, flagsQuery } from '../api/flags.ts';
import styles from './flags.module.css';
import { audienceWords, outcomeWords } from './words.ts';

const SHOWN = [
  { value: 'active', label: 'Current' },
  { value: 'archived', label: 'Archived' },
];

function FlagName({ flag }: { flag: Flag }) {
  return (
    <div className={styles.name}>
      <Link to="/feature-flags/$flagId" params={{ flagId: String(flag.id) }} className={styles.key}>
        {flag.key}
      </Link>
      {flag.name && <span className={styles.description}>{flag.name}</span>}
    </div>
  );
}

function Audience({ flag }: { flag: Flag }) {
  if (!flag.active) return <span className={styles.dim}>Nobody, it is off</span>;
  const words = audienceWords(flag.filters);
  const variants = flag.filters.multivariate?.variants ?? [];
  return (
    <span>
      {words.charAt(0).toUpperCase() + words.slice(1)}
      {variants.length > 0 && <span className={styles.dim}> · {outcomeWords(flag.filters)}</span>}
    </span>
  );
}

function columnsFor(scope: Scope): readonly Column<Flag>[] {
  return [
    { title: 'Flag', cell: (flag) => <FlagName flag={flag} />, lead: true },
    {
      title: 'State',
      shrink: true,
      hideNarrow: true,
      cell: (flag) =>
        flag.archived ? (
          <StatusBadge tone="neutral" hollow>
            Archived
          </StatusBadge>
        ) : (
          <StatusBadge tone={flag.active ? 'safe' : 'neutral'} hollow={!flag.active}>
            {flag.active ? 'On' : 'Off'}
          </StatusBadge>
        ),
    },
    { title: 'Who gets it', ownLineNarrow: true, cell: (flag) => <Audience flag={flag} /> },
    {
      title: 'Last change',
      shrink: true,
      hideNarrow: true,
      cell: (flag) => (
        <span className={styles.dim}>
          <Time at={flag.updated_at} />
          {flag.last_modified_by && (
            <>
              <br />
              {flag.last_modified_by.first_name || flag.last_modified_by.email}
            </>
          )}
        </span>
      ),
    },
    {
      title: 'Switch',
      hiddenTitle: true,
      shrink: true,
      align: 'end',
      cell: (flag) => <FlagSwitch flag={flag} scope={scope} />,
    },
  ];
}

function matches(flag: Flag, search: string): boolean {
  const text = search.toLowerCase();
  return [flag.key, flag.name, ...flag.tags].some((field) => field.toLowerCase().includes(text));
}

function Flags() {
  const scope = useScope();
  const { search = '', show } = useSearch({ from: '/app/feature-flags' });
  const navigate = useNavigate({ from: '/feature-flags' });
  const isArchived = show === 'archived';
  const flags = useQuery(flagsQuery(scope, isArchived));
  const change = (next: { search?: string; show?: string }) =>
    void navigate({ search: (current) => ({ ...current, ...next }), replace: true });
  return (
    <Page>
      <PageHeader
        title="Flags"
        lead={`What is released to whom in ${scope.environment.name}.`}
        actions={
          <LinkButton to="/feature-flags/new" leftSection={<IconPlus size={16} />}>
            New flag
          </LinkButton>
        }
      />
      <div className={styles.tools}>
        <TextInput
          type="search"
          aria-label="Search flags"
          placeholder="Search by key, description or tag"
          leftSection={<IconSearch size={16} stroke={1.6} />}
          className={styles.search}
          value={search}
          onChange={(event) => change({ search: event.currentTarget.value })}
        />
        <SegmentedControl
          aria-label="Which flags"
          data={SHOWN}
          value={isArchived ? 'archived' : 'active'}
          onChange={(value) => change({ show: value })}
        />
      </div>
      <Section flush>
        <QueryView query={flags}>
          {({ results }) => (
            <FlagsTable
              flags={results.filter((flag) => matches(flag, search))}
              total={results.length}
              isArchived={isArchived}
              scope={scope}
            />
          )}
        </QueryView>
      </Section>
    </Page>
  );
}

type FlagsTableProps = {
  readonly flags: readonly Flag[];
  readonly total: number;
  readonly isArchived: boolean;
  readonly scope: Scope;
};

function FlagsTable({ flags, total, isArchived, scope }: FlagsTableProps) {
  if (flags.length > 0) {
    return (
      <DataTable label="Flags" columns={columnsFor(scope)} rows={flags} rowKey={({ id }) => id} />
    );
  }
  if (total > 0) {
    return (
      <EmptyState title="No flag matches">Try fewer letters, or look among the others.</EmptyState>
    );
  }
  if (isArchived) {
    return <EmptyState title="Nothing archived">Flags that you archive are kept here.</EmptyState>;
  }
  return (
    <EmptyState
      icon={<IconFlag size={24} stroke={1.6} />}
      title="No flags yet"
      action={<LinkButton to="/feature-flags/new">Create the first flag</LinkButton>}
    >
      Put a change behind a flag, give it to a few people, and widen it while they fare well.
    </EmptyState>
  );
}

export const flagsRoute = createLazyRoute('/app/feature-flags')({ component: Flags });
