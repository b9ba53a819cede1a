// A share from 0 to 100: a slider for the hand, a number for precision.
import { NumberInput, Slider } from '@mantine/core';
import styles from './editor.module.css';

type PercentInputProps = {
  readonly label: string;
  readonly value: number;
  readonly onChange: (percent: number) => void;
  readonly error?: string | undefined;
};

/** The steps that most ramps use. */
const MARKS = [0, 25, 50, 75, 100].map((value) => ({ value }));

export function PercentInput({ label, value, onChange, error }: PercentInputProps) {
  return (
    <div>
      <div className={styles.shareLabel}>{label}</div>
      <div className={styles.share}>
        <Slider
          thumbLabel={label}
          value={value}
          onChange={onChange}
          min={0}
          max={100}
          step={1}
          label={null}
          marks={MARKS}
          size={5}
          thumbSize={18}
        />
        <NumberInput
          aria-label={`${label}, in percent`}
          value={value}
          onChange={(next) => onChange(next === '' ? 0 : Number(next))}
          min={0}
          max={100}
          decimalScale={4}
          suffix=" %"
          clampBehavior="blur"
          error={error}
        />
      </div>
    </div>
  );
}
