// The cohorts of a project: who is meant by each, and how many are listed.
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconUsersGroup } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type Cohort, cohortsQuery } from '../api/cohorts.ts';
import { useScope } from '../api/session.ts';
import type { Names } from '../targeting/names.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Time } from '../ui/time.tsx';
import { countWords, kindWords, membersWords } from './cohort-words.ts';
import styles from './cohorts.module.css';

/** A pause in typing after which the server is asked, in milliseconds. */
const TYPING_MS = 200;

function columnsFor(names: Names): readonly Column<Cohort>[] {
  return [
    {
      title: 'Cohort',
      lead: true,
      cell: (cohort) => (
        <div className={styles.name}>
          <Link
            to="/cohorts/$cohortId"
            params={{ cohortId: String(cohort.id) }}
            className={styles.link}
          >
            {cohort.name}
          </Link>
          <span className={styles.dim}>{cohort.description || membersWords(cohort, names)}</span>
        </div>
      ),
    },
    {
      title: 'Kind',
      shrink: true,
      cell: (cohort) => (
        <StatusBadge
          tone={cohort.is_static ? 'info' : 'neutral'}
          hollow={!cohort.is_static}
          live={cohort.is_calculating}
        >
          {kindWords(cohort)}
        </StatusBadge>
      ),
    },
    {
      title: 'People here',
      nameNarrow: true,
      shrink: true,
      align: 'end',
      cell: (cohort) => countWords(cohort),
    },
    {
      title: 'Counted',
      nameNarrow: true,
      shrink: true,
      align: 'end',
      cell: ({ last_calculation: at, errors_calculating: errors }) =>
        errors > 0 ? (
          <StatusBadge tone="harm">Failed</StatusBadge>
        ) : (
          at !== null && <Time at={at} />
        ),
    },
    {
      title: 'Changed',
      nameNarrow: true,
      shrink: true,
      align: 'end',
      cell: (cohort) => <Time at={cohort.updated_at} />,
    },
  ];
}

const NEW_COHORT = (
  <LinkButton to="/cohorts/new" leftSection={<IconPlus size={16} />}>
    New cohort
  </LinkButton>
);

function Cohorts() {
  const scope = useScope();
  const { search = '' } = useSearch({ from: '/app/cohorts' });
  const [asked] = useDebouncedValue(search, TYPING_MS);
  const navigate = useNavigate({ from: '/cohorts' });
  const cohorts = useQuery({ ...cohortsQuery(scope, asked), placeholderData: keepPreviousData });
  return (
    <Page>
      <PageHeader
        title="Cohorts"
        lead="People who belong together, for flags and insights. Every environment has its own people."
        actions={NEW_COHORT}
      />
      <SearchField
        label="Search cohorts"
        placeholder="Search by name"
        value={search}
        onChange={(value) =>
          void navigate({
            search: (current) => ({ ...current, search: value || undefined }),
            replace: true,
          })
        }
      />
      <Section flush>
        <QueryView query={cohorts}>
          {({ results }) =>
            results.length > 0 ? (
              <DataTable
                label="Cohorts"
                columns={columnsFor({
                  cohorts: new Map(results.map(({ id, name }) => [id, name])),
                })}
                rows={results}
                rowKey={({ id }) => id}
              />
            ) : asked ? (
              <EmptyState title="No cohort matches">Try a part of its name.</EmptyState>
            ) : (
              <EmptyState
                icon={<IconUsersGroup size={24} stroke={1.6} />}
                title="No cohorts yet"
                action={NEW_COHORT}
              >
                A cohort is a list of people, or whoever meets its conditions and did what they say.
              </EmptyState>
            )
          }
        </QueryView>
      </Section>
    </Page>
  );
}

export const cohortsRoute = createLazyRoute('/app/cohorts')({ component: Cohorts });
