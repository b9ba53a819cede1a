// When a person was there: their sessions, the latest first.
import { Button, Group } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type PersonSession, personSessionsQuery, SESSIONS_PAGE } from '../api/people.ts';
import type { Scope } from '../api/session.ts';
import { RecordingsLink } from '../replay/recordings-link.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { formatDuration, formatNumber } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import styles from './people.module.css';

const COLUMNS: readonly Column<PersonSession>[] = [
  { title: 'Began', lead: true, cell: ({ start_time: at }) => <Time at={at} /> },
  {
    title: 'Lasted',
    nameNarrow: true,
    shrink: true,
    align: 'end',
    cell: ({ duration }) => formatDuration(duration),
  },
  {
    title: 'Pages',
    nameNarrow: true,
    shrink: true,
    align: 'end',
    cell: ({ pages }) => formatNumber(pages),
  },
  {
    title: 'Events',
    nameNarrow: true,
    shrink: true,
    align: 'end',
    cell: ({ events }) => formatNumber(events),
  },
  {
    title: 'Began at',
    ownLineNarrow: true,
    cell: ({ entry_url: url }) => <span className={styles.value}>{url ?? '–'}</span>,
  },
];

export function PersonSessions({ scope, personId }: { scope: Scope; personId: string }) {
  const [offset, setOffset] = useState(0);
  const sessions = useQuery({
    ...personSessionsQuery(scope, personId, offset),
    placeholderData: keepPreviousData,
  });
  return (
    <Section
      title="Sessions"
      actions={
        <RecordingsLink filter={{ conditions: [{ kind: 'person', person_id: personId }] }} />
      }
      flush
    >
      <QueryView query={sessions}>
        {({ results, has_next: hasNext }) =>
          results.length === 0 ? (
            <EmptyState title="No sessions">Browser SDKs give their events a session.</EmptyState>
          ) : (
            <>
              <DataTable
                label="Sessions"
                columns={COLUMNS}
                rows={results}
                rowKey={({ session_id: id }) => id}
              />
              {(offset > 0 || hasNext) && (
                <Group component="nav" aria-label="Pages of sessions" gap="xs" px={20} py={12}>
                  <Button
                    variant="default"
                    size="compact-sm"
                    disabled={offset === 0}
                    onClick={() => setOffset(Math.max(0, offset - SESSIONS_PAGE))}
                  >
                    Later
                  </Button>
                  <Button
                    variant="default"
                    size="compact-sm"
                    disabled={!hasNext}
                    onClick={() => setOffset(offset + SESSIONS_PAGE)}
                  >
                    Earlier
                  </Button>
                </Group>
              )}
            </>
          )
        }
      </QueryView>
    </Section>
  );
}
