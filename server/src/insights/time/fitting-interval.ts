// The intervals that suit a range of time: enough points to see a course, few enough to read.
import type { DateRange, Interval } from '../question.ts';

/** The range of a question that does not say one. */
const DEFAULT_RANGE = '-7d';
const DAY_MS = 86_400_000;
const UNIT_DAYS: Record<string, number> = { h: 1 / 24, d: 1, w: 7, m: 30, q: 91, y: 365 };

/** About how many days a range has; undefined when that cannot be told. */
function daysOf(range: DateRange | null | undefined): number | undefined {
  const from = range?.date_from ?? DEFAULT_RANGE;
  const [, count, unit = '', position] = /^-?(\d+)?([hdwmqy])(Start)?$/.exec(from) ?? [];
  if (unit !== '')
    return position ? (UNIT_DAYS[unit] ?? 1) : Number(count) * (UNIT_DAYS[unit] ?? 1);
  const fromMs = Date.parse(from);
  const toMs = Date.parse(range?.date_to ?? '');
  return Number.isNaN(fromMs) || Number.isNaN(toMs) ? undefined : (toMs - fromMs) / DAY_MS + 1;
}

const INTERVALS: readonly { readonly interval: Interval; readonly days: number }[] = [
  { interval: 'minute', days: 1 / 1440 },
  { interval: 'hour', days: 1 / 24 },
  { interval: 'day', days: 1 },
  { interval: 'week', days: 7 },
  { interval: 'month', days: 30 },
];
/** More points than these are no chart that people read. */
const MAX_POINTS = 800;

/** The intervals that cut a range into a number of points that can be read. */
export function intervalsFor(range: DateRange | null | undefined): readonly Interval[] {
  const days = daysOf(range);
  if (days === undefined) return ['day', 'week', 'month'];
  const fitting = INTERVALS.filter(
    (one) => days / one.days <= MAX_POINTS && (one.days <= days || one.days <= 1),
  );
  return fitting.map(({ interval }) => interval);
}

/** The interval of before where it still makes sense, else the one that people expect. */
export function fittingInterval(
  range: DateRange | null | undefined,
  interval: Interval | null | undefined,
): Interval {
  const possible = intervalsFor(range);
  const days = daysOf(range);
  if (days !== undefined && days <= 1) {
    if (interval === 'minute' || interval === 'hour') {
      return possible.includes(interval) ? interval : 'hour';
    }
    return days < 0.1 ? 'minute' : 'hour';
  }
  const wanted = interval ?? 'day';
  if (possible.includes(wanted) && wanted !== 'minute') return wanted;
  return days === undefined || days > 400 ? 'month' : 'day';
}
