// The fields of one guardrail: what is measured, and the bands that it is held against.
import {
  Group,
  NativeSelect,
  NumberInput,
  SegmentedControl,
  Switch,
  TextInput,
} from '@mantine/core';
import { useFieldError } from '../targeting/form-errors.tsx';
import { type BandMode, MODES, presetOf, usualBands } from './guardrail-presets.ts';
import type { GuardrailDraft } from './plan-draft.ts';
import styles from './plan-form.module.css';

type FieldsProps = {
  readonly guardrail: GuardrailDraft;
  readonly index: number;
  readonly onChange: (guardrail: GuardrailDraft) => void;
};

const DIRECTIONS = [
  { value: 'up', label: 'More is harm' },
  { value: 'down', label: 'Less is harm' },
];
const PERCENTILES = ['50', '75', '90', '95', '99'];
const SECONDS_PER_MINUTE = 60;

/** Events, properties and times that a kind asks for; nothing where it asks for none. */
export function MeasuredFields({ guardrail, index, onChange }: FieldsProps) {
  const { fields, isEitherWay } = presetOf(guardrail.kind);
  if (fields.length === 0) return null;
  const turn = (value: string) => {
    const direction = value === 'down' ? 'down' : 'up';
    const bands = usualBands(guardrail.kind, guardrail.compare, direction);
    onChange({ ...guardrail, direction, ...bands, absolute: null });
  };
  const text = (field: 'event' | 'property' | 'per', label: string, placeholder: string) =>
    fields.includes(field) && (
      <TextField
        at={`guardrails.${index}.${field}`}
        label={label}
        placeholder={placeholder}
        value={guardrail[field]}
        onChange={(value) => onChange({ ...guardrail, [field]: value })}
      />
    );
  return (
    <Group align="flex-start" gap="sm">
      {text('event', 'Event', guardrail.kind === 'latency' ? '$web_vitals' : 'order_completed')}
      {text('property', 'Property with the number', 'total')}
      {text('per', 'Divided by', '$pageview')}
      {fields.includes('steps') && (
        <TextField
          at={`guardrails.${index}.steps`}
          label="Events in order, with commas between"
          placeholder="$pageview, order_completed"
          value={guardrail.steps.join(',')}
          onChange={(value) => onChange({ ...guardrail, steps: stepsOf(value) })}
        />
      )}
      {fields.includes('percentile') && (
        <NativeSelect
          label="Percentile"
          data={PERCENTILES}
          value={String(guardrail.percentile)}
          onChange={(event) =>
            onChange({ ...guardrail, percentile: Number(event.currentTarget.value) })
          }
        />
      )}
      {fields.includes('window') && (
        <NumberInput
          label="Within"
          suffix=" min"
          min={1}
          value={guardrail.windowSeconds / SECONDS_PER_MINUTE}
          onChange={(next) =>
            onChange({ ...guardrail, windowSeconds: Number(next) * SECONDS_PER_MINUTE })
          }
        />
      )}
      {isEitherWay && (
        <SegmentedControl
          mt={23}
          aria-label="Direction of harm"
          data={DIRECTIONS}
          value={guardrail.direction}
          onChange={turn}
        />
      )}
    </Group>
  );
}

/** Blanks at the ends stay while somebody types; they are cut when the plan is sent. */
const stepsOf = (text: string): string[] => (text === '' ? [] : text.split(','));

type TextFieldProps = {
  readonly at: string;
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
};

function TextField({ at, label, placeholder, value, onChange }: TextFieldProps) {
  const error = useFieldError(at);
  return (
    <TextInput
      label={label}
      placeholder={placeholder}
      value={value}
      error={error}
      style={{ flex: '1 1 200px' }}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

const RED_LABELS = {
  rollback: 'Red: roll back',
  hold: 'Red: stop expansion',
  notify: 'Red: tell people',
} as const;

/** How it is compared, from where on it is yellow and red, and limits of the value itself. */
export function BandFields({ guardrail, index, onChange }: FieldsProps) {
  const at = `guardrails.${index}`;
  const { modes } = presetOf(guardrail.kind);
  const yellowError = useFieldError(`${at}.yellow`);
  const redError = useFieldError(`${at}.red`);
  const { help, suffix } = MODES[guardrail.compare];
  const choose = (value: string) => {
    const compare = modes.find((mode): mode is BandMode => mode === value) ?? guardrail.compare;
    const bands = usualBands(guardrail.kind, compare, guardrail.direction);
    onChange({ ...guardrail, compare, ...bands });
  };
  const shared = { description: help, suffix, step: suffix === ' ×' ? 0.1 : 1 };
  return (
    <>
      <div className={styles.fields}>
        <NativeSelect
          label="Compared by"
          description="What yellow and red are"
          data={modes.map((mode) => ({ value: mode, label: MODES[mode].label }))}
          value={guardrail.compare}
          onChange={(event) => choose(event.currentTarget.value)}
        />
        <NumberInput
          label="Yellow: pause and look"
          {...shared}
          value={guardrail.yellow}
          error={yellowError}
          onChange={(next) => onChange({ ...guardrail, yellow: Number(next) })}
        />
        <NumberInput
          label={RED_LABELS[guardrail.onRed]}
          {...shared}
          value={guardrail.red}
          error={redError}
          onChange={(next) => onChange({ ...guardrail, red: Number(next) })}
        />
      </div>
      <LimitFields guardrail={guardrail} index={index} onChange={onChange} />
    </>
  );
}

/** Limits that a form starts from, in the unit of the kind. */
const START = {
  '%': { up: { yellow: 1, red: 2 }, down: { yellow: 50, red: 40 } },
  ms: { up: { yellow: 300, red: 500 }, down: { yellow: 300, red: 500 } },
  '': { up: { yellow: 10, red: 20 }, down: { yellow: 2, red: 1 } },
} as const;

function LimitFields({ guardrail, index, onChange }: FieldsProps) {
  const { absolute, direction } = guardrail;
  const { unit } = presetOf(guardrail.kind);
  const limitError = useFieldError(`guardrails.${index}.absolute.red`);
  const suffix = unit === '' ? '' : ` ${unit}`;
  const most = unit === '%' ? { max: 100 } : {};
  return (
    <>
      <Switch
        label={unit === '%' ? 'Also limit the share itself' : 'Also limit the value itself'}
        description="Lets a clean release prove itself safe when hardly anyone is affected in either arm."
        checked={absolute !== null}
        onChange={(event) =>
          onChange({
            ...guardrail,
            absolute: event.currentTarget.checked ? START[unit][direction] : null,
          })
        }
      />
      {absolute && (
        <div className={styles.fields}>
          <NumberInput
            label="Yellow limit"
            suffix={suffix}
            min={0}
            {...most}
            decimalScale={4}
            value={absolute.yellow}
            onChange={(next) =>
              onChange({ ...guardrail, absolute: { ...absolute, yellow: Number(next) } })
            }
          />
          <NumberInput
            label="Red limit"
            suffix={suffix}
            min={0}
            {...most}
            decimalScale={4}
            value={absolute.red}
            error={limitError}
            onChange={(next) =>
              onChange({ ...guardrail, absolute: { ...absolute, red: Number(next) } })
            }
          />
        </div>
      )}
    </>
  );
}
