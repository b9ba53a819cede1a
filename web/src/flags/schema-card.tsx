// The JSON Schema that every payload of the flag must fit, in all environments. Saved by itself.
import { Button, Group, Textarea } from '@mantine/core';
import { useState } from 'react';
import { ApiError } from '../api/client.ts';
import { type Flag, useUpdateFlag } from '../api/flags.ts';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { formatJson, jsonProblem } from '../ui/json-text.ts';
import { Section } from '../ui/page.tsx';
import { toastDone } from '../ui/toast.ts';
import type { FlagPartProps } from './flag-part.ts';
import styles from './editor.module.css';

const textOf = ({ payload_schema: schema }: Flag): string =>
  schema === null ? '' : JSON.stringify(schema, null, 2);

/** Refusals name a place in the schema: they belong to this field. */
const isAboutSchema = (error: unknown): error is ApiError =>
  error instanceof ApiError && (error.attr ?? '').startsWith('payload_schema');

export function SchemaCard({ flag, scope }: FlagPartProps) {
  const [isOpen, setOpen] = useState(flag.payload_schema !== null);
  return (
    <Section
      title="Payload schema"
      lead={
        isOpen
          ? 'Every payload, in every environment, must fit this JSON Schema.'
          : 'Refuses payloads that your code could not read.'
      }
      actions={
        isOpen ? undefined : (
          <Button variant="default" size="compact-sm" onClick={() => setOpen(true)}>
            Add
          </Button>
        )
      }
    >
      {isOpen && <SchemaForm key={textOf(flag)} flag={flag} scope={scope} />}
    </Section>
  );
}

function SchemaForm({ flag, scope }: FlagPartProps) {
  const [text, setText] = useState(textOf(flag));
  const update = useUpdateFlag(scope);
  const problem = text.trim() === '' ? null : jsonProblem(text);
  const refused = isAboutSchema(update.error)
    ? `${placeOf(update.error.attr)}${update.error.message}`
    : null;
  const submit = () => {
    const schema = text.trim() === '' ? null : (JSON.parse(text) as Record<string, never>);
    update.mutate(
      { id: flag.id, payload_schema: schema, version: flag.version },
      { onSuccess: () => toastDone('The schema is saved.') },
    );
  };
  return (
    <form
      className={styles.stack}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {!isAboutSchema(update.error) && <ErrorAlert error={update.error} />}
      <Textarea
        aria-label="Payload schema"
        placeholder={'{ "type": "object", "required": ["limit"] }'}
        autosize
        minRows={3}
        maxRows={18}
        spellCheck={false}
        value={text}
        error={problem ?? refused}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        onChange={(event) => {
          setText(event.currentTarget.value);
          update.reset();
        }}
        onBlur={() => problem === null && setText(formatJson(text))}
      />
      <Group justify="flex-end">
        <Button
          type="submit"
          variant="default"
          loading={update.isPending}
          disabled={problem !== null || formatJson(text) === textOf(flag)}
        >
          Save schema
        </Button>
      </Group>
    </form>
  );
}

/** `payload_schema.properties.limit.type` → `At properties.limit.type: `. */
function placeOf(attr: string | null): string {
  const place = (attr ?? '').replace(/^payload_schema\.?/, '');
  return place === '' ? '' : `At ${place}: `;
}
