// What most stages leave to the server: how long they may take, whom they need, what must be proven.
import { Checkbox, MultiSelect, NumberInput, TextInput } from '@mantine/core';
import { useFieldError } from '../targeting/form-errors.tsx';
import { DurationInput } from '../ui/duration-input.tsx';
import { ChoiceInput } from './guardrail-fields.tsx';
import styles from './plan-form.module.css';
import type { StageDraft } from './stage-draft.ts';

type StageMoreProps = {
  readonly stage: StageDraft;
  readonly index: number;
  readonly guardrailIds: readonly string[];
  readonly onChange: (stage: StageDraft) => void;
};

const FITTING = 'fitting';
const PLAIN = [
  { value: FITTING, label: 'What fits the stage' },
  { value: 'absolute', label: 'Fixed limits alone' },
] as const;
const COMPARED = [...PLAIN, { value: 'ratio', label: 'People without the flag' }] as const;
const NAMED = [
  ...PLAIN,
  { value: 'self_control', label: 'The same people before the rollout' },
] as const;
const FULL = [
  ...PLAIN,
  { value: 'before_after', label: 'The same hours of the four weeks before' },
] as const;

/** How many times its bake a stage may take, where the plan says nothing. */
const DEFAULT_FACTOR = 48;

function comparisonsOf({ conditions, percent }: StageDraft) {
  if (conditions.length > 0) return NAMED;
  return percent === 100 ? FULL : COMPARED;
}

/** In a few words, what differs from the usual. */
function summaryOf(stage: StageDraft): string {
  const { maxBakeSeconds, minExposures, compare, coversPeak, safeFor } = stage;
  const { feedbackChannel, feedbackQuestion } = stage;
  const set = [
    ...(coversPeak ? ['waits for a busy hour'] : []),
    ...(maxBakeSeconds === null ? [] : ['time limit']),
    ...(minExposures === null ? [] : [`${minExposures} people`]),
    ...(compare === null ? [] : ['comparison']),
    ...(safeFor === null ? [] : ['proofs']),
    ...(feedbackChannel || feedbackQuestion ? ['feedback'] : []),
  ];
  return set.length === 0 ? 'More' : `More: ${set.join(', ')}`;
}

export function StageMore({ stage, index, guardrailIds, onChange }: StageMoreProps) {
  const at = `stages.${index}`;
  const maxError = useFieldError(`${at}.max_bake_seconds`);
  const safeError = useFieldError(`${at}.safe_for`);
  const compareError = useFieldError(`${at}.compare`);
  const isWrong = maxError !== undefined || safeError !== undefined || compareError !== undefined;
  const { compare, maxBakeSeconds, safeFor } = stage;
  return (
    <details className={styles.stageMore} open={isWrong || undefined}>
      <summary>{summaryOf(stage)}</summary>
      <div className={styles.stack}>
        <div className={styles.fields}>
          <DurationInput
            label="Watch at most"
            description="Then it moves on, or holds and asks"
            seconds={maxBakeSeconds ?? Math.max(stage.bakeSeconds, 1800) * DEFAULT_FACTOR}
            error={maxError}
            onChange={(seconds) => onChange({ ...stage, maxBakeSeconds: seconds })}
          />
          <NumberInput
            label="People with the flag at least"
            description="Before the next stage"
            placeholder={stage.conditions.length > 0 ? '1' : '100'}
            min={0}
            allowDecimal={false}
            value={stage.minExposures ?? ''}
            onChange={(next) =>
              onChange({ ...stage, minExposures: next === '' ? null : Number(next) })
            }
          />
          <ChoiceInput
            label="Held against"
            description="Only people without the flag can tell the change from the weather"
            data={comparisonsOf(stage)}
            value={compare ?? FITTING}
            onChange={(next) => onChange({ ...stage, compare: next === FITTING ? null : next })}
          />
        </div>
        {compareError && <p className={styles.problem}>{compareError}</p>}
        <MultiSelect
          label="Must be proven safe"
          description="Guardrails without whose proof it does not move on; without a choice, those of the usual."
          data={[...new Set(guardrailIds)]}
          value={safeFor === null ? [] : safeFor.filter((id) => guardrailIds.includes(id))}
          error={safeError}
          clearable
          onChange={(next) => onChange({ ...stage, safeFor: next.length === 0 ? null : next })}
        />
        <div className={styles.row}>
          <Checkbox
            label="Ask for no proof at all"
            checked={safeFor !== null && safeFor.length === 0}
            onChange={(event) =>
              onChange({ ...stage, safeFor: event.currentTarget.checked ? [] : null })
            }
          />
          <Checkbox
            label="Wait for one of the day’s busy hours"
            checked={stage.coversPeak}
            onChange={(event) => onChange({ ...stage, coversPeak: event.currentTarget.checked })}
          />
        </div>
        <FeedbackFields stage={stage} onChange={onChange} />
      </div>
    </details>
  );
}

function FeedbackFields({ stage, onChange }: Pick<StageMoreProps, 'stage' | 'onChange'>) {
  return (
    <div className={styles.fields}>
      <TextInput
        label="Where people say what they think"
        description="Told with the stage"
        placeholder="#new-checkout"
        maxLength={500}
        value={stage.feedbackChannel}
        onChange={(event) => onChange({ ...stage, feedbackChannel: event.currentTarget.value })}
      />
      <TextInput
        label="Question to those who have it"
        description="posthog-js asks it on the page, once a person"
        placeholder="How do you like the new checkout?"
        maxLength={300}
        value={stage.feedbackQuestion}
        onChange={(event) => onChange({ ...stage, feedbackQuestion: event.currentTarget.value })}
      />
    </div>
  );
}
