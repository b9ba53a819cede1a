// Numbers within a sentence: how many, and how long.
import { NumberInput, Select } from '@mantine/core';
import { type Behaviour, UNITS } from './behaviour-draft.ts';
import styles from './behaviour.module.css';

type Unit = NonNullable<Behaviour['time_interval']>;
type SpanProps = {
  readonly label: string;
  readonly value: number | undefined;
  readonly unit: Unit | undefined;
  readonly error: string | undefined;
  readonly onChange: (value: number, unit: Unit) => void;
};

/** So many of a unit of time. */
export function Span({ label, value = 1, unit = 'day', error, onChange }: SpanProps) {
  const units = UNITS.map((one) => ({ value: one, label: value === 1 ? one : `${one}s` }));
  return (
    <>
      <Count
        label={label}
        value={value}
        max={10_000}
        error={error}
        onChange={(count) => onChange(count, unit)}
      />
      <Select
        aria-label={`${label}: unit`}
        className={styles.short}
        data={units}
        value={unit}
        allowDeselect={false}
        onChange={(next) => next && onChange(value, next as Unit)}
      />
    </>
  );
}

type CountProps = {
  readonly label: string;
  readonly value: number | undefined;
  readonly max: number;
  readonly error: string | undefined;
  readonly onChange: (count: number) => void;
};

/** A whole number from 1 on. */
export function Count({ label, value = 1, max, error, onChange }: CountProps) {
  return (
    <NumberInput
      aria-label={label}
      className={styles.count}
      value={value}
      error={error}
      min={1}
      max={max}
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="strict"
      hideControls
      onChange={(count) => typeof count === 'number' && onChange(count)}
    />
  );
}
