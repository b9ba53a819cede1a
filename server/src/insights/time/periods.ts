// The stretches of time that are asked about: the one meant, and the one before it when they are compared.
import { type Buckets, bucketsOf } from './buckets.ts';
import { type Calendar, type Range, addIntervals, shiftBy } from './date-range.ts';
import type { Interval } from '../question.ts';

export type CompareFilter = {
  readonly compare?: boolean | undefined;
  /** Such as `-1w`; left out: the stretch of the same length right before. */
  readonly compare_to?: string | undefined;
};

export type Period = {
  readonly label: 'current' | 'previous';
  readonly range: Range;
  readonly buckets: Buckets;
};

/** @throws invalid_input naming `compareFilter.compare_to` when it is no span */
export function periodsOf(
  range: Range,
  interval: Interval,
  compareFilter: CompareFilter | undefined,
  calendar: Calendar,
): readonly [Period, ...Period[]] {
  const current: Period = {
    label: 'current',
    range,
    buckets: bucketsOf(range, interval, calendar),
  };
  if (compareFilter?.compare !== true) return [current];
  const before = previousRange(current, interval, compareFilter.compare_to, calendar);
  const previous: Period = {
    label: 'previous',
    range: before,
    buckets: bucketsOf(before, interval, calendar),
  };
  return [current, previous];
}

function previousRange(
  { range, buckets }: Period,
  interval: Interval,
  span: string | undefined,
  calendar: Calendar,
): Range {
  const shift = (atMs: number): number =>
    span === undefined
      ? addIntervals(atMs, interval, -buckets.count, calendar)
      : shiftBy(atMs, span, calendar, 'compareFilter.compare_to');
  return { fromMs: shift(range.fromMs), toMs: shift(range.toMs) };
}

/** What tells compared results apart; nothing when nothing is compared. */
export function comparedAs(periods: readonly Period[], { label }: Period) {
  return periods.length > 1 ? { compare: true as const, compare_label: label } : {};
}
