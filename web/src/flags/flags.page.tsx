// The list of flags: found by text and filter among thousands, switched in place, changed many at once.
import { IconFlag, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link, useNavigate, useSearch } from '@tanstack/react-router';
import {
  DEFAULT_SORT,
  type FlagListSearch,
  flagListQuery,
  isNarrowed,
  type ListedFlag,
  unknownFlagsQuery,
} from '../api/flag-list.ts';
import { type Scope, useScope } from '../api/session.ts';
import { DataTable } from '../ui/data-table.tsx';
import { plural } from '../ui/format.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { FlagFilters } from './flag-filters.tsx';
import { FlagPages } from './flag-pages.tsx';
import { flagColumns } from './flags-table.tsx';
import styles from './flags.module.css';
import { useFlagSelection } from './use-flag-selection.ts';

function Flags() {
  const scope = useScope();
  const at = useSearch({ from: '/app/feature-flags' });
  const navigate = useNavigate({ from: '/feature-flags' });
  const flags = useQuery(flagListQuery(scope, at));
  const change = (next: FlagListSearch) =>
    void navigate({
      search: (current) => ({ ...current, page: undefined, ...next }),
      replace: true,
    });
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
      <FlagFilters scope={scope} at={at} onChange={change} />
      <UnknownNotice scope={scope} />
      <Section flush>
        <QueryView query={flags}>
          {({ results, count }) =>
            results.length === 0 ? (
              <NoFlags at={at} />
            ) : (
              <FlagsTable scope={scope} at={at} flags={results} count={count} onChange={change} />
            )
          }
        </QueryView>
      </Section>
    </Page>
  );
}

type FlagsTableProps = {
  readonly scope: Scope;
  readonly at: FlagListSearch;
  readonly flags: readonly ListedFlag[];
  /** Of all pages. */
  readonly count: number;
  readonly onChange: (next: FlagListSearch) => void;
};

function FlagsTable({ scope, at, flags, count, onChange }: FlagsTableProps) {
  const selection = useFlagSelection(scope, at, count);
  return (
    <>
      <DataTable
        label="Flags"
        columns={flagColumns(scope)}
        rows={flags}
        rowKey={({ id }) => id}
        sorting={{ by: at.sort ?? DEFAULT_SORT, onSort: (sort) => onChange({ sort }) }}
        selection={{
          isSelected: selection.isSelected,
          onSelect: selection.select,
          nameOf: ({ key }) => key,
        }}
      />
      <FlagPages at={at} count={count} onChange={onChange} />
      <BulkBar scope={scope} selection={selection} isPage={selection.size === flags.length} />
    </>
  );
}

function NoFlags({ at }: { at: FlagListSearch }) {
  if (isNarrowed(at)) {
    return <EmptyState title="No flag matches">Try fewer letters, or fewer filters.</EmptyState>;
  }
  if (at.show === 'archived') {
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

function UnknownNotice({ scope }: { scope: Scope }) {
  const { data } = useQuery(unknownFlagsQuery(scope));
  if (!data || data.count === 0) return null;
  return (
    <p className={styles.notice}>
      Code in {scope.environment.name} asks for{' '}
      <Link to="/feature-flags/unknown">
        {plural(data.count, 'flag that does not exist', 'flags that do not exist')}
      </Link>
      .
    </p>
  );
}

export const flagsRoute = createLazyRoute('/app/feature-flags')({ component: Flags });
