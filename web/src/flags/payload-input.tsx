// A JSON payload, checked as it is typed and laid out on request.
import { Button, Textarea } from '@mantine/core';
import { IconBraces } from '@tabler/icons-react';
import { useFieldError } from '../targeting/form-errors.tsx';
import { formatJson, jsonProblem } from '../ui/json-text.ts';
import styles from './editor.module.css';

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
  const problem = jsonProblem(value);
  const laidOut = formatJson(value);
  return (
    <div className={styles.payload}>
      <Textarea
        {...(hideLabel ? { 'aria-label': label } : { label, description })}
        placeholder={'{ "limit": 20 }'}
        autosize
        minRows={1}
        maxRows={16}
        spellCheck={false}
        value={value}
        error={found ?? problem}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {problem === null && laidOut !== value && (
        <Button
          className={styles.layOut ?? ''}
          variant="subtle"
          size="compact-sm"
          leftSection={<IconBraces size={13} />}
          aria-label={`Format ${label}`}
          onClick={() => onChange(laidOut)}
        >
          Format
        </Button>
      )}
    </div>
  );
}
