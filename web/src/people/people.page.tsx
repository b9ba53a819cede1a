// The people of an environment, found by id, e-mail or name.
import { useDebouncedValue } from '@mantine/hooks';
import { IconUsers } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { createLazyRoute, useNavigate, useSearch } from '@tanstack/react-router';
import { peopleQuery, type Person } from '../api/people.ts';
import { useScope } from '../api/session.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { PeopleTabs } from './people-tabs.tsx';
import { FIRST_SEEN_COLUMN, PERSON_COLUMN } from './person-columns.tsx';

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
  const { search = '' } = useSearch({ from: '/app/people' });
  const [asked] = useDebouncedValue(search, TYPING_MS);
  const navigate = useNavigate({ from: '/people' });
  const people = useQuery({ ...peopleQuery(scope, asked), placeholderData: keepPreviousData });
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
      <SearchField
        label="Search people"
        placeholder="Search by id, e-mail or name"
        value={search}
        onChange={(value) =>
          void navigate({
            search: (current) => ({ ...current, search: value || undefined }),
            replace: true,
          })
        }
      />
      <Section flush>
        <QueryView query={people}>
          {({ results }) =>
            results.length > 0 ? (
              <DataTable label="People" columns={COLUMNS} rows={results} rowKey={({ id }) => id} />
            ) : asked ? (
              <EmptyState title="Nobody matches">Try a part of the id or the address.</EmptyState>
            ) : (
              <EmptyState icon={<IconUsers size={24} stroke={1.6} />} title="No people yet">
                People appear when your app identifies them or sets their properties.
              </EmptyState>
            )
          }
        </QueryView>
      </Section>
    </Page>
  );
}

export const peopleRoute = createLazyRoute('/app/people')({ component: People });
