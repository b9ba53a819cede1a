// Local calendars: which day an instant lies in and when a day begins, in any IANA time zone, across changes
// of the clock. Days are counted from 1970-01-01.

const DAY_MS = 86_400_000;

export type TimeZone = {
  /** Local time minus UTC at an instant, in milliseconds. */
  offsetAt(atMs: number): number;
  /** The local day of an instant. */
  dayOf(atMs: number): number;
  /** The first instant of a local day. Of a day that was left out: where the next one begins. */
  startOfDay(day: number): number;
  /** The first instant of a day at which clocks show so much; where they leap over it, what they show then. */
  instantOf(day: number, clockMs: number): number;
};

const zones = new Map<string, TimeZone>();

/** @param name of the IANA time zone database, such as `Europe/Berlin` */
export function timeZone(name: string): TimeZone {
  const known = zones.get(name);
  if (known) return known;
  const offsetAt = offsetReader(name);
  const dayOf = (atMs: number) => Math.floor((atMs + offsetAt(atMs)) / DAY_MS);
  const zone: TimeZone = {
    offsetAt,
    dayOf,
    startOfDay: (day) => startOf(day, offsetAt, dayOf),
    instantOf: (day, clockMs) => instantOf(day * DAY_MS + clockMs, offsetAt),
  };
  zones.set(name, zone);
  return zone;
}

function offsetReader(name: string): (atMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (atMs) => {
    const wholeMs = Math.floor(atMs / 1000) * 1000;
    const parts = new Map(format.formatToParts(wholeMs).map(({ type, value }) => [type, value]));
    const read = (part: Intl.DateTimeFormatPartTypes) => Number(parts.get(part));
    const day = Date.UTC(read('year'), read('month') - 1, read('day'));
    const clock = (read('hour') * 60 + read('minute')) * 60 + read('second');
    return day + clock * 1000 - wholeMs;
  };
}

/** Midnight by the offset before or after a change of the clock, whichever is the first instant of the day. */
function startOf(
  day: number,
  offsetAt: (atMs: number) => number,
  dayOf: (atMs: number) => number,
): number {
  const midnightMs = day * DAY_MS;
  const candidates = [-DAY_MS, 0, DAY_MS].map((by) => midnightMs - offsetAt(midnightMs + by));
  const within = candidates.filter((atMs) => dayOf(atMs) >= day);
  return Math.min(...(within.length > 0 ? within : candidates));
}

/** The instant of a local time. */
function instantOf(localMs: number, offsetAt: (atMs: number) => number): number {
  const before = localMs - offsetAt(localMs - DAY_MS);
  const after = localMs - offsetAt(localMs + DAY_MS);
  const exact = [before, after].filter((atMs) => atMs + offsetAt(atMs) === localMs);
  return exact.length > 0 ? Math.min(...exact) : before;
}

export type CalendarDay = { readonly year: number; readonly month: number; readonly day: number };

/** Year, month (1 to 12) and day of the month of a counted day. */
export function calendarOf(day: number): CalendarDay {
  const date = new Date(day * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** The counted day of a date; months and days beyond the year or month carry over. */
export function dayNumber(year: number, month: number, day: number): number {
  return Math.floor(new Date(0).setUTCFullYear(year, month - 1, day) / DAY_MS);
}

/** The day so many months later: the same day of the month, or its last. */
export function addMonths(day: number, months: number): number {
  const from = calendarOf(day);
  const index = from.year * 12 + (from.month - 1) + months;
  const year = Math.floor(index / 12);
  const month = index - year * 12 + 1;
  const lastOfMonth = calendarOf(dayNumber(year, month + 1, 0)).day;
  return dayNumber(year, month, Math.min(from.day, lastOfMonth));
}

/** The first day of the week that a day lies in. @param firstWeekday 0: Sunday, 1: Monday */
export function startOfWeek(day: number, firstWeekday: number): number {
  // 1970-01-01 was a Thursday.
  const weekday = (((day + 4 - firstWeekday) % 7) + 7) % 7;
  return day - weekday;
}

/** `2026-11-20`. */
export function isoDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
