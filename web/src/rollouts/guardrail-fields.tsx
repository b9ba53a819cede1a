// What one guardrail measures: events, properties, times. What it is held against is band-fields.tsx.
import { NativeSelect, NumberInput, SegmentedControl, TextInput } from '@mantine/core';
import { useFieldError } from '../targeting/form-errors.tsx';
import { DurationInput } from '../ui/duration-input.tsx';
import { VITALS } from 'serin/rollouts/guardrail-kinds';
import { EventNameInput } from './event-name-input.tsx';
import { type GuardrailDraft, type GuardrailFieldsProps, ownLimits } from './guardrail-draft.ts';
import {
  defaultsOf,
  namesEvent,
  takes,
  usualBands,
  usualLimits,
  wordsOf,
} from './guardrail-presets.ts';
import { QueryFields } from './query-fields.tsx';
import { StepsEditor } from './match-editor.tsx';
import styles from './plan-form.module.css';

const VITAL_CHOICES = VITALS.map((vital) => ({ value: vital, label: vital }));
const DIRECTIONS = [
  { value: 'up', label: 'More is harm' },
  { value: 'down', label: 'Less is harm' },
];

/** The guardrail with the other direction as harm: its bands turn with it. */
export function turned(guardrail: GuardrailDraft, direction: 'up' | 'down'): GuardrailDraft {
  const { kind, compare } = guardrail;
  const bands = usualBands(kind, compare, direction);
  const absolute = guardrail.absolute && usualLimits(kind, direction);
  return { ...guardrail, direction, ...bands, absolute };
}

/** A shift of the layout is no duration: it is compared by ratio. */
function withVital(guardrail: GuardrailDraft, vital: GuardrailDraft['vital']): GuardrailDraft {
  const { kind, direction } = guardrail;
  const compare = vital === 'CLS' ? 'ratio' : (defaultsOf(kind).compare[0] ?? 'ratio');
  const bands = usualBands(kind, compare, direction);
  const absolute = guardrail.absolute && ownLimits(kind, vital);
  return { ...guardrail, vital, compare, ...bands, absolute };
}

const FIELDS = ['property', 'window_seconds', 'steps', 'vital', 'query'] as const;

/** Events, properties and times that a kind asks for; nothing where it asks for none. */
export function MeasuredFields(props: GuardrailFieldsProps) {
  const { guardrail, index, onChange } = props;
  const { kind } = guardrail;
  const at = `guardrails.${index}`;
  const asks = FIELDS.some((field) => takes(kind, field)) || namesEvent(kind);
  if (!asks) return null;
  return (
    <>
      {takes(kind, 'steps') && (
        <StepsEditor
          attr={`${at}.steps`}
          steps={guardrail.steps}
          onChange={(steps) => onChange({ ...guardrail, steps })}
        />
      )}
      {takes(kind, 'query') && (
        <QueryFields guardrail={guardrail} index={index} onChange={onChange} />
      )}
      <div className={styles.fields}>
        {takes(kind, 'vital') && (
          <ChoiceInput
            label="Vital"
            data={VITAL_CHOICES}
            value={guardrail.vital}
            onChange={(vital) => onChange(withVital(guardrail, vital))}
          />
        )}
        {namesEvent(kind) && (
          <EventNameInput
            label="Event"
            attr={`${at}.event`}
            placeholder={kind === 'latency' ? '$web_vitals' : 'order_completed'}
            value={guardrail.event}
            onChange={(event) => onChange({ ...guardrail, event })}
          />
        )}
        <NumberFields {...props} />
        {takes(kind, 'window_seconds') && (
          <DurationInput
            label={takes(kind, 'query') ? 'Window' : kind === 'retention' ? 'After' : 'Within'}
            seconds={guardrail.windowSeconds}
            onChange={(windowSeconds) => onChange({ ...guardrail, windowSeconds })}
          />
        )}
        {wordsOf(kind).isEitherWay && (
          <SegmentedControl
            className={styles.beside}
            aria-label="Direction of harm"
            data={DIRECTIONS}
            value={guardrail.direction}
            onChange={(value) => onChange(turned(guardrail, value === 'down' ? 'down' : 'up'))}
          />
        )}
      </div>
    </>
  );
}

/** Numbers that events carry, and what they are divided by. */
function NumberFields({ guardrail, index, onChange }: GuardrailFieldsProps) {
  const { kind, per } = guardrail;
  const at = `guardrails.${index}`;
  const isOptional =
    !defaultsOf(kind).needs.includes('property') && defaultsOf(kind).property === null;
  const percentileError = useFieldError(`${at}.percentile`);
  return (
    <>
      {takes(kind, 'property') && (
        <PropertyInput
          attr={`${at}.property`}
          label={isOptional ? 'Its number (else how many)' : 'Property with the number'}
          placeholder={
            defaultsOf(kind).property ?? (kind === 'latency' ? '$web_vitals_LCP_value' : 'total')
          }
          value={guardrail.property}
          onChange={(property) => onChange({ ...guardrail, property })}
        />
      )}
      {takes(kind, 'percentile') && (
        <NumberInput
          label="Percentile"
          min={1}
          max={99.9}
          decimalScale={1}
          error={percentileError}
          value={guardrail.percentile}
          onChange={(next) => onChange({ ...guardrail, percentile: Number(next) })}
        />
      )}
      {takes(kind, 'per') && (
        <>
          <EventNameInput
            label="Divided by"
            attr={`${at}.per.event`}
            placeholder="$pageview"
            value={per.event}
            onChange={(event) => onChange({ ...guardrail, per: { ...per, event } })}
          />
          <PropertyInput
            attr={`${at}.per.property`}
            label="Its number (else how many)"
            placeholder="total"
            value={per.property}
            onChange={(property) => onChange({ ...guardrail, per: { ...per, property } })}
          />
        </>
      )}
    </>
  );
}

type PropertyInputProps = {
  readonly attr: string;
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
};

function PropertyInput({ attr, label, placeholder, value, onChange }: PropertyInputProps) {
  return (
    <TextInput
      label={label}
      placeholder={placeholder}
      value={value}
      error={useFieldError(attr)}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

export const PERSON_OR_SESSION = [
  { value: 'person', label: 'People' },
  { value: 'session', label: 'Sessions' },
] as const;

/** A choice among a few words, of which one is the server's own. */
export function ChoiceInput<const V extends string>(props: {
  readonly label: string;
  readonly description?: string;
  readonly data: readonly { readonly value: V; readonly label: string }[];
  readonly value: V;
  readonly onChange: (value: V) => void;
}) {
  const { label, description, data, value, onChange } = props;
  return (
    <NativeSelect
      label={label}
      description={description}
      data={data.map((one) => ({ ...one }))}
      value={value}
      onChange={(event) => {
        const chosen = data.find((one) => one.value === event.currentTarget.value);
        if (chosen) onChange(chosen.value);
      }}
    />
  );
}
