// Dates in property conditions: absolute, relative to now, or seconds since the epoch. Times without
// a zone are UTC. No clock here: the caller says what time it is.

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Numbers from here on are milliseconds (as seconds they would lie beyond the year 5000). */
const SMALLEST_EPOCH_MS = 1e11;

const ABSOLUTE =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?([Zz]|[+-]\d{2}:?\d{2})?$/;
const RELATIVE = /^-?(\d+)([hdwmy])$/;
const RELATIVE_MAX = 10_000;

/** A filter value of a date operator: a fixed instant, or one relative to the time of evaluation. */
export type DateFilter = (nowMs: number) => number;

/** Reads a filter value such as `2026-11-20`, `2026-11-20T10:00:00Z` or `-7d` (always ago). */
export function parseDateFilter(value: unknown): DateFilter | undefined {
  if (typeof value !== 'string') return undefined;
  const relative = RELATIVE.exec(value);
  if (relative) {
    const amount = Number(relative[1]);
    if (amount >= RELATIVE_MAX) return undefined;
    const unit = relative[2] as string;
    return (nowMs) => subtract(nowMs, amount, unit);
  }
  const instantMs = parseInstant(value);
  return instantMs === undefined ? undefined : () => instantMs;
}

/** True for a filter value that means another instant at every evaluation. */
export function isRelativeDate(value: unknown): boolean {
  return typeof value === 'string' && RELATIVE.test(value);
}

/** Reads a property value: an ISO 8601 date or time, or seconds (or milliseconds) since the epoch. */
export function parseDateValue(value: unknown): number | undefined {
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string') return undefined;
  if (/^-?\d+(?:\.\d+)?$/.test(value)) return fromEpoch(Number(value));
  return parseInstant(value);
}

/** The whole UTC day that an instant lies in, counted from the epoch. */
export function dayOf(instantMs: number): number {
  return Math.floor(instantMs / DAY_MS);
}

function fromEpoch(value: number): number | undefined {
  if (!Number.isFinite(value)) return undefined;
  return Math.abs(value) >= SMALLEST_EPOCH_MS ? value : value * 1000;
}

function parseInstant(text: string): number | undefined {
  const match = ABSOLUTE.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const dayMs = parseDay(year as number, month as number, day as number);
  const clockMs = parseClock(hour as number, minute as number, second as number);
  if (dayMs === undefined || clockMs === undefined) return undefined;
  const fractionMs = match[7] === undefined ? 0 : Number(`0.${match[7]}`) * 1000;
  return dayMs + clockMs + fractionMs - zoneOffsetMs(match[8]);
}

function parseDay(year: number, month: number, day: number): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  return utcMs(year, month, day);
}

/** A leap second (60) counts as the start of the next minute. */
function parseClock(hour: number, minute: number, second: number): number | undefined {
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  return hour * HOUR_MS + minute * 60_000 + second * 1000;
}

function zoneOffsetMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * HOUR_MS + Number(zone.slice(-2)) * 60_000);
}

/** Hours, days and weeks have fixed lengths; months and years keep the day where the month has it. */
function subtract(nowMs: number, amount: number, unit: string): number {
  switch (unit) {
    case 'h':
      return nowMs - amount * HOUR_MS;
    case 'd':
      return nowMs - amount * DAY_MS;
    case 'w':
      return nowMs - amount * 7 * DAY_MS;
    case 'm':
      return subtractSteps(nowMs, amount, 1);
    default:
      return subtractSteps(nowMs, amount, 12);
  }
}

/** Steps back one by one, so that a day once clamped (31 March to 28 February) stays clamped. */
function subtractSteps(nowMs: number, steps: number, monthsPerStep: number): number {
  const date = new Date(nowMs);
  let year = date.getUTCFullYear();
  let month = date.getUTCMonth() + 1;
  let day = date.getUTCDate();
  for (let i = 0; i < steps; i += 1) {
    month -= monthsPerStep;
    if (month < 1) {
      month += 12;
      year -= 1;
    }
    if (day > 28) day = Math.min(day, daysInMonth(year, month));
  }
  return utcMs(year, month, day) + (nowMs - dayOf(nowMs) * DAY_MS);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Unlike Date.UTC, also right for the years 0 to 99. */
function utcMs(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day);
}
