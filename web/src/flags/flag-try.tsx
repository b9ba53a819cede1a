// What one person gets, decided by the server, and how each condition set came out.
import { Button, Stack, Textarea, TextInput } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { type Flag, type FlagTest, useTestFlag } from '../api/flags.ts';
import type { Scope } from '../api/session.ts';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { KeyValue } from '../ui/key-value.tsx';
import { Section } from '../ui/page.tsx';
import { EmptyState } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { parseProperties, reasonWords } from './evaluation-words.ts';
import styles from './flags.module.css';

export function FlagTry({ flag, scope }: { flag: Flag; scope: Scope }) {
  const [distinctId, setDistinctId] = useState('');
  const [json, setJson] = useState('');
  const test = useTestFlag(scope, flag.id);
  const { properties, problem } = parseProperties(json);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!properties) return;
    test.mutate({ distinct_id: distinctId.trim(), person_properties: properties });
  };
  return (
    <Section
      title="Try it"
      lead={`What the saved flag gives one person in ${scope.environment.name}. Nothing is recorded.`}
    >
      <div className={styles.try}>
        <form onSubmit={submit}>
          <Stack gap="sm">
            <ErrorAlert error={test.error} />
            <TextInput
              label="Distinct id"
              description="A person whom Serin knows brings their stored properties."
              placeholder="user-1"
              required
              withAsterisk={false}
              value={distinctId}
              onChange={(event) => setDistinctId(event.currentTarget.value)}
            />
            <Textarea
              label="Person properties"
              description="JSON; these win over stored ones."
              placeholder={'{ "email": "ada@example.com" }'}
              autosize
              minRows={3}
              spellCheck={false}
              value={json}
              error={problem}
              styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
              onChange={(event) => setJson(event.currentTarget.value)}
            />
            <div>
              <Button type="submit" loading={test.isPending} disabled={properties === null}>
                Evaluate
              </Button>
            </div>
          </Stack>
        </form>
        <div aria-live="polite">
          {test.data ? (
            <Result result={test.data} />
          ) : (
            <EmptyState title="No result yet">Enter a person and evaluate.</EmptyState>
          )}
        </div>
      </div>
    </Section>
  );
}

function Result({ result }: { result: FlagTest }) {
  const value = result.variant ?? String(result.enabled);
  return (
    <Stack gap="md">
      <KeyValue
        entries={[
          [
            'Value',
            <StatusBadge
              key="value"
              tone={result.enabled ? 'safe' : 'neutral'}
              hollow={!result.enabled}
            >
              {value}
            </StatusBadge>,
          ],
          ['Because', reasonWords(result.reason.code, result.reason.condition_index)],
          [
            'Payload',
            result.payload === null ? 'none' : <code key="payload">{result.payload}</code>,
          ],
        ]}
      />
      <ol className={styles.sets}>
        {result.conditions.map((condition) => (
          <li key={condition.index}>
            {reasonWords(condition.code, condition.index)}
            <ul className={styles.setProperties}>
              {condition.properties.map(({ key, operator, matched }) => (
                <li key={`${key} ${operator}`}>
                  {matched ? (
                    <IconCheck size={15} color="var(--s-safe)" aria-label="Holds" />
                  ) : (
                    <IconX size={15} color="var(--s-harm)" aria-label="Does not hold" />
                  )}
                  {key}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </Stack>
  );
}
