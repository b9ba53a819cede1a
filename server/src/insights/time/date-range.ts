// From `-7d`, `mStart` or a date to instants: the one resolver of every insight. Ranges are half-open; what is
// given without a zone is meant in the project's.
import { fail } from '#kernel/errors';
import type { DateRange, Interval } from '../question.ts';
import { type TimeZone, addMonths, calendarOf, dayNumber, startOfWeek, timeZone } from './zone.ts';

/** How a project counts time. */
export type Calendar = {
  /** IANA name. */
  readonly timeZone: string;
  /** 0: Sunday, 1: Monday. */
  readonly firstWeekday: number;
  readonly nowMs: number;
};

export type Range = { readonly fromMs: number; readonly toMs: number };

type Unit = 'M' | 'h' | 'd' | 'w' | 'm' | 'q' | 'y';
const UNIT_OF: Record<Interval, Unit> = { minute: 'M', hour: 'h', day: 'd', week: 'w', month: 'm' };
const DAY_MS = 86_400_000;
const UNIT_MS = { M: 60_000, h: 3_600_000 } as const;
const RELATIVE = /^-?(\d{1,5})?([Mhdwmqy])(Start|End)?$/;
const ABSOLUTE =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z|[+-]\d\d:?\d\d)?)?$/;
/** Before this no event is accepted, and after it no calendar is reliable. */
const [EARLIEST_MS, LATEST_MS] = [Date.UTC(1990, 0, 1), Date.UTC(2100, 0, 1)];

export type RangeOptions = {
  /** What `date_from` goes back to the start of; left out: nothing. */
  readonly interval?: Interval | undefined;
  /** `date_from` where none is given. */
  readonly defaultFrom?: string;
  /** When the first event happened, for `all`; undefined when there is none. */
  readonly earliestMs?: number | undefined;
};

/**
 * The instants that a range means.
 * @throws invalid_input naming the end that cannot be read, or both when nothing lies between them
 */
export function resolveRange(
  range: DateRange | undefined,
  calendar: Calendar,
  options: RangeOptions = {},
): Range {
  const isExplicit = range?.explicitDate === true;
  const toMs = resolveEnd(range, calendar);
  const from = range?.date_from ?? options.defaultFrom ?? '-7d';
  const exactMs =
    from === 'all' ? (options.earliestMs ?? toMs - 1) : resolveFrom(from, calendar, isExplicit);
  const fromMs =
    isExplicit || options.interval === undefined
      ? exactMs
      : floorTo(exactMs, options.interval, calendar);
  if (fromMs >= toMs) {
    fail('invalid_input', { detail: 'The range ends before it begins.', attr: 'dateRange' });
  }
  return { fromMs, toMs };
}

/** The instant at which a range ends. @throws invalid_input when it cannot be read */
export function resolveEnd(range: DateRange | undefined, calendar: Calendar): number {
  return resolveTo(range?.date_to ?? null, calendar, range?.explicitDate === true);
}

/** The start of the interval that an instant lies in. */
export function floorTo(atMs: number, interval: Interval, calendar: Calendar): number {
  return floorToUnit(atMs, UNIT_OF[interval], calendar);
}

/** So many intervals later (or earlier), at the same local time. */
export function addIntervals(
  atMs: number,
  interval: Interval,
  count: number,
  calendar: Calendar,
): number {
  return addUnits(atMs, UNIT_OF[interval], count, timeZone(calendar.timeZone));
}

/** The instant that lies a span such as `-1w` before another. @throws invalid_input naming `attr` */
export function shiftBy(atMs: number, span: string, calendar: Calendar, attr: string): number {
  const match = RELATIVE.exec(span);
  if (!match?.[1] || match[3] !== undefined) {
    fail('invalid_input', { detail: 'Give a span ago, such as -1w.', attr });
  }
  return addUnits(atMs, match[2] as Unit, -Number(match[1]), timeZone(calendar.timeZone));
}

function resolveFrom(text: string, calendar: Calendar, isExplicit: boolean): number {
  const attr = 'dateRange.date_from';
  const relative = RELATIVE.exec(text);
  if (!relative) return within(absolute(text, calendar, attr).atMs, attr);
  const { atMs, unit, position } = goBack(relative, calendar);
  if (position === 'End') return within(ceilToUnit(atMs, unit, calendar), attr);
  if (position === 'Start') return within(floorToUnit(atMs, unit, calendar), attr);
  const isOfClock = unit === 'h' || unit === 'M' || isExplicit;
  return within(isOfClock ? atMs : floorToUnit(atMs, 'd', calendar), attr);
}

function resolveTo(text: string | null, calendar: Calendar, isExplicit: boolean): number {
  const attr = 'dateRange.date_to';
  if (text === null) return calendar.nowMs;
  const relative = RELATIVE.exec(text);
  if (!relative) {
    const { atMs, isDay } = absolute(text, calendar, attr);
    return within(isDay && !isExplicit ? ceilToUnit(atMs, 'd', calendar) : atMs, attr);
  }
  const { atMs, unit, position } = goBack(relative, calendar);
  if (position === 'Start') return within(floorToUnit(atMs, unit, calendar), attr);
  if (position === 'End') return within(ceilToUnit(atMs, unit, calendar), attr);
  const isOfClock = unit === 'h' || unit === 'M' || isExplicit;
  return within(isOfClock ? atMs : ceilToUnit(atMs, 'd', calendar), attr);
}

function goBack([, amount, unit, position]: RegExpExecArray, calendar: Calendar) {
  const zone = timeZone(calendar.timeZone);
  const atMs = addUnits(calendar.nowMs, unit as Unit, -Number(amount ?? 0), zone);
  return { atMs, unit: unit as Unit, position };
}

function absolute(
  text: string,
  calendar: Calendar,
  attr: string,
): { readonly atMs: number; readonly isDay: boolean } {
  const match = ABSOLUTE.exec(text);
  const date = match && dateIn(match);
  const clockMs = match && clockIn(match);
  if (date === undefined || date === null || clockMs === undefined || clockMs === null) {
    const detail = 'Give a date (2026-11-20), a time (2026-11-20T10:00:00), or a span ago (-7d).';
    return fail('invalid_input', { detail, attr });
  }
  const zone = match?.[8];
  const atMs =
    zone === undefined
      ? timeZone(calendar.timeZone).instantOf(date, clockMs)
      : date * DAY_MS + clockMs - offsetMs(zone);
  return { atMs, isDay: match?.[4] === undefined };
}

/** The counted day; undefined when the calendar has no such day. */
function dateIn(match: RegExpExecArray): number | undefined {
  const [year = 0, month = 0, day = 0] = match.slice(1, 4).map(Number);
  const date = dayNumber(year, month, day);
  const back = calendarOf(date);
  return back.month === month && back.day === day ? date : undefined;
}

/** The time of day in milliseconds; undefined when clocks show no such time. */
function clockIn(match: RegExpExecArray): number | undefined {
  const [hour = 0, minute = 0, second = 0] = match.slice(4, 7).map((part) => Number(part ?? 0));
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  // Whoever writes 23:59:59 means the end of the day.
  const fractionMs = second === 59 ? 1000 : Math.floor(Number(`0.${match[7] ?? 0}`) * 1000);
  return ((hour * 60 + minute) * 60 + second) * 1000 + fractionMs;
}

function offsetMs(zone: string): number {
  if (zone === 'Z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))) * 60_000;
}

function within(atMs: number, attr: string): number {
  if (atMs >= EARLIEST_MS && atMs <= LATEST_MS) return atMs;
  return fail('invalid_input', { detail: 'Give a time between 1990 and 2100.', attr });
}

function addUnits(atMs: number, unit: Unit, count: number, zone: TimeZone): number {
  if (unit === 'M' || unit === 'h') return atMs + count * UNIT_MS[unit];
  const day = zone.dayOf(atMs);
  const clockMs = atMs + zone.offsetAt(atMs) - day * DAY_MS;
  return zone.instantOf(addToDay(day, unit, count), clockMs);
}

function addToDay(day: number, unit: Exclude<Unit, 'M' | 'h'>, count: number): number {
  switch (unit) {
    case 'd':
      return day + count;
    case 'w':
      return day + 7 * count;
    case 'm':
      return addMonths(day, count);
    case 'q':
      return addMonths(day, 3 * count);
    case 'y':
      return addMonths(day, 12 * count);
  }
}

function floorToUnit(atMs: number, unit: Unit, calendar: Calendar): number {
  const zone = timeZone(calendar.timeZone);
  if (unit === 'M' || unit === 'h') {
    const local = atMs + zone.offsetAt(atMs);
    return atMs - (((local % UNIT_MS[unit]) + UNIT_MS[unit]) % UNIT_MS[unit]);
  }
  return zone.startOfDay(firstDayOf(zone.dayOf(atMs), unit, calendar));
}

/** The start of the unit after the one that an instant lies in. */
function ceilToUnit(atMs: number, unit: Unit, calendar: Calendar): number {
  const zone = timeZone(calendar.timeZone);
  if (unit === 'M' || unit === 'h') return floorToUnit(atMs, unit, calendar) + UNIT_MS[unit];
  const first = firstDayOf(zone.dayOf(atMs), unit, calendar);
  return zone.startOfDay(addToDay(first, unit, 1));
}

function firstDayOf(
  day: number,
  unit: Exclude<Unit, 'M' | 'h'>,
  { firstWeekday }: Calendar,
): number {
  const { year, month } = calendarOf(day);
  switch (unit) {
    case 'd':
      return day;
    case 'w':
      return startOfWeek(day, firstWeekday);
    case 'm':
      return dayNumber(year, month, 1);
    case 'q':
      return dayNumber(year, month - ((month - 1) % 3), 1);
    case 'y':
      return dayNumber(year, 1, 1);
  }
}
