// Conditions of the events that count, and the steps of a funnel.
import { Button } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ConditionDraft } from '../targeting/condition-draft.ts';
import { ConditionsEditor } from '../targeting/conditions-editor.tsx';
import { useFieldError } from '../targeting/form-errors.tsx';
import { IconAction } from '../ui/icon-action.tsx';
import { EventNameInput } from './event-name-input.tsx';
import { type MatchDraft, newMatch } from './guardrail-draft.ts';
import styles from './plan-form.module.css';

type EventConditionsProps = {
  /** Whose properties they are, as the server names it: `guardrails.0`. */
  readonly attr: string;
  readonly conditions: readonly ConditionDraft[];
  readonly onChange: (conditions: readonly ConditionDraft[]) => void;
};

/** Narrows events by their own properties. */
export function EventConditions({ attr, conditions, onChange }: EventConditionsProps) {
  return (
    <ConditionsEditor
      attr={attr}
      subjects="event-properties"
      addFirst="Only some of them…"
      conditions={conditions}
      onChange={onChange}
    />
  );
}

type StepsEditorProps = {
  readonly attr: string;
  readonly steps: readonly MatchDraft[];
  readonly onChange: (steps: readonly MatchDraft[]) => void;
};

const MAX_STEPS = 10;

export function StepsEditor({ attr, steps, onChange }: StepsEditorProps) {
  const error = useFieldError(attr);
  return (
    <ol className={styles.steps} aria-label="Steps, in this order">
      {steps.map((step, index) => (
        <li key={step.id} className={styles.step}>
          <div className={styles.stepHead}>
            <span className={styles.number} aria-hidden>
              {index + 1}
            </span>
            <EventNameInput
              label={`Event of step ${index + 1}`}
              isLabelHidden
              attr={`${attr}.${index}.event`}
              placeholder={index === 0 ? '$pageview' : 'order_completed'}
              value={step.event}
              onChange={(event) => onChange(steps.with(index, { ...step, event }))}
            />
            <IconAction
              size={34}
              label={`Remove step ${index + 1}`}
              isDisabled={steps.length <= 2}
              onClick={() => onChange(steps.toSpliced(index, 1))}
            >
              <IconTrash size={16} stroke={1.6} />
            </IconAction>
          </div>
          <EventConditions
            attr={`${attr}.${index}`}
            conditions={step.conditions}
            onChange={(conditions) => onChange(steps.with(index, { ...step, conditions }))}
          />
        </li>
      ))}
      <li>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          disabled={steps.length >= MAX_STEPS}
          onClick={() => onChange([...steps, newMatch()])}
        >
          Add step
        </Button>
        {error && <p className={styles.problem}>{error}</p>}
      </li>
    </ol>
  );
}
