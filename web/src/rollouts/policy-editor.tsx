// The rules of decision, for those who want to change them. The defaults hold the stated error rates.
import { NumberInput, Select } from '@mantine/core';
import { useFieldError } from '../targeting/form-errors.tsx';
import { DurationInput } from '../ui/duration-input.tsx';
import type { PolicyDraft } from './plan-draft.ts';
import styles from './plan-form.module.css';

type PolicyEditorProps = {
  readonly policy: PolicyDraft;
  readonly onChange: (policy: PolicyDraft) => void;
};

const ROLLBACK_TO = [
  { value: 'zero_keep_targeted', label: 'Nobody, but named people keep it' },
  { value: 'previous_tier', label: 'The stage before' },
  { value: 'off', label: 'Switch the flag off' },
];
const ON_INCONCLUSIVE = [
  { value: 'by_stage', label: 'Go on below 25 %, hold from there' },
  { value: 'promote', label: 'Go on when no harm shows' },
  { value: 'hold', label: 'Hold and ask' },
];
const ON_YELLOW = [
  { value: 'escalate', label: 'Stay paused' },
  { value: 'rollback', label: 'Roll back' },
];

export function PolicyEditor({ policy, onChange }: PolicyEditorProps) {
  return (
    <details className={styles.advanced}>
      <summary>Advanced: how it decides</summary>
      <div className={styles.stack}>
        <Chances policy={policy} onChange={onChange} />
        <div className={styles.fields}>
          <Select
            label="Roll back to"
            data={ROLLBACK_TO}
            value={policy.rollbackTo}
            allowDeselect={false}
            onChange={(value) => onChange({ ...policy, rollbackTo: value as never })}
          />
          <Select
            label="When time is up and nothing is proven"
            data={ON_INCONCLUSIVE}
            value={policy.onInconclusive}
            allowDeselect={false}
            onChange={(value) => onChange({ ...policy, onInconclusive: value as never })}
          />
          <Select
            label="When a pause has lasted too long"
            data={ON_YELLOW}
            value={policy.onYellowDeadline}
            allowDeselect={false}
            onChange={(value) => onChange({ ...policy, onYellowDeadline: value as never })}
          />
        </div>
        <Durations policy={policy} onChange={onChange} />
      </div>
    </details>
  );
}

const CHANCES = [
  {
    field: 'alpha',
    attr: 'policy.alpha',
    label: 'False rollback',
    description: 'Chance of rolling back a harmless release, however often one looks.',
  },
  {
    field: 'alphaPause',
    attr: 'policy.alpha_pause',
    label: 'False pause',
    description: 'Chance of pausing a harmless release.',
  },
  {
    field: 'beta',
    attr: 'policy.beta',
    label: 'False all-clear',
    description: 'Chance of calling a harmful release safe.',
  },
] as const;

function Chances({ policy, onChange }: PolicyEditorProps) {
  return (
    <div className={styles.fields}>
      {CHANCES.map((chance) => (
        <Chance key={chance.field} chance={chance} policy={policy} onChange={onChange} />
      ))}
    </div>
  );
}

function Chance({
  chance: { field, attr, label, description },
  policy,
  onChange,
}: PolicyEditorProps & { readonly chance: (typeof CHANCES)[number] }) {
  const error = useFieldError(attr);
  return (
    <NumberInput
      label={label}
      description={description}
      suffix=" %"
      min={0.1}
      max={99}
      decimalScale={2}
      value={Number((policy[field] * 100).toFixed(4))}
      error={error}
      onChange={(next) => onChange({ ...policy, [field]: Number(next) / 100 })}
    />
  );
}

function Durations({ policy, onChange }: PolicyEditorProps) {
  const settleError = useFieldError('policy.settle_seconds');
  const tickError = useFieldError('policy.tick_seconds');
  const yellowError = useFieldError('policy.yellow_deadline_seconds');
  return (
    <div className={styles.fields}>
      <DurationInput
        label="Longest pause"
        description="Then it stays paused or rolls back, as chosen above."
        seconds={policy.yellowDeadlineSeconds}
        error={yellowError}
        onChange={(yellowDeadlineSeconds) => onChange({ ...policy, yellowDeadlineSeconds })}
      />
      <DurationInput
        label="Settle"
        description="Time for apps to learn of a new stage, before counting begins."
        seconds={policy.settleSeconds}
        error={settleError}
        onChange={(settleSeconds) => onChange({ ...policy, settleSeconds })}
      />
      <DurationInput
        label="Look every"
        description="Time between two looks at the numbers."
        seconds={policy.tickSeconds}
        error={tickError}
        onChange={(tickSeconds) => onChange({ ...policy, tickSeconds })}
      />
    </div>
  );
}
