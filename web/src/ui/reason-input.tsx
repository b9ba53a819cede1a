// Why something is done: kept in the history.
import { Textarea } from '@mantine/core';

type ReasonInputProps = {
  readonly value: string;
  readonly isRequired: boolean;
  readonly error?: string | undefined;
  readonly onChange: (reason: string) => void;
};

export function ReasonInput({ value, isRequired, error, onChange }: ReasonInputProps) {
  return (
    <Textarea
      label="Reason"
      description="Kept in the history, for whoever looks at this later."
      placeholder={isRequired ? '' : 'Optional'}
      required={isRequired}
      autosize
      minRows={2}
      maxLength={1000}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
