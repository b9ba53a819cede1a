// Which event a series, step or entity is about: those that were seen, any, or one that is typed.
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { eventNamesQuery } from '../api/known-events.ts';
import { useScope } from '../api/session.ts';
import { useFieldError } from '../targeting/form-errors.tsx';
import { NameSelect } from './name-select.tsx';

type EventSelectProps = {
  readonly label: string;
  /** Null: any event. */
  readonly event: string | null;
  readonly attr: string;
  readonly className?: string | undefined;
  readonly onChange: (event: string | null) => void;
};

const TYPING_MS = 200;
const ANY = { value: 'any', label: 'Any event' };
/** Prefixed, so that an event may have any name. */
const itemOf = (name: string) => ({ value: `event:${name}`, label: name });

export function EventSelect({ label, event, attr, className, onChange }: EventSelectProps) {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), TYPING_MS);
  // The field holds the name of what is chosen while nobody types.
  const isChosen = search === (event ?? ANY.label);
  const { data: names = [] } = useQuery(eventNamesQuery(useScope(), isChosen ? '' : search));
  return (
    <NameSelect
      label={label}
      value={event === null ? ANY.value : itemOf(event).value}
      valueLabel={event ?? ANY.label}
      groups={[
        { group: 'Seen here', items: names.map(itemOf) },
        { group: 'All', items: [ANY] },
      ]}
      typed={itemOf}
      error={useFieldError(`${attr}.event`)}
      className={className}
      onSearch={setTyped}
      onChange={(value) =>
        value && onChange(value === ANY.value ? null : value.slice('event:'.length))
      }
    />
  );
}
