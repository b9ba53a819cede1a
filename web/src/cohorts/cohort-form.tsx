// What a cohort is called and, unless its people are listed, whom its conditions mean.
import { Alert, Button, Textarea, TextInput } from '@mantine/core';
import { IconInfoCircle, IconPlus, IconX } from '@tabler/icons-react';
import { ConditionsEditor } from '../targeting/conditions-editor.tsx';
import { FormErrors, useFieldError } from '../targeting/form-errors.tsx';
import type { Problems } from '../targeting/condition-problem.ts';
import { IconAction } from '../ui/icon-action.tsx';
import { newBehaviour } from './behaviour-draft.ts';
import { BehaviourRow } from './behaviour-row.tsx';
import { type CohortDraft, newSet, type SetDraft, setAttr } from './cohort-draft.ts';
import styles from './cohorts.module.css';

type CohortFormProps = {
  readonly draft: CohortDraft;
  readonly errors: Problems;
  readonly onChange: (draft: CohortDraft) => void;
};

export function CohortForm({ draft, errors, onChange }: CohortFormProps) {
  return (
    <FormErrors.Provider value={errors}>
      <div className={styles.stack}>
        <TextInput
          label="Name"
          maxLength={400}
          value={draft.name}
          error={errors.get('name')}
          onChange={(event) => onChange({ ...draft, name: event.currentTarget.value })}
        />
        <Textarea
          label="Description"
          autosize
          minRows={1}
          maxLength={2000}
          value={draft.description}
          error={errors.get('description')}
          onChange={(event) => onChange({ ...draft, description: event.currentTarget.value })}
        />
        {!draft.isStatic && <Sets draft={draft} onChange={onChange} />}
      </div>
    </FormErrors.Provider>
  );
}

function Sets({ draft, onChange }: Omit<CohortFormProps, 'errors'>) {
  const problem = useFieldError('filters.properties');
  const { sets } = draft;
  if (sets === null) {
    return (
      <Alert icon={<IconInfoCircle size={18} />} title="Nested conditions">
        They were made through the API and would be too long written out here. They stay as they
        are.
      </Alert>
    );
  }
  const change = (next: readonly SetDraft[]) => onChange({ ...draft, sets: next });
  return (
    <>
      {sets.map((set, index) => (
        <ConditionSet
          key={set.id}
          set={set}
          index={index}
          onChange={(next) => change(sets.with(index, next))}
          onRemove={sets.length > 1 ? () => change(sets.toSpliced(index, 1)) : undefined}
        />
      ))}
      {problem && (
        <Alert color="harm" role="alert" icon={<IconInfoCircle size={18} />}>
          {problem}
        </Alert>
      )}
      <div>
        <Button
          variant="default"
          leftSection={<IconPlus size={16} />}
          onClick={() => change([...sets, newSet()])}
        >
          Or people who…
        </Button>
      </div>
    </>
  );
}

type ConditionSetProps = {
  readonly set: SetDraft;
  readonly index: number;
  readonly onChange: (set: SetDraft) => void;
  readonly onRemove: (() => void) | undefined;
};

function ConditionSet({ set, index, onChange, onRemove }: ConditionSetProps) {
  const attr = setAttr(index);
  const missing = useFieldError(attr);
  const title = index === 0 ? 'People who meet all of' : 'or people who meet all of';
  return (
    <section className={styles.set} aria-label={`Alternative ${index + 1}`}>
      <div className={styles.setHead}>
        <span>{title}</span>
        {onRemove && (
          <IconAction size={28} label="Remove alternative" onClick={onRemove}>
            <IconX size={16} />
          </IconAction>
        )}
      </div>
      <ConditionsEditor
        attr={attr}
        listName="values"
        subjects="people-and-cohorts"
        conditions={set.conditions}
        onChange={(conditions) => onChange({ ...set, conditions })}
      />
      {set.behaviours.map((behaviour, row) => (
        <BehaviourRow
          key={behaviour.id}
          draft={behaviour}
          attr={`${attr}.values.${set.conditions.length + row}`}
          isFirst={set.conditions.length + row === 0}
          onChange={(next) => onChange({ ...set, behaviours: set.behaviours.with(row, next) })}
          onRemove={() => onChange({ ...set, behaviours: set.behaviours.toSpliced(row, 1) })}
        />
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={14} />}
        onClick={() => onChange({ ...set, behaviours: [...set.behaviours, newBehaviour()] })}
      >
        Add something they did
      </Button>
      {missing && (
        <p role="alert" className={styles.problem}>
          {missing}
        </p>
      )}
    </section>
  );
}
