// The groups of one type, found by key, by name or by a property.
import { useDebouncedValue } from '@mantine/hooks';
import { IconBuilding } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { createLazyRoute, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type Group, GROUPS_PAGE, groupsQuery, groupTypeNamesQuery } from '../api/groups.ts';
import { type Scope, useScope } from '../api/session.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { NotFound } from '../ui/not-found.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { Pager } from '../ui/pager.tsx';
import { EmptyState, LoadingBlock, QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { RenameGroupType } from './rename-group-type.tsx';
import { typeName } from './group-words.ts';
import { PeopleTabs } from './people-tabs.tsx';
import { GROUP_COLUMN } from './related-columns.tsx';
import { PropertySearch } from './property-search.tsx';

/** A pause in typing after which the server is asked, in milliseconds. */
const TYPING_MS = 200;

const COLUMNS: readonly Column<Group>[] = [
  GROUP_COLUMN,
  { title: 'Key', nameNarrow: true, cell: ({ group_key: key }) => <code>{key}</code> },
  {
    title: 'Properties',
    shrink: true,
    align: 'end',
    hideNarrow: true,
    cell: ({ group_properties: properties }) => Object.keys(properties).length,
  },
  {
    title: 'First seen',
    nameNarrow: true,
    shrink: true,
    align: 'end',
    cell: ({ created_at: at }) => <Time at={at} />,
  },
];

function GroupsPage() {
  const scope = useScope();
  const { typeIndex } = useParams({ from: '/app/people/groups/$typeIndex' });
  const types = useQuery(groupTypeNamesQuery(scope));
  return (
    <QueryView query={types} loading={<LoadingBlock height={320} />}>
      {(all) => {
        const type = all.find((one) => String(one.group_type_index) === typeIndex);
        if (!type) return <NotFound />;
        return (
          <Page>
            <PageHeader
              title={typeName(type)}
              lead={`Groups that SDKs name “${type.group_type}” in ${scope.environment.name}.`}
              actions={<RenameGroupType scope={scope} type={type} />}
            />
            <PeopleTabs scope={scope} chosen={typeIndex} />
            <GroupList scope={scope} typeIndex={type.group_type_index} />
          </Page>
        );
      }}
    </QueryView>
  );
}

function GroupList({ scope, typeIndex }: { scope: Scope; typeIndex: number }) {
  const {
    search = '',
    property = '',
    page: at,
  } = useSearch({ from: '/app/people/groups/$typeIndex' });
  const page = Math.max(1, Number(at) || 1);
  const [asked] = useDebouncedValue(search, TYPING_MS);
  const navigate = useNavigate({ from: '/people/groups/$typeIndex' });
  const groups = useQuery({
    ...groupsQuery(scope, { typeIndex, search: asked, property, page }),
    placeholderData: keepPreviousData,
  });
  const offset = (page - 1) * GROUPS_PAGE;
  return (
    <>
      <PropertySearch
        scope={scope}
        groupTypeIndex={typeIndex}
        what="groups"
        ordinarily="key or name"
        search={search}
        property={property}
        onChange={(next) =>
          void navigate({ search: (now) => ({ ...now, ...next, page: undefined }), replace: true })
        }
      />
      <Section flush>
        <QueryView query={groups}>
          {({ results, count }) =>
            results.length === 0 ? (
              <NoGroups isSearched={Boolean(asked || property)} />
            ) : (
              <>
                <DataTable
                  label="Groups"
                  columns={COLUMNS}
                  rows={results}
                  rowKey={({ group_key: key }) => key}
                />
                {count > GROUPS_PAGE && (
                  <Pager
                    offset={offset}
                    shown={results.length}
                    count={count}
                    pageRows={GROUPS_PAGE}
                    onChange={(next) =>
                      void navigate({
                        search: (now) => ({ ...now, page: String(next / GROUPS_PAGE + 1) }),
                      })
                    }
                  />
                )}
              </>
            )
          }
        </QueryView>
      </Section>
    </>
  );
}

function NoGroups({ isSearched }: { isSearched: boolean }) {
  if (isSearched) return <EmptyState title="No group matches">Try a part of the key.</EmptyState>;
  return (
    <EmptyState icon={<IconBuilding size={24} stroke={1.6} />} title="No groups yet">
      Groups appear when your app calls group() with their properties.
    </EmptyState>
  );
}

export const groupsRoute = createLazyRoute('/app/people/groups/$typeIndex')({
  component: GroupsPage,
});
