// The cohorts that a person is in.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { personCohortsQuery } from '../api/cohorts.ts';
import type { Scope } from '../api/session.ts';
import { kindWords } from '../cohorts/cohort-words.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Section } from '../ui/page.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';

type Row = {
  readonly id: number;
  readonly name: string;
  readonly cohort_type: 'static' | 'person_property' | 'behavioral' | 'analytical';
  readonly last_calculation: string | null;
};

const COLUMNS: readonly Column<Row>[] = [
  {
    title: 'Cohort',
    lead: true,
    cell: ({ id, name }) => (
      <Link to="/cohorts/$cohortId" params={{ cohortId: String(id) }}>
        {name}
      </Link>
    ),
  },
  { title: 'Kind', shrink: true, cell: (row) => kindWords(row) },
  {
    title: 'As of',
    nameNarrow: true,
    shrink: true,
    align: 'end',
    cell: ({ last_calculation: at }) => (at === null ? 'now' : <Time at={at} />),
  },
];

export function PersonCohorts({ scope, personId }: { scope: Scope; personId: string }) {
  const cohorts = useQuery(personCohortsQuery(scope, personId));
  return (
    <Section title="Cohorts" flush>
      <QueryView query={cohorts}>
        {({ results }) =>
          results.length === 0 ? (
            <EmptyState title="In no cohort">
              Nobody has listed them, and no conditions fit.
            </EmptyState>
          ) : (
            <DataTable label="Cohorts" columns={COLUMNS} rows={results} rowKey={({ id }) => id} />
          )
        }
      </QueryView>
    </Section>
  );
}
