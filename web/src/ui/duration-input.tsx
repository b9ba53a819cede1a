// A length of time, typed as people say it.
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { parseDuration } from './duration.ts';
import { formatDuration } from './format.ts';

type DurationInputProps = {
  readonly label: string;
  readonly description?: string;
  readonly seconds: number;
  readonly onChange: (seconds: number) => void;
  readonly error?: string | undefined;
  readonly labelClassName?: string | undefined;
};

/** While it is typed the text stays as it is; when left it takes the usual form. */
export function DurationInput(props: DurationInputProps) {
  const { label, description, seconds, onChange, error, labelClassName } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const isUnreadable = typed !== null && parseDuration(typed) === null;
  const change = (text: string) => {
    setTyped(text);
    const parsed = parseDuration(text);
    if (parsed !== null) onChange(parsed);
  };
  return (
    <TextInput
      label={label}
      description={description}
      classNames={{ label: labelClassName ?? '' }}
      placeholder="30 min"
      value={typed ?? formatDuration(seconds)}
      error={isUnreadable ? 'Such as 30 min, 4 h or 2 d.' : error}
      onChange={(event) => change(event.currentTarget.value)}
      onBlur={() => setTyped(null)}
    />
  );
}
