// A JSON payload, checked as it is typed.
import { Textarea } from '@mantine/core';
import { useFieldError } from '../targeting/form-errors.tsx';
import { jsonProblem } from './problems.ts';

type PayloadInputProps = {
  readonly label: string;
  readonly attr: string;
  readonly value: string;
  readonly onChange: (json: string) => void;
  readonly description?: string;
  readonly hideLabel?: boolean;
};

export function PayloadInput(props: PayloadInputProps) {
  const { label, attr, value, onChange, description, hideLabel = false } = props;
  const found = useFieldError(attr);
  return (
    <Textarea
      {...(hideLabel ? { 'aria-label': label } : { label, description })}
      placeholder={'{ "limit": 20 }'}
      autosize
      minRows={1}
      maxRows={16}
      spellCheck={false}
      value={value}
      error={found ?? jsonProblem(value)}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
