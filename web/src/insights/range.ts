// Ranges of time in words, and the intervals that make sense in them.
import { plural } from '../ui/format.ts';
import { DEFAULT_RANGE, type Interval, type Range } from './query.ts';

type Preset = { readonly from: string; readonly to?: string; readonly label: string };

export const PRESETS: readonly Preset[] = [
  { from: '-1h', label: 'Last hour' },
  { from: '-24h', label: 'Last 24 hours' },
  { from: 'dStart', label: 'Today' },
  { from: '-1dStart', to: '-1dEnd', label: 'Yesterday' },
  { from: '-7d', label: 'Last 7 days' },
  { from: '-14d', label: 'Last 14 days' },
  { from: '-30d', label: 'Last 30 days' },
  { from: '-90d', label: 'Last 90 days' },
  { from: '-180d', label: 'Last 180 days' },
  { from: 'mStart', label: 'This month' },
  { from: '-1mStart', to: '-1mEnd', label: 'Last month' },
  { from: 'yStart', label: 'This year' },
  { from: 'all', label: 'All time' },
];

/** The preset that a range is; undefined for days of one's own. */
export function presetOf(range: Range | null | undefined): Preset | undefined {
  const from = range?.date_from ?? DEFAULT_RANGE;
  const to = range?.date_to ?? undefined;
  return PRESETS.find((preset) => preset.from === from && preset.to === to);
}

const UNIT_NAMES: Record<string, string> = {
  h: 'hour',
  d: 'day',
  w: 'week',
  m: 'month',
  q: 'quarter',
  y: 'year',
};

/** Whether a range is told by its days. */
export const isOfDays = (range: Range | null | undefined): boolean =>
  /^\d{4}-/.test(range?.date_from ?? '') || /^\d{4}-/.test(range?.date_to ?? '');

/** `Last 7 days`, `17 Nov 2026 – 20 Nov 2026`. */
export function rangeWords(range: Range | null | undefined): string {
  const preset = presetOf(range);
  if (preset) return preset.label;
  const from = range?.date_from ?? DEFAULT_RANGE;
  const to = range?.date_to;
  const [, count, unit = ''] = to ? [] : (/^-(\d+)([hdwmqy])$/.exec(from) ?? []);
  if (count) return `Last ${plural(Number(count), UNIT_NAMES[unit] ?? 'day')}`;
  return to ? `${dayWords(from)} – ${dayWords(to)}` : `Since ${dayWords(from)}`;
}

const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });

function dayWords(text: string): string {
  return /^\d{4}-\d\d-\d\d/.test(text) ? DAY.format(new Date(text.slice(0, 10))) : text;
}

const DAY_MS = 86_400_000;
const UNIT_DAYS: Record<string, number> = { h: 1 / 24, d: 1, w: 7, m: 30, q: 91, y: 365 };

/** About how many days a range has; undefined when that cannot be told. */
function daysOf(range: Range | null | undefined): number | undefined {
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
export function intervalsFor(range: Range | null | undefined): readonly Interval[] {
  const days = daysOf(range);
  if (days === undefined) return ['day', 'week', 'month'];
  const fitting = INTERVALS.filter(
    (one) => days / one.days <= MAX_POINTS && (one.days <= days || one.days <= 1),
  );
  return fitting.map(({ interval }) => interval);
}

/** The interval of before where it still makes sense, else the one that people expect. */
export function fittingInterval(
  range: Range | null | undefined,
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
