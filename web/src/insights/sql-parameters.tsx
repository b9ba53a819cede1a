// Values for the names in braces that a statement has.
import { TextInput } from '@mantine/core';
import type { SqlQuery } from '../api/insights.ts';
import type { EditorProps } from './editor.ts';
import { placeholdersIn } from './sql-text.ts';
import styles from './sql.module.css';
import { useTyped } from './use-typed.ts';

type SqlParametersProps = EditorProps<SqlQuery> & {
  /** The statement as it is being written. */
  readonly text: string;
};

export function SqlParameters({ query, text, onChange }: SqlParametersProps) {
  const names = placeholdersIn(text);
  const values = query.values ?? {};
  if (names.length === 0) return null;
  return (
    <div className={styles.parameters}>
      {names.map((name) => (
        <Parameter
          key={name}
          name={name}
          value={values[name]}
          onChange={(value) => onChange({ ...query, values: { ...values, [name]: value } })}
        />
      ))}
    </div>
  );
}

type ParameterProps = {
  readonly name: string;
  readonly value: unknown;
  readonly onChange: (value: string | number) => void;
};

function Parameter({ name, value, onChange }: ParameterProps) {
  const isPlain = typeof value === 'string' || typeof value === 'number' || value === undefined;
  const [text, setText] = useTyped(isPlain ? String(value ?? '') : JSON.stringify(value));
  const send = () => {
    if (!isPlain || text === String(value ?? '')) return;
    onChange(/^-?\d{1,15}(?:\.\d+)?$/.test(text) ? Number(text) : text);
  };
  return (
    <TextInput
      label={<code>{`{${name}}`}</code>}
      size="xs"
      disabled={!isPlain}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={send}
      onKeyDown={(event) => event.key === 'Enter' && send()}
    />
  );
}
