// What hardly anyone changes of a guardrail.
import { NumberInput, SegmentedControl, Switch, TextInput } from '@mantine/core';
import { useFieldError } from '../targeting/form-errors.tsx';
import { EventNameInput } from './event-name-input.tsx';
import { type GuardrailFieldsProps, USUAL_ESTIMATE } from './guardrail-draft.ts';
import { ChoiceInput, PERSON_OR_SESSION, turned } from './guardrail-fields.tsx';
import { defaultsOf, namesEvent, takes, wordsOf } from './guardrail-presets.ts';
import { EventConditions } from './match-editor.tsx';
import styles from './plan-form.module.css';

const BY_KIND = 'by_kind';
const FAMILIES = [
  { value: BY_KIND, label: 'By kind' },
  { value: 'errors', label: 'Errors' },
  { value: 'speed', label: 'Speed' },
  { value: 'behaviour', label: 'Behaviour' },
  { value: 'business', label: 'Business' },
] as const;
const REQUIRES = [
  { value: BY_KIND, label: 'By kind' },
  { value: 'safe', label: 'Proof that it is safe' },
  { value: 'no_harm', label: 'Only that no harm shows' },
] as const;
const STATUSES = [
  { value: '5xx', label: '5xx' },
  { value: '4xx', label: '4xx' },
  { value: '429', label: '429' },
] as const;

export function GuardrailMore(props: GuardrailFieldsProps) {
  const { guardrail, index, onChange } = props;
  const { kind, family, require, minAffected } = guardrail;
  const at = `guardrails.${index}`;
  return (
    <details className={styles.advanced}>
      <summary>More</summary>
      <div className={styles.stack}>
        <WhatCounts {...props} />
        <div className={styles.fields}>
          <TextInput
            label="Short name"
            description="Letters, digits, - and _"
            placeholder="From what it measures"
            value={guardrail.name}
            error={useFieldError(`${at}.id`)}
            onChange={(event) => onChange({ ...guardrail, name: event.currentTarget.value })}
          />
          <ChoiceInput
            label="Group"
            description="Two yellow ones of different groups are red"
            data={FAMILIES}
            value={family ?? BY_KIND}
            onChange={(next) => onChange({ ...guardrail, family: next === BY_KIND ? null : next })}
          />
          <ChoiceInput
            label="Promotion needs"
            description="Before the next stage"
            data={REQUIRES}
            value={require ?? BY_KIND}
            onChange={(next) => onChange({ ...guardrail, require: next === BY_KIND ? null : next })}
          />
          <NumberInput
            label="People hurt at least"
            description="Fewer are never red by comparison"
            placeholder="3"
            min={1}
            allowDecimal={false}
            value={minAffected ?? ''}
            error={useFieldError(`${at}.min_affected_users`)}
            onChange={(next) =>
              onChange({ ...guardrail, minAffected: next === '' ? null : Number(next) })
            }
          />
        </div>
        {takes(kind, 'estimate') && <EstimateFields {...props} />}
        {defaultsOf(kind).measure !== 'latency' && !wordsOf(kind).isEitherWay && (
          <SegmentedControl
            className={styles.fit}
            aria-label="Direction of harm"
            data={[
              { value: 'up', label: 'More is harm' },
              { value: 'down', label: 'Less is harm' },
            ]}
            value={guardrail.direction}
            onChange={(value) => onChange(turned(guardrail, value === 'down' ? 'down' : 'up'))}
          />
        )}
      </div>
    </details>
  );
}

/** Other events than the kind's own, some of them only, and whose share it is. */
function WhatCounts({ guardrail, index, onChange }: GuardrailFieldsProps) {
  const { kind, per } = guardrail;
  const at = `guardrails.${index}`;
  const hasOther = takes(kind, 'event') && !namesEvent(kind);
  const statusError = useFieldError(`${at}.status_property`);
  const hasStatus = takes(kind, 'status') && guardrail.event.trim() !== '';
  return (
    <>
      <div className={styles.fields}>
        {hasOther && (
          <EventNameInput
            label="Another event"
            attr={`${at}.event`}
            description="Instead of the usual one"
            placeholder={defaultsOf(kind).event ?? ''}
            value={guardrail.event}
            onChange={(event) => onChange({ ...guardrail, event })}
          />
        )}
        {hasStatus && (
          <>
            <ChoiceInput
              label="Errors are"
              description="Answers with this status"
              data={STATUSES}
              value={guardrail.status}
              onChange={(status) => onChange({ ...guardrail, status })}
            />
            <TextInput
              label="Property with the status"
              description="Of that event"
              value={guardrail.statusProperty}
              error={statusError}
              onChange={(event) =>
                onChange({ ...guardrail, statusProperty: event.currentTarget.value })
              }
            />
          </>
        )}
        {takes(kind, 'unit') && (
          <ChoiceInput
            label="Share of"
            description="Who or what is counted"
            data={PERSON_OR_SESSION}
            value={guardrail.unit}
            onChange={(unit) => onChange({ ...guardrail, unit })}
          />
        )}
      </div>
      {takes(kind, 'properties') && (
        <EventConditions
          attr={at}
          conditions={guardrail.conditions}
          onChange={(conditions) => onChange({ ...guardrail, conditions })}
        />
      )}
      {takes(kind, 'per') && (
        <div className={styles.nested}>
          <span className={styles.words}>Of those that it is divided by:</span>
          <EventConditions
            attr={`${at}.per`}
            conditions={per.conditions}
            onChange={(conditions) => onChange({ ...guardrail, per: { ...per, conditions } })}
          />
        </div>
      )}
    </>
  );
}

/** Fixed thresholds instead of evidence, for those who want them. */
function EstimateFields({ guardrail, onChange }: GuardrailFieldsProps) {
  const { estimate } = guardrail;
  const fields = [
    ['over', 'Beyond in'],
    ['windows', 'Of the last'],
    ['minSample', 'People in each'],
  ] as const;
  return (
    <>
      <Switch
        label="Decide by fixed thresholds"
        description="Rolls back good releases far more often than by evidence; the plan says how often."
        checked={estimate !== null}
        onChange={(event) =>
          onChange({ ...guardrail, estimate: event.currentTarget.checked ? USUAL_ESTIMATE : null })
        }
      />
      {estimate && (
        <div className={styles.fields}>
          {fields.map(([field, label]) => (
            <NumberInput
              key={field}
              label={label}
              suffix={field === 'minSample' ? '' : ' windows'}
              min={1}
              allowDecimal={false}
              value={estimate[field]}
              onChange={(next) =>
                onChange({ ...guardrail, estimate: { ...estimate, [field]: Number(next) } })
              }
            />
          ))}
        </div>
      )}
    </>
  );
}
