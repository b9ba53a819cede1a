// A regular expression, with a text to try it on.
import { TextInput } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { patternMatches } from './pattern.ts';
import styles from './targeting.module.css';
import type { ValuePartProps } from './condition-part.ts';

export function PatternInput({ text, onChange, error }: ValuePartProps) {
  const [sample, setSample] = useState('');
  const isFound = sample === '' ? null : patternMatches(text, sample);
  return (
    <div className={styles.pattern}>
      <TextInput
        aria-label="Value"
        placeholder="^beta-\d+$"
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        value={text}
        error={error}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <TextInput
        aria-label="Text to try the pattern on"
        size="xs"
        placeholder="Try it on a text"
        value={sample}
        rightSection={
          isFound === null ? null : isFound ? (
            <IconCheck size={15} color="var(--s-safe)" aria-label="Matches" />
          ) : (
            <IconX size={15} color="var(--s-harm)" aria-label="Does not match" />
          )
        }
        onChange={(event) => setSample(event.currentTarget.value)}
      />
    </div>
  );
}
