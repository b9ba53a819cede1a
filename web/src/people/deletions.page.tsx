// Who was erased: on whose word, how far it is, and that nothing is left.
import { IconEraser } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { createLazyRoute, useNavigate, useSearch } from '@tanstack/react-router';
import { type Deletion, DELETIONS_PAGE, deletionsQuery } from '../api/deletions.ts';
import { useScope } from '../api/session.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { formatNumber, plural } from '../ui/format.ts';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { Pager } from '../ui/pager.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Time } from '../ui/time.tsx';

const COLUMNS: readonly Column<Deletion>[] = [
  { title: 'What', lead: true, cell: (deletion) => whatWords(deletion) },
  { title: 'State', shrink: true, cell: (deletion) => <State deletion={deletion} /> },
  {
    title: 'Events erased',
    shrink: true,
    align: 'end',
    nameNarrow: true,
    cell: (deletion) => (deletion.delete_events ? formatNumber(deletion.events_removed) : 'kept'),
  },
  { title: 'Asked by', shrink: true, nameNarrow: true, cell: (deletion) => deletion.requested_by },
  {
    title: 'Asked',
    shrink: true,
    nameNarrow: true,
    cell: ({ created_at: at }) => <Time at={at} />,
  },
  {
    title: 'Proved',
    shrink: true,
    nameNarrow: true,
    cell: ({ verified_at: at }) => (at === null ? '–' : <Time at={at} />),
  },
];

function whatWords({
  kind,
  environment,
  people,
  keep_person: keepsPerson,
  person_ids: ids,
}: Deletion) {
  if (kind === 'environment')
    return `Environment ${environment}, ${plural(people, 'person', 'people')}`;
  if (kind === 'recording') return 'Recording of a session';
  if (people === 0) return 'Events of ids without a person';
  const who = people === 1 ? <code>{ids[0]}</code> : plural(people, 'person', 'people');
  return keepsPerson ? <>Events of {who}</> : who;
}

function State({ deletion }: { deletion: Deletion }) {
  const { state, rows_left: left, problem } = deletion;
  if (state === 'done') return <StatusBadge tone="safe">Done, 0 rows left</StatusBadge>;
  if (problem) return <StatusBadge tone="watch">{problem}</StatusBadge>;
  return (
    <StatusBadge tone="info" live>
      {left === null ? 'Begins' : `${plural(left, 'row')} left`}
    </StatusBadge>
  );
}

function Deletions() {
  const scope = useScope();
  const { page: at } = useSearch({ from: '/app/people/deletions' });
  const navigate = useNavigate({ from: '/people/deletions' });
  const page = Math.max(1, Number(at) || 1);
  const deletions = useQuery({
    ...deletionsQuery(scope, page),
    placeholderData: keepPreviousData,
  });
  const offset = (page - 1) * DELETIONS_PAGE;
  return (
    <Page>
      <PageHeader
        title="Deletions"
        lead={`Who was erased from ${scope.environment.name}. “Done” means that the stores were asked afterwards and had nothing left; the audit log keeps it.`}
        back={{ to: '/people', label: 'People' }}
      />
      <Section flush>
        <QueryView query={deletions}>
          {({ results, count }) =>
            results.length === 0 ? (
              <EmptyState icon={<IconEraser size={24} stroke={1.6} />} title="Nobody was deleted">
                Delete a person on their page, with everything they did.
              </EmptyState>
            ) : (
              <>
                <DataTable
                  label="Deletions"
                  columns={COLUMNS}
                  rows={results}
                  rowKey={({ id }) => id}
                />
                {count > DELETIONS_PAGE && (
                  <Pager
                    offset={offset}
                    shown={results.length}
                    count={count}
                    pageRows={DELETIONS_PAGE}
                    onChange={(next) =>
                      void navigate({
                        search: (now) => ({ ...now, page: String(next / DELETIONS_PAGE + 1) }),
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

export const deletionsRoute = createLazyRoute('/app/people/deletions')({ component: Deletions });
