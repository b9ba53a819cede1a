// Somebody by distinct id: typed as it is, or found among the people that are known by e-mail, name or id.
import { Autocomplete } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type Person, peopleQuery } from '../api/people.ts';
import type { Scope } from '../api/session.ts';
import { personName } from '../people/person-words.ts';

type PersonPickerProps = {
  readonly scope: Scope;
  readonly label: string;
  readonly description?: string;
  readonly value: string;
  readonly onChange: (distinctId: string) => void;
  /** Called when somebody is chosen from the list. */
  readonly onChoose?: (distinctId: string) => void;
  readonly error?: string | undefined;
};

/** 250 ms: between the strokes of somebody who types, nothing is asked. */
const PAUSE_MS = 250;
const MAX_SHOWN = 20;

/** What browsers make up for somebody who has not logged in yet: rarely what people look for. */
const MADE_UP = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Of each person; more would push other people off the list. */
const MAX_IDS = 3;

/** Ids are what is put in, so they are the values; each is shown with its person's name. */
function choicesOf(people: readonly Person[]) {
  const names = new Map<string, string>();
  for (const person of people) {
    const ids = person.distinct_ids.toSorted(
      (a, b) => Number(MADE_UP.test(a)) - Number(MADE_UP.test(b)),
    );
    for (const id of ids.slice(0, MAX_IDS)) names.set(id, personName(person));
  }
  return names;
}

export function PersonPicker(props: PersonPickerProps) {
  const { scope, label, description, value, onChange, onChoose, error } = props;
  const [search] = useDebouncedValue(value.trim(), PAUSE_MS);
  const people = useQuery({ ...peopleQuery(scope, { search }), placeholderData: keepPreviousData });
  const names = choicesOf(people.data?.results ?? []);
  return (
    <Autocomplete
      label={label}
      description={description}
      placeholder="jane@acme.com or user-1"
      data={[...names.keys()]}
      value={value}
      error={error}
      limit={MAX_SHOWN}
      maxDropdownHeight={300}
      // The server has searched, in more than the ids that the list holds.
      filter={({ options }) => options}
      renderOption={({ option }) => {
        const name = names.get(option.value) ?? option.value;
        return (
          <span style={{ overflowWrap: 'anywhere' }}>
            {name}
            {name !== option.value && <span style={{ opacity: 0.7 }}> · {option.value}</span>}
          </span>
        );
      }}
      onChange={onChange}
      onOptionSubmit={(id) => onChoose?.(id)}
    />
  );
}
