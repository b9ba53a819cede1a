// A phrase that has to be typed before something that cannot be undone.
import { Code, TextInput } from '@mantine/core';

type PhraseInputProps = {
  readonly phrase: string;
  readonly value: string;
  readonly error?: string | undefined;
  readonly onChange: (value: string) => void;
};

export function PhraseInput({ phrase, value, error, onChange }: PhraseInputProps) {
  return (
    <TextInput
      label={
        <>
          Type <Code>{phrase}</Code> to confirm
        </>
      }
      autoComplete="off"
      spellCheck={false}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
