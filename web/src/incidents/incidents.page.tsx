// Every incident of the environment: what was suspected or undone, and who has looked at it.
import { IconShieldCheck } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { incidentsQuery, type IncidentSummary, LIST_ROWS } from '../api/incidents.ts';
import { useScope } from '../api/session.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { formatNumber } from '../ui/format.ts';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { Pager } from '../ui/pager.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Time } from '../ui/time.tsx';
import { culpritWords, stateOf } from './incident-words.ts';
import styles from './incidents.module.css';

const REFRESH_MS = 10_000;

const COLUMNS: readonly Column<IncidentSummary>[] = [
  {
    title: 'Flag',
    lead: true,
    cell: ({ id, flag_key: flagKey }) => (
      <Link to="/incidents/$incidentId" params={{ incidentId: id }} className={styles.flag}>
        {flagKey}
      </Link>
    ),
  },
  {
    title: 'State',
    cell: (incident) => {
      const { label, tone, isLive = false } = stateOf(incident);
      return (
        <StatusBadge tone={tone} live={isLive}>
          {label}
        </StatusBadge>
      );
    },
  },
  { title: 'Why', cell: ({ culprits }) => culpritWords(culprits) },
  {
    title: 'Had the change',
    nameNarrow: true,
    shrink: true,
    align: 'end',
    cell: ({ affected }) => (affected === null ? '…' : formatNumber(affected)),
  },
  {
    title: 'Post-mortem',
    nameNarrow: true,
    shrink: true,
    cell: ({ post_mortem_version: version }) => (version === 0 ? '–' : 'written'),
  },
  {
    title: 'When',
    shrink: true,
    align: 'end',
    cell: ({ opened_at: openedAt }) => (
      <span className={styles.dim}>
        <Time at={openedAt} />
      </span>
    ),
  },
];

function Incidents() {
  const scope = useScope();
  const [offset, setOffset] = useState(0);
  const incidents = useQuery({
    ...incidentsQuery(scope, { offset }),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  });
  return (
    <Page>
      <PageHeader
        title="Incidents"
        lead={`Harm that was suspected or undone in ${scope.environment.name}.`}
      />
      <Section flush>
        <QueryView query={incidents}>
          {({ results, count }) =>
            count === 0 ? (
              <EmptyState icon={<IconShieldCheck size={24} stroke={1.6} />} title="No incidents">
                When a rollout looks harmful or is taken back, its report is here: what happened, to
                whom, and what was done about it.
              </EmptyState>
            ) : (
              <>
                <DataTable
                  label="Incidents"
                  columns={COLUMNS}
                  rows={results}
                  rowKey={({ id }) => id}
                />
                {count > LIST_ROWS && (
                  <Pager
                    offset={offset}
                    shown={results.length}
                    count={count}
                    pageRows={LIST_ROWS}
                    onChange={setOffset}
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

export const incidentsRoute = createLazyRoute('/app/incidents')({ component: Incidents });
