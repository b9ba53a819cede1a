// Events that the event store refused for what they hold: look, store again, give up.
import { Button } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useState } from 'react';
import {
  type RefusedEvent,
  refusedEventsQuery,
  useRefusedEvents,
  type Which,
} from '../api/refused-events.ts';
import { type Scope, useScope } from '../api/session.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { FilterSelect } from '../ui/filter-select.tsx';
import { plural } from '../ui/format.ts';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { actionsColumn } from '../ui/row-actions.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import { RefusedEventView } from './refused-event.tsx';
import styles from './events.module.css';

const COLUMNS: readonly Column<RefusedEvent>[] = [
  { title: 'Event', lead: true, cell: ({ event }) => event },
  { title: 'Distinct id', nameNarrow: true, cell: ({ distinct_id: id }) => id },
  { title: 'Code', shrink: true, nameNarrow: true, cell: ({ reason }) => reason },
  {
    title: 'Received',
    shrink: true,
    nameNarrow: true,
    cell: ({ received_at: at }) => <Time at={at} />,
  },
];

/** What can be done with refused events, said in toasts. `onAll` is told when it was done to all of a code. */
function useActions(scope: Scope, onAll: () => void) {
  const confirm = useConfirm();
  const { replay, drop } = useRefusedEvents(scope);
  const told = (which: Which, words: string) => {
    toastDone(words);
    if (which.uuids === undefined) onAll();
  };
  return {
    isPending: replay.isPending || drop.isPending,
    replay: (which: Which) =>
      replay.mutate(which, {
        onError: toastError,
        onSuccess: ({ stored, refused }) =>
          told(
            which,
            `${plural(stored, 'event')} stored, ${plural(refused, 'event')} refused again.`,
          ),
      }),
    drop: async (which: Which, what: string) => {
      const answer = await confirm({
        title: `Give up ${what}?`,
        body: 'This cannot be undone.',
        action: 'Give up',
        tone: 'harm',
      });
      if (!answer) return;
      drop.mutate(which, {
        onError: toastError,
        onSuccess: ({ dropped }) => told(which, `${plural(dropped, 'event')} given up.`),
      });
    },
  };
}

type Actions = ReturnType<typeof useActions>;

function columnsFor({ replay, drop }: Actions, onLook: (uuid: string) => void) {
  const actions = actionsColumn<RefusedEvent>(
    ({ uuid, event }) => [
      { label: 'Look', name: `Look at ${event} ${uuid}`, onClick: () => onLook(uuid) },
      {
        label: 'Store again',
        name: `Store ${event} ${uuid} again`,
        onClick: () => replay({ uuids: [uuid] }),
      },
      {
        label: 'Give up',
        name: `Give up ${event} ${uuid}`,
        tone: 'harm',
        onClick: () => void drop({ uuids: [uuid] }, 'this event'),
      },
    ],
    { ownLineNarrow: true },
  );
  return [...COLUMNS, actions];
}

type CodeToolsProps = {
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
  readonly reason: string | undefined;
  readonly actions: Actions;
  readonly onChange: (reason: string | undefined) => void;
};

/** Chooses a code of the event store; what is done to all events with it. */
function CodeTools({ reasons, reason, actions, onChange }: CodeToolsProps) {
  const { isPending, replay, drop } = actions;
  const data = reasons.map(({ reason: value, count }) => ({
    value,
    label: `Code ${value} (${count})`,
  }));
  return (
    <div className={styles.tools}>
      <FilterSelect label="Code" data={data} value={reason} onChange={onChange} />
      {reason !== undefined && (
        <>
          <Button variant="default" loading={isPending} onClick={() => replay({ reason })}>
            Store all again
          </Button>
          <Button
            variant="default"
            loading={isPending}
            onClick={() => void drop({ reason }, `all events with code ${reason}`)}
          >
            Give all up
          </Button>
        </>
      )}
    </div>
  );
}

function Refused() {
  const scope = useScope();
  const [reason, setReason] = useState<string>();
  const [looked, setLooked] = useState<string>();
  const refused = useQuery({
    ...refusedEventsQuery(scope, reason),
    placeholderData: keepPreviousData,
  });
  const actions = useActions(scope, () => setReason(undefined));
  const reasons = refused.data?.reasons ?? [];
  return (
    <Page>
      <PageHeader
        title="Refused events"
        lead={`Events of ${scope.environment.name} that the event store refuses for what they hold. The latest 200 are kept, to be stored once the reason is gone.`}
        back={{ to: '/events/warnings', label: 'Ingestion warnings' }}
      />
      {reasons.length > 0 && (
        <CodeTools reasons={reasons} reason={reason} actions={actions} onChange={setReason} />
      )}
      <Section flush>
        <QueryView query={refused}>
          {({ results }) =>
            results.length === 0 ? (
              <EmptyState
                icon={<IconCircleCheck size={24} stroke={1.6} />}
                title="No event was refused"
              >
                An event that the store cannot take would stand here.
              </EmptyState>
            ) : (
              <DataTable
                label="Refused events"
                columns={columnsFor(actions, setLooked)}
                rows={results}
                rowKey={({ uuid }) => uuid}
              />
            )
          }
        </QueryView>
      </Section>
      {looked !== undefined && (
        <RefusedEventView scope={scope} uuid={looked} onClose={() => setLooked(undefined)} />
      )}
    </Page>
  );
}

export const refusedRoute = createLazyRoute('/app/events/refused')({ component: Refused });
