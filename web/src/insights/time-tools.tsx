// Range, interval and comparison: what stands above every chart over time.
import { Select } from '@mantine/core';
import { useFieldError } from '../targeting/form-errors.tsx';
import styles from './explorer.module.css';
import type { Interval } from './query.ts';
import { intervalsFor } from './range.ts';

type IntervalSelectProps = {
  readonly range: Parameters<typeof intervalsFor>[0];
  readonly interval: Interval | null | undefined;
  readonly onChange: (interval: Interval) => void;
};

const BY: Record<Interval, string> = {
  minute: 'by minute',
  hour: 'by hour',
  day: 'by day',
  week: 'by week',
  month: 'by month',
};

export function IntervalSelect({ range, interval, onChange }: IntervalSelectProps) {
  const chosen = interval ?? 'day';
  const possible = intervalsFor(range);
  const error = useFieldError('interval');
  return (
    <Select
      aria-label="Interval"
      data={[...new Set([...possible, chosen])].map((value) => ({ value, label: BY[value] }))}
      value={chosen}
      error={error}
      allowDeselect={false}
      className={styles.smallTool ?? ''}
      onChange={(next) => next && onChange(next as Interval)}
    />
  );
}

type Compare = { readonly compare?: boolean | null; readonly compare_to?: string | null };
type CompareSelectProps = {
  readonly compare: Compare | null | undefined;
  readonly onChange: (compare: Compare | undefined) => void;
};

const NONE = 'none';
const PREVIOUS = 'previous';
const SPANS = [
  { value: NONE, label: 'No comparison' },
  { value: PREVIOUS, label: 'vs period before' },
  { value: '-1d', label: 'vs a day earlier' },
  { value: '-1w', label: 'vs a week earlier' },
  { value: '-1m', label: 'vs a month earlier' },
  { value: '-1y', label: 'vs a year earlier' },
];

export function CompareSelect({ compare, onChange }: CompareSelectProps) {
  const chosen = compare?.compare ? (compare.compare_to ?? PREVIOUS) : NONE;
  const isKnown = SPANS.some(({ value }) => value === chosen);
  return (
    <Select
      aria-label="Comparison with the past"
      data={isKnown ? SPANS : [...SPANS, { value: chosen, label: `vs ${chosen}` }]}
      value={chosen}
      error={useFieldError('compareFilter.compare_to')}
      allowDeselect={false}
      className={styles.tool ?? ''}
      onChange={(next) =>
        onChange(
          next === null || next === NONE
            ? undefined
            : { compare: true, ...(next === PREVIOUS ? {} : { compare_to: next }) },
        )
      }
    />
  );
}
