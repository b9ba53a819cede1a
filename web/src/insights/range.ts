// Ranges of time in words, and the intervals that make sense in them.
import { plural } from '../ui/format.ts';
import { DEFAULT_RANGE, type Range } from './query.ts';

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

/** The present day in a time zone: `2026-11-20`. */
export function todayIn(timeZone: string): string {
  // Swedish writes dates as ISO does.
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(new Date());
}
