// Two people who are one: the other becomes part of the one whose page this is.
import { Button, Group, Radio, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconArrowMerge } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { peopleQuery, type Person, personIdsQuery, useMergePeople } from '../api/people.ts';
import type { Scope } from '../api/session.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { plural } from '../ui/format.ts';
import { ReasonInput } from '../ui/reason-input.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { toastDone } from '../ui/toast.ts';
import { personName } from './person-words.ts';

type Props = { readonly scope: Scope; readonly person: Person };

/** A pause in typing after which the server is asked, in milliseconds. */
const TYPING_MS = 200;
/** Whoever is not among them is found by a longer text. */
const MAX_SHOWN = 5;
/** As many ids as one look counts events of. */
const COUNTED_IDS = 500;

export function MergePeople({ scope, person }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconArrowMerge size={16} />}
        onClick={() => setOpen(true)}
      >
        Merge
      </Button>
      <Dialog
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={`Merge into ${personName(person)}`}
        size="lg"
      >
        <MergeForm scope={scope} person={person} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function MergeForm({ scope, person, onDone }: Props & { readonly onDone: () => void }) {
  const [search, setSearch] = useState('');
  const [other, setOther] = useState<Person>();
  const [reason, setReason] = useState('');
  const merge = useMergePeople(scope, person.id);
  const submit = () => {
    if (!other) return;
    merge.mutate(
      { ids: [other.id], reason: reason.trim() || null },
      {
        onSuccess: ({ distinct_ids_moved: moved }) => {
          const name = personName(person);
          toastDone(`${personName(other)} is part of ${name}, with ${plural(moved, 'id')}.`);
          onDone();
        },
      },
    );
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack gap="md">
        <ErrorAlert error={merge.error} />
        <SearchField
          label="Search for the other person"
          placeholder="Search by id, e-mail or name"
          value={search}
          onChange={setSearch}
        />
        <Candidates
          scope={scope}
          person={person}
          search={search}
          chosen={other}
          onChoose={setOther}
        />
        {other && <Consequences scope={scope} person={person} other={other} />}
        <ReasonInput value={reason} isRequired={false} onChange={setReason} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" disabled={!other} loading={merge.isPending}>
            Merge
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

type CandidatesProps = Props & {
  readonly search: string;
  readonly chosen: Person | undefined;
  readonly onChoose: (person: Person) => void;
};

function Candidates({ scope, person, search, chosen, onChoose }: CandidatesProps) {
  const [asked] = useDebouncedValue(search.trim(), TYPING_MS);
  const found = useQuery({
    ...peopleQuery(scope, { search: asked }),
    placeholderData: keepPreviousData,
  });
  const others = (found.data?.results ?? []).filter(({ id }) => id !== person.id);
  const shown = others.slice(0, MAX_SHOWN);
  if (found.isError) return <ErrorAlert error={found.error} />;
  return (
    <Radio.Group
      label="Who becomes part of them"
      value={chosen?.id ?? ''}
      onChange={(id) => {
        const next = shown.find((one) => one.id === id);
        if (next) onChoose(next);
      }}
    >
      {/* As high as the longest list, so that nothing moves while it is searched. */}
      <Stack gap={8} mt={8} mih={MAX_SHOWN * 30}>
        {shown.map((one) => (
          <Radio
            key={one.id}
            value={one.id}
            label={personName(one)}
            styles={{ label: { overflowWrap: 'anywhere' } }}
          />
        ))}
        {found.isSuccess && shown.length === 0 && (
          <Text c="dimmed" size="sm">
            Nobody else matches.
          </Text>
        )}
        {others.length > shown.length && (
          <Text c="dimmed" size="sm">
            There are more; search for them.
          </Text>
        )}
      </Stack>
    </Radio.Group>
  );
}

function Consequences({ scope, person, other }: Props & { readonly other: Person }) {
  const ids = useQuery(personIdsQuery(scope, other.id, 0, COUNTED_IDS));
  const events = ids.data?.results.reduce((sum, one) => sum + one.events, 0);
  const count = ids.data?.count ?? other.distinct_ids.length;
  const atLeast = count > COUNTED_IDS ? 'at least ' : '';
  const name = personName(person);
  return (
    <Text size="sm" role="status">
      {personName(other)} ceases to be somebody of their own: {plural(count, 'id')}
      {events !== undefined && ` and ${atLeast}${plural(events, 'event')}`} become {name}’s, past
      and future. Where both have a property, {name}’s value stays. Charts that counted two people
      count one.
    </Text>
  );
}
