// How much Serin may do by itself, when, and the rules of decision. The defaults hold the stated error rates.
import { Button, NumberInput, Radio, Stack, TagsInput } from '@mantine/core';
import { useFieldError } from '../targeting/form-errors.tsx';
import { DurationInput } from '../ui/duration-input.tsx';
import { ChoiceInput } from './guardrail-fields.tsx';
import type { PolicyDraft } from './policy-draft.ts';
import styles from './plan-form.module.css';

type PolicyEditorProps = {
  readonly policy: PolicyDraft;
  readonly onChange: (policy: PolicyDraft) => void;
};

/** From the least to the most. */
const AUTOMATIONS = [
  {
    value: 'shadow',
    label: 'Only note it',
    description: 'The time line says what would have been done. Good for a first rollout.',
  },
  {
    value: 'notify',
    label: 'Tell people',
    description: 'Channels are told what would have been done; nothing changes.',
  },
  {
    value: 'hold',
    label: 'Stop expanding',
    description: 'The stage stays as it is until somebody decides.',
  },
  {
    value: 'auto',
    label: 'Take the change back',
    description: 'Within seconds after harm is proven; suspected harm stops expansion.',
  },
] as const;

/** The ladder of trust: what happens by itself when harm shows. */
export function AutomationChoice({ policy, onChange }: PolicyEditorProps) {
  return (
    <Radio.Group
      label="When harm shows, Serin may"
      value={policy.automation}
      onChange={(value) => {
        const chosen = AUTOMATIONS.find((one) => one.value === value);
        if (chosen) onChange({ ...policy, automation: chosen.value });
      }}
    >
      <div className={styles.choices}>
        {AUTOMATIONS.map(({ value, label, description }) => (
          <Radio key={value} value={value} label={label} description={description} />
        ))}
      </div>
    </Radio.Group>
  );
}

/** Times in which the rollout starts and widens. */
export function WindowsInput({ policy, onChange }: PolicyEditorProps) {
  const { changeWindows } = policy;
  const first = changeWindows.findIndex((_, index) => index >= 0);
  const error = useFieldError(`policy.change_windows.${Math.max(0, first)}`);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const office = `Mon-Thu 09:00-16:00 ${zone}`;
  const set = (next: readonly string[]) => onChange({ ...policy, changeWindows: next });
  return (
    <Stack gap={6}>
      <TagsInput
        label="Starts and widens only in these hours"
        description="Going back needs none. Press Enter after each."
        placeholder={changeWindows.length === 0 ? office : ''}
        value={[...changeWindows]}
        // A comma belongs to a list of days.
        splitChars={[';']}
        error={error}
        onChange={set}
      />
      {changeWindows.length === 0 && (
        <Button
          className={styles.fit}
          variant="subtle"
          size="compact-sm"
          onClick={() => set([office])}
        >
          Office hours: {office}
        </Button>
      )}
    </Stack>
  );
}

const ROLLBACK_TO = [
  { value: 'zero_keep_targeted', label: 'Nobody, but named people keep it' },
  { value: 'previous_tier', label: 'The stage before' },
  { value: 'off', label: 'Switch the flag off' },
  { value: 'kill', label: 'Pull its kill switch' },
] as const;
const ON_INCONCLUSIVE = [
  { value: 'by_stage', label: 'Go on below 25 %, hold from there' },
  { value: 'promote', label: 'Go on when no harm shows' },
  { value: 'hold', label: 'Hold and ask' },
] as const;
const ON_YELLOW = [
  { value: 'escalate', label: 'Stay paused' },
  { value: 'rollback', label: 'Roll back' },
] as const;
const ON_NO_DATA = [
  { value: 'hold', label: 'Stay held' },
  { value: 'rollback', label: 'Roll back' },
] as const;

const EXPOSURE = [
  { value: 'called', label: 'Those who ask for the flag' },
  { value: 'served', label: 'Everyone who was given its value' },
] as const;

export function PolicyEditor({ policy, onChange }: PolicyEditorProps) {
  return (
    <details className={styles.advanced}>
      <summary>Advanced: how it decides</summary>
      <div className={styles.stack}>
        <Chances policy={policy} onChange={onChange} />
        <div className={styles.fields}>
          <ChoiceInput
            label="Roll back to"
            data={ROLLBACK_TO}
            value={policy.rollbackTo}
            onChange={(rollbackTo) => onChange({ ...policy, rollbackTo })}
          />
          <ChoiceInput
            label="When time is up and nothing is proven"
            data={ON_INCONCLUSIVE}
            value={policy.onInconclusive}
            onChange={(onInconclusive) => onChange({ ...policy, onInconclusive })}
          />
          <ChoiceInput
            label="When a pause has lasted too long"
            data={ON_YELLOW}
            value={policy.onYellowDeadline}
            onChange={(onYellowDeadline) => onChange({ ...policy, onYellowDeadline })}
          />
          <ChoiceInput
            label="Who is compared"
            data={EXPOSURE}
            value={policy.exposure}
            onChange={(exposure) => onChange({ ...policy, exposure })}
          />
          <ChoiceInput
            label="When no data has come for too long"
            data={ON_NO_DATA}
            value={policy.onNoData}
            onChange={(onNoData) => onChange({ ...policy, onNoData })}
          />
          <ChoiceInput
            label="When events could not be read for too long"
            data={ON_NO_DATA}
            value={policy.onSourceDown}
            onChange={(onSourceDown) => onChange({ ...policy, onSourceDown })}
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
      <NumberInput
        label="People hurt at least"
        description="Fewer are never red by comparison."
        min={1}
        allowDecimal={false}
        value={policy.minAffected}
        onChange={(next) => onChange({ ...policy, minAffected: Math.max(1, Number(next)) })}
      />
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

const DURATIONS = [
  [
    'yellowDeadlineSeconds',
    'yellow_deadline_seconds',
    'Longest pause',
    'Then it stays paused or rolls back, as chosen above.',
  ],
  [
    'calmSeconds',
    'calm_seconds',
    'Calm',
    'A pause ends by itself when the evidence has been calm for so long.',
  ],
  [
    'noDataAfterSeconds',
    'no_data_after_seconds',
    'Silence',
    'So long without anybody is no data: it holds.',
  ],
  [
    'noDataDeadlineSeconds',
    'no_data_deadline_seconds',
    'Longest silence',
    'Then it stays held or rolls back, as chosen above.',
  ],
  [
    'sourceDownDeadlineSeconds',
    'source_down_deadline_seconds',
    'Longest outage of the event store',
    'Then somebody is called.',
  ],
  [
    'settleSeconds',
    'settle_seconds',
    'Settle',
    'Time for apps to learn of a new stage, before counting begins.',
  ],
  ['tickSeconds', 'tick_seconds', 'Look every', 'Time between two looks at the numbers.'],
  [
    'bucketSeconds',
    'bucket_seconds',
    'Compare within',
    'People are compared with those who entered with them.',
  ],
] as const;

function Durations({ policy, onChange }: PolicyEditorProps) {
  return (
    <div className={styles.fields}>
      {DURATIONS.map((duration) => (
        <Duration key={duration[0]} duration={duration} policy={policy} onChange={onChange} />
      ))}
    </div>
  );
}

function Duration({
  duration: [field, name, label, description],
  policy,
  onChange,
}: PolicyEditorProps & { readonly duration: (typeof DURATIONS)[number] }) {
  const error = useFieldError(`policy.${name}`);
  return (
    <DurationInput
      label={label}
      description={description}
      seconds={policy[field]}
      error={error}
      onChange={(seconds) => onChange({ ...policy, [field]: seconds })}
    />
  );
}
