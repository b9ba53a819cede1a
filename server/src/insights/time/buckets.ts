// The intervals that a range is cut into: their starts and labels, and the SQL that says which one an event
// lies in. Days, weeks and months are the project's; hours and minutes are counted from the first one on.
import { fail } from '#kernel/errors';
import { type Calendar, type Range, floorTo } from './date-range.ts';
import type { Interval } from '../question.ts';
import type { SqlParams } from '../sql/sql.ts';
import { calendarOf, dayNumber, isoDay, timeZone } from './zone.ts';

export type Buckets = {
  readonly interval: Interval;
  readonly count: number;
  /** Start of each; the first may lie before the range. */
  readonly startsMs: readonly number[];
  /** End of the last one; it may lie after the range. */
  readonly endMs: number;
  /** `2026-11-20`, with the time of day (`2026-11-20 14:00:00`) for hours and minutes. */
  readonly days: readonly string[];
  /** As people read them: `20-Nov-2026`, `20-Nov-2026 14:00`. */
  readonly labels: readonly string[];
  /** SQL of the index of the bucket that a time lies in (Int32; below 0 before the first). */
  indexSql(time: string, params: SqlParams): string;
};

const LENGTH_MS = { minute: 60_000, hour: 3_600_000 } as const;
/** 5000: more points than any screen has. */
const MAX_BUCKETS = 5000;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** Up to so many intervals fit into the bits of one number, which is faster than a set. */
const MOST_BITS = 64;

const bitsSql = (bucket: string, condition: string): string =>
  `groupBitOrIf(bitShiftLeft(toUInt64(1), ${bucket}), ${condition})`;

/** How many different ones of so many intervals the rows lie in; an aggregate. @param index from 0 on */
export function distinctIntervalsSql(count: number, index: string): string {
  if (count > MOST_BITS) return `uniqExact(${index})`;
  return `toUInt64(bitCount(${bitsSql(index, '1')}))`;
}

/**
 * Which different ones of so many intervals the rows that meet a condition lie in (Array(Int32), in order); an
 * aggregate.
 * @param index from 0 on
 */
export function intervalSetSql(count: number, index: string, condition: string): string {
  if (count > MOST_BITS) return `arraySort(groupUniqArrayIf(${index}, ${condition}))`;
  return `arrayMap(b -> toInt32(b), bitPositionsToArray(${bitsSql(index, condition)}))`;
}

/** @throws invalid_input when there would be too many */
export function bucketsOf(range: Range, interval: Interval, calendar: Calendar): Buckets {
  return interval === 'minute' || interval === 'hour'
    ? ofClock(range, interval, calendar)
    : ofCalendar(range, interval, calendar);
}

function ofClock(range: Range, interval: 'minute' | 'hour', calendar: Calendar): Buckets {
  const lengthMs = LENGTH_MS[interval];
  const firstMs = floorTo(range.fromMs, interval, calendar);
  const count = Math.ceil((range.toMs - firstMs) / lengthMs);
  refuseTooMany(count);
  const startsMs = Array.from({ length: count }, (_, i) => firstMs + i * lengthMs);
  const zone = timeZone(calendar.timeZone);
  const local = startsMs.map((atMs) => new Date(atMs + zone.offsetAt(atMs)).toISOString());
  return {
    interval,
    count,
    startsMs,
    endMs: firstMs + count * lengthMs,
    days: local.map((iso) => `${iso.slice(0, 10)} ${iso.slice(11, 19)}`),
    labels: local.map((iso) => `${readable(iso.slice(0, 10))} ${iso.slice(11, 16)}`),
    indexSql: (time, params) =>
      `toInt32(floor((toUnixTimestamp64Milli(${time}) - ${params.int(firstMs)}) / ${lengthMs}))`,
  };
}

function ofCalendar(range: Range, interval: 'day' | 'week' | 'month', calendar: Calendar): Buckets {
  const zone = timeZone(calendar.timeZone);
  const first = zone.dayOf(floorTo(range.fromMs, interval, calendar));
  const startDay = (index: number) => nthDay(first, interval, index);
  const last = zone.dayOf(floorTo(range.toMs - 1, interval, calendar));
  const count = distance(first, last, interval) + 1;
  refuseTooMany(count);
  const days = Array.from({ length: count }, (_, i) => startDay(i));
  return {
    interval,
    count,
    startsMs: days.map((day) => zone.startOfDay(day)),
    endMs: zone.startOfDay(startDay(count)),
    days: days.map(isoDay),
    labels: days.map((day) => readable(isoDay(day))),
    indexSql: (time, params) => calendarIndexSql(time, first, interval, calendar, params),
  };
}

function nthDay(first: number, interval: 'day' | 'week' | 'month', index: number): number {
  if (interval === 'month') {
    const { year, month } = calendarOf(first);
    return dayNumber(year, month + index, 1);
  }
  return first + index * (interval === 'week' ? 7 : 1);
}

function distance(first: number, last: number, interval: 'day' | 'week' | 'month'): number {
  if (interval !== 'month') return Math.round((last - first) / (interval === 'week' ? 7 : 1));
  const [from, to] = [calendarOf(first), calendarOf(last)];
  return (to.year - from.year) * 12 + to.month - from.month;
}

/** @param first the counted day that the first bucket begins with */
function calendarIndexSql(
  time: string,
  first: number,
  interval: 'day' | 'week' | 'month',
  calendar: Calendar,
  params: SqlParams,
): string {
  const zone = params.string(calendar.timeZone);
  if (interval === 'month') {
    const { year, month } = calendarOf(first);
    return `toInt32(toYear(${time}, ${zone}) * 12 + toMonth(${time}, ${zone})) - ${year * 12 + month}`;
  }
  const days = `toInt32(toDate(${time}, ${zone})) - ${first}`;
  return interval === 'day' ? days : `toInt32(floor((${days}) / 7))`;
}

function refuseTooMany(count: number): void {
  if (count <= MAX_BUCKETS) return;
  const detail = `The range has ${count} intervals; at most ${MAX_BUCKETS} can be shown. Choose a longer interval.`;
  fail('invalid_input', { detail, attr: 'interval' });
}

function readable(isoDate: string): string {
  const [year, month, day] = isoDate.split('-').map(Number);
  return `${day}-${MONTHS[(month ?? 1) - 1]}-${year}`;
}
