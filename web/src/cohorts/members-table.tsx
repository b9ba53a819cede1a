// Who is in a cohort, page by page.
import { useDebouncedValue } from '@mantine/hooks';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import {
  type Cohort,
  type CohortMember,
  cohortMembersQuery,
  useRemoveMember,
} from '../api/cohorts.ts';
import type { Scope } from '../api/session.ts';
import { personName } from '../people/person-words.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { IconAction } from '../ui/icon-action.tsx';
import { Pager } from '../ui/pager.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { toastError } from '../ui/toast.ts';
import styles from './cohorts.module.css';

const PAGE_ROWS = 50;
/** A pause in typing after which the server is asked, in milliseconds. */
const TYPING_MS = 250;

const COLUMNS: readonly Column<CohortMember>[] = [
  {
    title: 'Person',
    lead: true,
    cell: ({ person, distinct_id: id }) =>
      person ? (
        <Link to="/people/$personId" params={{ personId: person.id }} className={styles.link}>
          {personName(person)}
        </Link>
      ) : (
        <span className={styles.name}>
          <span className={styles.id}>{id}</span>
          <span className={styles.dim}>Not seen yet</span>
        </span>
      ),
  },
  {
    title: 'Id',
    hideNarrow: true,
    cell: ({ distinct_id: id }) => <span className={styles.id}>{id}</span>,
  },
];

export function MembersTable({ scope, cohort }: { scope: Scope; cohort: Cohort }) {
  const cohortId = String(cohort.id);
  const [search, setSearch] = useState('');
  const [asked] = useDebouncedValue(search, TYPING_MS);
  const [offset, setOffset] = useState(0);
  const countedAt = cohort.last_calculation;
  const page = { search: asked, limit: PAGE_ROWS, offset, countedAt };
  const members = useQuery(cohortMembersQuery(scope, cohortId, page));
  const removal = useRemoval(scope, cohortId);
  return (
    <>
      <div className={styles.tools}>
        <SearchField
          label="Search people in the cohort"
          placeholder="Search by id, e-mail or name"
          className={styles.grow}
          value={search}
          onChange={(value) => {
            setSearch(value);
            setOffset(0);
          }}
        />
      </div>
      <QueryView query={members}>
        {({ results, count, count_is_estimate: isEstimate }) =>
          results.length === 0 ? (
            <EmptyState title={asked ? 'Nobody matches' : 'Nobody is in it yet'}>
              {cohort.is_static
                ? `Add people of ${scope.environment.name} above.`
                : `Nobody known in ${scope.environment.name} meets its conditions.`}
            </EmptyState>
          ) : (
            <>
              <DataTable
                label="People in the cohort"
                columns={cohort.is_static ? [...COLUMNS, removal] : COLUMNS}
                rows={results}
                rowKey={(member) => member.person?.id ?? member.distinct_id}
              />
              <Pager
                offset={offset}
                shown={results.length}
                count={count}
                isEstimate={isEstimate}
                pageRows={PAGE_ROWS}
                onChange={setOffset}
              />
            </>
          )
        }
      </QueryView>
    </>
  );
}

/** The column that takes people off a list. */
function useRemoval(scope: Scope, cohortId: string): Column<CohortMember> {
  const remove = useRemoveMember(scope, cohortId);
  return {
    title: 'Remove',
    hiddenTitle: true,
    shrink: true,
    align: 'end',
    cell: ({ distinct_id: id }) => (
      <IconAction
        size={28}
        label={`Take ${id} off the list`}
        onClick={() => remove.mutate(id, { onError: toastError })}
      >
        <IconX size={16} />
      </IconAction>
    ),
  };
}
