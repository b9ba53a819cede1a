// Every id that a person is known by, with what came with each; ids that are somebody else's are split off.
import { Button } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import {
  IDS_PAGE,
  type Person,
  type PersonId,
  personIdsQuery,
  useSplitPerson,
} from '../api/people.ts';
import type { Scope } from '../api/session.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { CopyField } from '../ui/copy.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { formatNumber, plural } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import { Pager } from '../ui/pager.tsx';
import { actionsColumn } from '../ui/row-actions.tsx';
import { QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import { personName } from './person-words.ts';

type Props = { readonly scope: Scope; readonly person: Person };

const COLUMNS: readonly Column<PersonId>[] = [
  {
    title: 'Id',
    lead: true,
    cell: ({ distinct_id: id }) => <CopyField text={id} what="distinct id" />,
  },
  {
    title: 'Events',
    nameNarrow: true,
    shrink: true,
    align: 'end',
    cell: ({ events, distinct_id: id }) =>
      events === 0 ? (
        '0'
      ) : (
        <Link
          to="/events"
          search={{ distinct_id: id }}
          aria-label={`${formatNumber(events)} events of ${id}`}
        >
          {formatNumber(events)}
        </Link>
      ),
  },
  {
    title: 'Last event',
    nameNarrow: true,
    shrink: true,
    align: 'end',
    cell: ({ last_seen: at }) => (at === null ? '–' : <Time at={at} />),
  },
];

export function PersonIdsSection({ scope, person }: Props) {
  const [offset, setOffset] = useState(0);
  const ids = useQuery({
    ...personIdsQuery(scope, person.id, offset),
    placeholderData: keepPreviousData,
  });
  const split = useSplit({ scope, person });
  const count = ids.data?.count ?? person.distinct_ids.length;
  const columns =
    count < 2
      ? COLUMNS
      : [
          ...COLUMNS,
          actionsColumn<PersonId>(
            (row) => [
              {
                label: 'Split off',
                name: `Split off ${row.distinct_id}`,
                onClick: () => void split.one(row),
              },
            ],
            { shrink: true },
          ),
        ];
  return (
    <Section
      title="Ids"
      lead={`The SDKs know them by ${plural(count, 'id')}.`}
      flush
      actions={
        count > 1 && (
          <Button
            variant="default"
            size="compact-sm"
            loading={split.isPending}
            onClick={() => void split.all(count)}
          >
            Split all
          </Button>
        )
      }
    >
      <QueryView query={ids}>
        {({ results }) => (
          <>
            <DataTable
              label="Ids"
              columns={columns}
              rows={results}
              rowKey={({ distinct_id: id }) => id}
            />
            {count > IDS_PAGE && (
              <Pager
                offset={offset}
                shown={results.length}
                count={count}
                pageRows={IDS_PAGE}
                onChange={setOffset}
              />
            )}
          </>
        )}
      </QueryView>
    </Section>
  );
}

/** Asks first, saying what will happen. */
function useSplit({ scope, person }: Props) {
  const confirm = useConfirm();
  const split = useSplitPerson(scope, person.id);
  const name = personName(person);
  const [firstId = ''] = person.distinct_ids;
  const one = async ({ distinct_id: id, events }: PersonId) => {
    const answer = await confirm({
      title: `Split ${id} off ${name}?`,
      body: `It becomes a person of its own, without properties; ${plural(events, 'event')} and all later ones of this id count as theirs. ${name} keeps the properties and the other ids.`,
      action: 'Split off',
      reason: 'optional',
    });
    if (!answer) return;
    split.mutate(
      { distinct_ids: [id], reason: answer.reason || null },
      { onError: toastError, onSuccess: () => toastDone(`${id} is a person of its own.`) },
    );
  };
  const all = async (count: number) => {
    const answer = await confirm({
      title: `Split ${name} into ${count} people?`,
      body: `Each id becomes a person of its own, with the events that came with it. ${name} keeps the properties and the id ${firstId}; the others start without properties.`,
      action: 'Split all',
      tone: 'harm',
      reason: 'optional',
    });
    if (!answer) return;
    split.mutate(
      { main_distinct_id: firstId, reason: answer.reason || null },
      { onError: toastError, onSuccess: () => toastDone(`${name} is ${count} people now.`) },
    );
  };
  return { one, all, isPending: split.isPending };
}
