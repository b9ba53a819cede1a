// Every rollout of the environment: those that need somebody first, then what runs, what is planned, what is over.
import { Group } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconRoute } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { createLazyRoute, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { openRolloutsQuery, OVER_ROWS, overRolloutsQuery } from '../api/rollouts.ts';
import { type Scope, useScope } from '../api/session.ts';
import { FilterSelect } from '../ui/filter-select.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { Pager } from '../ui/pager.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { GROUPS, groupedRollouts } from './rollout-groups.ts';
import { RolloutsTable } from './rollouts-table.tsx';
import { RunningRollouts } from './running-rollouts.tsx';

/** How often states are asked for while the list is open, in milliseconds. */
const REFRESH_MS = 5000;
/** A pause in typing after which the server is asked, in milliseconds. */
const TYPING_MS = 200;

function Rollouts() {
  const scope = useScope();
  const { search = '', show } = useSearch({ from: '/app/rollouts' });
  const [asked] = useDebouncedValue(search, TYPING_MS);
  const navigate = useNavigate({ from: '/rollouts' });
  const narrow = (to: {
    readonly search?: string | undefined;
    readonly show?: string | undefined;
  }) => void navigate({ search: (current) => ({ ...current, ...to }), replace: true });
  return (
    <Page>
      <PageHeader
        title="Rollouts"
        lead={`Changes that Serin widens, watches and takes back in ${scope.environment.name}.`}
        actions={
          <>
            <LinkButton variant="default" to="/rollouts/dry-runs">
              Dry runs
            </LinkButton>
            <LinkButton variant="default" to="/rollouts/templates">
              Templates
            </LinkButton>
            <LinkButton to="/rollouts/new" leftSection={<IconPlus size={16} />}>
              New rollout
            </LinkButton>
          </>
        }
      />
      <Group gap="sm" align="flex-start">
        <SearchField
          label="Search rollouts"
          placeholder="Search by flag"
          value={search}
          onChange={(value) => narrow({ search: value || undefined })}
        />
        <FilterSelect
          label="All rollouts"
          data={GROUPS}
          value={show}
          onChange={(value) => narrow({ show: value })}
        />
      </Group>
      <Lists key={asked} scope={scope} search={asked} show={show} />
    </Page>
  );
}

type ListsProps = {
  readonly scope: Scope;
  readonly search: string;
  /** Undefined: everything. */
  readonly show: string | undefined;
};

function Lists({ scope, search, show }: ListsProps) {
  const [offset, setOffset] = useState(0);
  const open = useQuery({
    ...openRolloutsQuery(scope, search),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  });
  const over = useQuery({
    ...overRolloutsQuery(scope, search, offset),
    placeholderData: keepPreviousData,
  });
  const groups = groupedRollouts(open.data?.results ?? []);
  const isShown = (group: string) => show === undefined || show === group;
  const count = over.data?.count ?? 0;
  const shown = [
    ...groups.filter((group) => isShown(group.value)),
    ...(isShown('over') && count > 0 ? ['over'] : []),
  ];
  if (open.data && over.data && shown.length === 0) {
    return <Nothing isNarrowed={search !== '' || show !== undefined} />;
  }
  return (
    <QueryView query={open}>
      {() => (
        <>
          {groups
            .filter((group) => isShown(group.value))
            .map(({ value, label, rollouts }) => (
              <Section key={value} title={label} flush>
                {value === 'planned' ? (
                  <RolloutsTable rollouts={rollouts} />
                ) : (
                  <RunningRollouts rollouts={rollouts} />
                )}
              </Section>
            ))}
          {isShown('over') && (!over.data || count > 0) && (
            <Section title="Over" flush>
              <QueryView query={over}>
                {({ results }) => (
                  <>
                    <RolloutsTable rollouts={results} />
                    {count > OVER_ROWS && (
                      <Pager
                        offset={offset}
                        shown={results.length}
                        count={count}
                        pageRows={OVER_ROWS}
                        onChange={setOffset}
                      />
                    )}
                  </>
                )}
              </QueryView>
            </Section>
          )}
        </>
      )}
    </QueryView>
  );
}

function Nothing({ isNarrowed }: { isNarrowed: boolean }) {
  return (
    <Section flush>
      {isNarrowed ? (
        <EmptyState title="No rollout matches">
          Try a part of the flag’s key, or all of them.
        </EmptyState>
      ) : (
        <EmptyState
          icon={<IconRoute size={24} stroke={1.6} />}
          title="No rollouts yet"
          action={<LinkButton to="/rollouts/new">Plan the first rollout</LinkButton>}
        >
          A rollout gives a flag to a few people, compares them with everyone else, and widens or
          undoes it by what it finds.
        </EmptyState>
      )}
    </Section>
  );
}

export const rolloutsRoute = createLazyRoute('/app/rollouts')({ component: Rollouts });
