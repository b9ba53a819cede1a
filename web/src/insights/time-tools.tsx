// Range, interval and comparison: what stands above every chart over time.
import { Select } from '@mantine/core';
import { useFieldError } from '../targeting/form-errors.tsx';
import styles from './explorer.module.css';
import type { EditorProps, ToolsProps } from './editor.ts';
import type { Interval, Range } from './query.ts';
import { fittingInterval, intervalsFor } from 'serin/insights/fitting-interval';
import { RangeInput } from './range-input.tsx';

type Timed = { readonly dateRange?: Range | null; readonly interval?: Interval | null };

/** The range of a question; its interval follows where it would make no sense any more. */
export function RangeTool<Q extends Timed>({ query, today, onChange }: ToolsProps<Q>) {
  return (
    <RangeInput
      range={query.dateRange}
      today={today}
      onChange={(dateRange) =>
        onChange({ ...query, dateRange, interval: fittingInterval(dateRange, query.interval) })
      }
    />
  );
}

const BY: Record<Interval, string> = {
  minute: 'by minute',
  hour: 'by hour',
  day: 'by day',
  week: 'by week',
  month: 'by month',
};

export function IntervalTool<Q extends Timed>({ query, onChange }: EditorProps<Q>) {
  const chosen = query.interval ?? 'day';
  const possible = intervalsFor(query.dateRange);
  const error = useFieldError('interval');
  return (
    <Select
      aria-label="Interval"
      data={[...new Set([...possible, chosen])].map((value) => ({ value, label: BY[value] }))}
      value={chosen}
      error={error}
      allowDeselect={false}
      className={styles.smallTool ?? ''}
      onChange={(next) => next && onChange({ ...query, interval: next as Interval })}
    />
  );
}

type Compare = { readonly compare?: boolean | null; readonly compare_to?: string | null };
type Comparable = { readonly compareFilter?: Compare | null };

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

export function CompareTool<Q extends Comparable>({ query, onChange }: EditorProps<Q>) {
  const compare = query.compareFilter;
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
      onChange={(next) => onChange({ ...query, compareFilter: comparisonWith(next ?? NONE) })}
    />
  );
}

function comparisonWith(span: string): Compare | undefined {
  if (span === NONE) return undefined;
  return { compare: true, ...(span === PREVIOUS ? {} : { compare_to: span }) };
}
