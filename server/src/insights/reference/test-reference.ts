// What insights mean, in plain loops over a few events: written from the words of the semantics, sharing
// nothing with the SQL. Local dates come from the formatter of the platform, quarter hour by quarter hour.
import { compileRe2 } from '#properties';
import { compileValueMatcher } from '#properties/match';
import type { FilterGroup, Filters, Interval, PropertyFilter } from '../question.ts';
import { isInCohort } from './test-cohorts.ts';
import type { Seen, World } from './test-world.ts';

const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;
const memo = new Map<string, string>();

/** `2026-11-20` where the world lives. No clock changes within a quarter of an hour. */
export function localDate({ zone }: Pick<World, 'zone'>, atMs: number): string {
  const quarter = Math.floor(atMs / QUARTER_MS);
  const key = `${zone} ${quarter}`;
  let date = memo.get(key);
  if (date === undefined) {
    date = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    }).format(quarter * QUARTER_MS);
    memo.set(key, date);
  }
  return date;
}

/** So many days later in the calendar. */
export function plusDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The first quarter hour of a local date, or of the next one where it was left out. */
export function startOf(world: Pick<World, 'zone'>, date: string): number {
  let atMs = Date.parse(`${date}T00:00:00Z`) - DAY_MS;
  while (localDate(world, atMs) < date) atMs += QUARTER_MS;
  return atMs;
}

/** The date that names the interval a date lies in. */
export function nameOfInterval(world: World, date: string, interval: Interval): string {
  if (interval === 'month') return `${date.slice(0, 7)}-01`;
  if (interval !== 'week') return date;
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return plusDays(date, -((weekday - world.firstWeekday + 7) % 7));
}

/** The names of all intervals from one instant to before another, in order. */
export function intervalNames(
  world: World,
  fromMs: number,
  toMs: number,
  interval: Exclude<Interval, 'minute' | 'hour'>,
): string[] {
  const last = nameOfInterval(world, localDate(world, toMs - 1), interval);
  const names: string[] = [];
  let date = nameOfInterval(world, localDate(world, fromMs), interval);
  for (; date <= last; date = plusDays(date, 1)) {
    const name = nameOfInterval(world, date, interval);
    if (names.at(-1) !== name) names.push(name);
  }
  return names;
}

/** Where `-<days>d` begins when it is cut into these intervals. */
export function startOfRange(world: World, days: number, interval: Interval): number {
  const today = localDate(world, world.nowMs);
  return startOf(world, nameOfInterval(world, plusDays(today, -days), interval));
}

export function matches(world: World, event: Seen, filters: Filters | undefined): boolean {
  if (filters === undefined) return true;
  if (!('type' in filters)) return filters.every((one) => matchesOne(world, event, one));
  return matchesGroup(world, event, filters);
}

function matchesGroup(world: World, event: Seen, { type, values }: FilterGroup): boolean {
  const test = (one: FilterGroup | PropertyFilter) =>
    'values' in one ? matchesGroup(world, event, one) : matchesOne(world, event, one);
  return type === 'AND' ? values.every(test) : values.length === 0 || values.some(test);
}

function matchesOne(world: World, event: Seen, filter: PropertyFilter): boolean {
  if (filter.type === 'cohort') {
    return isInCohort(world, event, Number(filter.value)) !== (filter.operator === 'not_in');
  }
  const matcher = compileValueMatcher(filter.operator ?? 'exact', filter.value, compileRe2);
  if (!matcher) throw new Error(`no operator ${filter.operator}`);
  const value = propertyOf(world, event, filter.type ?? 'event', filter.key);
  return value === undefined ? matcher.whenMissing : matcher.test(value, world.nowMs);
}

/** The value of a property of the event, its person now, or its company now. */
export function propertyOf(world: World, event: Seen, type: string, key: string): unknown {
  if (type === 'person') {
    const person = world.persons.find(({ id }) => id === event.personId);
    return own(person?.properties, key);
  }
  if (type === 'group') {
    const company = event.groups['company'];
    return company === undefined ? undefined : own(world.groups.get(company), key);
  }
  if (key.startsWith('$feature/')) return own(event.flags, key.slice('$feature/'.length));
  return own(event.properties, key);
}

function own(properties: Readonly<Record<string, unknown>> | undefined, key: string): unknown {
  return properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
}

const NO_LABEL = '$$_posthog_breakdown_null_$$';
export const OTHER_LABEL = '$$_posthog_breakdown_other_$$';

/** What a value is called when things are broken down by it. */
export function labelOfValue(value: unknown): string {
  if (value === undefined || value === null || value === '') return NO_LABEL;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The number that a property holds, also as text. */
export function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value))
    return undefined;
  return Number(value);
}
