// The flag as a form: what it is called, what it answers, who gets it, and the sum of it in words.
import { Textarea, TextInput } from '@mantine/core';
import type { Filters } from 'serin/flags/flag';
import { Section } from '../ui/page.tsx';
import { ConditionSets } from './condition-sets.tsx';
import { type FlagDraft, filtersFrom } from './draft.ts';
import styles from './editor.module.css';
import { FormErrors, useFieldError } from '../targeting/form-errors.tsx';
import type { Problems } from '../targeting/condition-problem.ts';
import { ValueEditor } from './variants-editor.tsx';
import { summarySentences } from './words.ts';

type FlagFormProps = {
  readonly draft: FlagDraft;
  readonly base: Filters | null;
  readonly isActive: boolean;
  readonly environmentName: string;
  readonly errors: Problems;
  readonly onChange: (change: Partial<FlagDraft>) => void;
};

export function FlagForm(props: FlagFormProps) {
  const { draft, base, isActive, environmentName, errors, onChange } = props;
  return (
    <FormErrors.Provider value={errors}>
      <Section title="About">
        <Basics draft={draft} onChange={onChange} />
      </Section>
      <Section title="Value" lead="What your code gets when the flag is on for someone.">
        <ValueEditor draft={draft} onChange={onChange} />
      </Section>
      <Section
        title={`Who gets it in ${environmentName}`}
        lead="Sets are tried from the top. The first that takes a person in decides."
      >
        <ConditionSets draft={draft} onChange={(groups) => onChange({ groups })} />
      </Section>
      <Section title="In words">
        <Summary sentences={summarySentences(filtersFrom(draft, base), isActive)} />
      </Section>
    </FormErrors.Provider>
  );
}

function Basics({ draft, onChange }: Pick<FlagFormProps, 'draft' | 'onChange'>) {
  const keyError = useFieldError('key');
  const nameError = useFieldError('name');
  return (
    <div className={styles.stack}>
      <TextInput
        label="Key"
        description="The name in your code. Changing it later breaks code that asks for the old one."
        placeholder="new-checkout"
        value={draft.key}
        error={keyError}
        spellCheck={false}
        maw={420}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        onChange={(event) => onChange({ key: event.currentTarget.value })}
      />
      <Textarea
        label="Description"
        placeholder="What it releases, and when it can go away"
        autosize
        minRows={1}
        value={draft.description}
        error={nameError}
        onChange={(event) => onChange({ description: event.currentTarget.value })}
      />
    </div>
  );
}

export function Summary({ sentences }: { sentences: readonly string[] }) {
  const [only] = sentences;
  if (sentences.length === 1) return <p style={{ margin: 0 }}>{only}</p>;
  return (
    <ol className={styles.summary} aria-live="polite">
      {sentences.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ol>
  );
}
