// The flag as a form: what it is called, what it answers, who gets it, and how it is evaluated.
import { Textarea, TextInput } from '@mantine/core';
import { Section } from '../ui/page.tsx';
import { AdvancedSection } from './advanced-section.tsx';
import { ConditionSets } from './condition-sets.tsx';
import type { FlagDraft } from './draft.ts';
import styles from './editor.module.css';
import { FormErrors, useFieldError } from '../targeting/form-errors.tsx';
import type { Problems } from '../targeting/condition-problem.ts';
import { ValueEditor } from './variants-editor.tsx';

type FlagFormProps = {
  readonly draft: FlagDraft;
  readonly environmentName: string;
  readonly errors: Problems;
  readonly isNew?: boolean;
  readonly onChange: (change: Partial<FlagDraft>) => void;
};

/** A new flag is named first; a stored one is opened for whom it goes to. */
export function FlagForm(props: FlagFormProps) {
  const { draft, environmentName, errors, isNew = false, onChange } = props;
  const about = (
    <Section title="About">
      <Basics draft={draft} onChange={onChange} />
    </Section>
  );
  return (
    <FormErrors.Provider value={errors}>
      {isNew && about}
      <Section
        title={`Who gets it in ${environmentName}`}
        lead="Sets are tried from the top. The first that takes a person in decides."
      >
        <ConditionSets draft={draft} onChange={(groups) => onChange({ groups })} />
      </Section>
      <Section title="Value" lead="What your code gets when the flag is on for someone.">
        <ValueEditor draft={draft} onChange={onChange} />
      </Section>
      <AdvancedSection draft={draft} onChange={onChange} />
      {!isNew && about}
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
