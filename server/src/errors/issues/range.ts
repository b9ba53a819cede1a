// The stretch of time that issues are counted in, and how it is cut for charts.
import { fail } from '#kernel/errors';

export type Range = {
  /** Milliseconds since the epoch; the end is exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Buckets begin at whole steps (UTC). */
  readonly stepMs: number;
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const UNITS_MS = { h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS } as const;
/** Up to this long a range is told hour by hour, then day by day. */
const HOURLY_MS = 3 * DAY_MS;
/** A year: more is no question about errors. */
const LONGEST_MS = 366 * DAY_MS;

/** `-24h`, `-7d`, `-4w` or a time in ISO 8601, as milliseconds since the epoch; undefined for anything else. */
function readMoment(text: string, nowMs: number): number | undefined {
  const [, count, unit] = /^-(\d{1,4})([hdw])$/.exec(text) ?? [];
  if (count !== undefined) return nowMs - Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
  if (!/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z)?$/.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Begins at a whole step, so that every bucket is whole but the last. */
function rangeOf(fromMs: number, toMs: number): Range {
  const stepMs = toMs - fromMs <= HOURLY_MS ? HOUR_MS : DAY_MS;
  return { fromMs: Math.floor(fromMs / stepMs) * stepMs, toMs, stepMs };
}

const bucketsOf = ({ fromMs, toMs, stepMs }: Range): number =>
  Math.max(1, Math.ceil((toMs - fromMs) / stepMs));

/** @throws invalid_input (attr date_from or date_to) for what is no moment, or no stretch of at most a year */
export function readRange(
  asked: { readonly date_from: string; readonly date_to?: string | undefined },
  nowMs: number,
): Range {
  const read = (attr: 'date_from' | 'date_to', text: string): number =>
    readMoment(text, nowMs) ??
    fail('invalid_input', {
      attr,
      detail: 'Must be like -24h, -7d, -4w, or a time in ISO 8601 (UTC).',
    });
  const fromMs = read('date_from', asked.date_from);
  // What happens this very moment is in the last bucket.
  const toMs = asked.date_to === undefined ? nowMs + 1 : read('date_to', asked.date_to);
  if (toMs <= fromMs)
    fail('invalid_input', { attr: 'date_to', detail: 'Must be after date_from.' });
  if (toMs - fromMs > LONGEST_MS) {
    fail('invalid_input', { attr: 'date_from', detail: 'At most a year can be looked at.' });
  }
  return rangeOf(fromMs, toMs);
}

/** One number a bucket, from `[bucket, number]` of those that have one. */
export function filled(range: Range, points: readonly (readonly [number, number])[]): number[] {
  const found = new Map(points);
  return Array.from({ length: bucketsOf(range) }, (_, bucket) => found.get(bucket) ?? 0);
}
