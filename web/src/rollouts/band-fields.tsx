// What a guardrail is held against: how it is compared, its bands, and limits of the value itself.
import { NumberInput, Switch } from '@mantine/core';
import { useFieldError } from '../targeting/form-errors.tsx';
import type { GuardrailDraft, GuardrailFieldsProps } from './guardrail-draft.ts';
import { ChoiceInput } from './guardrail-fields.tsx';
import {
  defaultsOf,
  MODES,
  suffixOf,
  unitOf,
  usualBands,
  usualLimits,
} from './guardrail-presets.ts';
import styles from './plan-form.module.css';

const RED_LABELS = {
  rollback: 'Red: roll back',
  hold: 'Red: stop expansion',
  notify: 'Red: tell people',
} as const;

/** How it is compared, from where on it is yellow and red, and limits of the value itself. */
export function BandFields({ guardrail, index, onChange }: GuardrailFieldsProps) {
  const { kind, compare, direction } = guardrail;
  const modes = defaultsOf(kind).compare;
  const { help } = MODES[compare];
  const suffix = suffixOf(kind, compare);
  const shared = { description: help, suffix, step: suffix === ' ×' ? 0.1 : 1 };
  return (
    <>
      <div className={styles.fields}>
        <ChoiceInput
          label="Compared by"
          description="What yellow and red are"
          data={modes.map((mode) => ({ value: mode, label: MODES[mode].label }))}
          value={compare}
          onChange={(mode) =>
            onChange({ ...guardrail, compare: mode, ...usualBands(kind, mode, direction) })
          }
        />
        <NumberInput
          label="Yellow: pause and look"
          {...shared}
          value={guardrail.yellow}
          error={useFieldError(`guardrails.${index}.yellow`)}
          onChange={(next) => onChange({ ...guardrail, yellow: Number(next) })}
        />
        <NumberInput
          label={RED_LABELS[guardrail.onRed]}
          {...shared}
          value={guardrail.red}
          error={useFieldError(`guardrails.${index}.red`)}
          onChange={(next) => onChange({ ...guardrail, red: Number(next) })}
        />
      </div>
      {compare !== 'absolute' && (
        <LimitFields guardrail={guardrail} index={index} onChange={onChange} />
      )}
    </>
  );
}

function LimitFields({ guardrail, index, onChange }: GuardrailFieldsProps) {
  const { absolute, direction, kind } = guardrail;
  const unit = unitOf(kind);
  const change = (next: Partial<NonNullable<GuardrailDraft['absolute']>>) =>
    onChange({ ...guardrail, absolute: absolute && { ...absolute, ...next } });
  const limitError = useFieldError(`guardrails.${index}.absolute.red`);
  const shared = {
    suffix: unit === '' ? '' : ` ${unit}`,
    min: 0,
    decimalScale: 4,
    ...(unit === '%' ? { max: 100 } : {}),
  };
  return (
    <>
      <Switch
        label={unit === '%' ? 'Also limit the share itself' : 'Also limit the value itself'}
        description="Lets a clean release prove itself safe when hardly anyone is affected in either arm."
        checked={absolute !== null}
        onChange={(event) =>
          onChange({
            ...guardrail,
            absolute: event.currentTarget.checked ? usualLimits(kind, direction) : null,
          })
        }
      />
      {absolute && (
        <div className={styles.fields}>
          <NumberInput
            label="Yellow limit"
            {...shared}
            value={absolute.yellow}
            onChange={(next) => change({ yellow: Number(next) })}
          />
          <NumberInput
            label="Red limit"
            {...shared}
            value={absolute.red}
            error={limitError}
            onChange={(next) => change({ red: Number(next) })}
          />
        </div>
      )}
    </>
  );
}
