// The name of an event: free text, with those that were seen to choose from.
import { Autocomplete } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { eventNamesQuery } from '../api/known-events.ts';
import { useScope } from '../api/session.ts';
import { useFieldError } from '../targeting/form-errors.tsx';
import styles from './plan-form.module.css';

type EventNameInputProps = {
  readonly label: string;
  /** Where it stands, as the server names it. */
  readonly attr: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly description?: string;
  readonly isLabelHidden?: boolean;
  readonly onChange: (value: string) => void;
};

const TYPING_MS = 200;

export function EventNameInput(props: EventNameInputProps) {
  const { label, attr, value, placeholder, description, isLabelHidden, onChange } = props;
  const [isWanted, setWanted] = useState(false);
  const [search] = useDebouncedValue(value.trim(), TYPING_MS);
  const { data: names = [] } = useQuery({
    ...eventNamesQuery(useScope(), search),
    enabled: isWanted,
  });
  return (
    <Autocomplete
      className={styles.wide}
      {...(isLabelHidden ? { 'aria-label': label } : { label, description })}
      placeholder={placeholder}
      data={[...new Set(names)]}
      value={value}
      error={useFieldError(attr)}
      filter={({ options }) => options}
      maxDropdownHeight={280}
      onFocus={() => setWanted(true)}
      onChange={onChange}
    />
  );
}
