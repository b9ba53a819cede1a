// The people of an environment, found by id, e-mail or name.
import { useDebouncedValue } from '@mantine/hooks';
import { IconUsers } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { createLazyRoute, useNavigate, useSearch } from '@tanstack/react-router';
import { PEOPLE_PAGE, peopleQuery, type Person } from '../api/people.ts';
import { useScope } from '../api/session.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { Pager } from '../ui/pager.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { PeopleTabs } from './people-tabs.tsx';
import { FIRST_SEEN_COLUMN, PERSON_COLUMN } from './person-columns.tsx';
import { PropertySearch } from './property-search.tsx';

/** A pause in typing after which the server is asked, in milliseconds. */
const TYPING_MS = 200;

const COLUMNS: readonly Column<Person>[] = [
  PERSON_COLUMN,
  {
    title: 'State',
    shrink: true,
    cell: ({ is_identified: isIdentified }) => (
      <StatusBadge tone={isIdentified ? 'safe' : 'neutral'} hollow={!isIdentified}>
        {isIdentified ? 'Identified' : 'Anonymous'}
      </StatusBadge>
    ),
  },
  {
    title: 'Ids',
    shrink: true,
    align: 'end',
    hideNarrow: true,
    cell: (person) => person.distinct_ids.length,
  },
  FIRST_SEEN_COLUMN,
];

function People() {
  const scope = useScope();
  const { search = '', property = '', page: at } = useSearch({ from: '/app/people' });
  const page = Math.max(1, Number(at) || 1);
  const [asked] = useDebouncedValue(search, TYPING_MS);
  const navigate = useNavigate({ from: '/people' });
  const people = useQuery({
    ...peopleQuery(scope, { search: asked, property, page }),
    placeholderData: keepPreviousData,
  });
  const offset = (page - 1) * PEOPLE_PAGE;
  return (
    <Page>
      <PageHeader
        title="People"
        lead={`Whoever was identified or given properties in ${scope.environment.name}.`}
        actions={
          <LinkButton to="/people/deletions" variant="default">
            Deletions
          </LinkButton>
        }
      />
      <PeopleTabs scope={scope} chosen="people" />
      <PropertySearch
        scope={scope}
        groupTypeIndex={null}
        what="people"
        ordinarily="id, e-mail or name"
        search={search}
        property={property}
        onChange={(next) =>
          void navigate({ search: (now) => ({ ...now, ...next, page: undefined }), replace: true })
        }
      />
      <Section flush>
        <QueryView query={people}>
          {({ results, count }) =>
            results.length === 0 ? (
              <Nobody isSearched={Boolean(asked || property)} />
            ) : (
              <>
                <DataTable
                  label="People"
                  columns={COLUMNS}
                  rows={results}
                  rowKey={({ id }) => id}
                />
                {count > PEOPLE_PAGE && (
                  <Pager
                    offset={offset}
                    shown={results.length}
                    count={count}
                    pageRows={PEOPLE_PAGE}
                    onChange={(next) =>
                      void navigate({
                        search: (now) => ({ ...now, page: String(next / PEOPLE_PAGE + 1) }),
                      })
                    }
                  />
                )}
              </>
            )
          }
        </QueryView>
      </Section>
    </Page>
  );
}

function Nobody({ isSearched }: { isSearched: boolean }) {
  if (isSearched) {
    return <EmptyState title="Nobody matches">Try a part of the id or the address.</EmptyState>;
  }
  return (
    <EmptyState icon={<IconUsers size={24} stroke={1.6} />} title="No people yet">
      People appear when your app identifies them or sets their properties.
    </EmptyState>
  );
}

export const peopleRoute = createLazyRoute('/app/people')({ component: People });
