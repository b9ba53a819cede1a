// Trends by plain loops.
import type { NumberFunction } from '../sql/measure.ts';
import type { Interval } from '../question.ts';
import {
  OTHER_LABEL,
  intervalNames,
  labelOfValue,
  localDate,
  matches,
  nameOfInterval,
  numberIn,
  plusDays,
  propertyOf,
  startOf,
  startOfRange,
} from './test-reference.ts';
import type { Seen, World } from './test-world.ts';
import type { TrendsQuery, TrendsSeries } from '../trends/trends.ts';

const HOUR_MS = 3_600_000;

export type ReferenceLine = { readonly label: string; readonly data: readonly (number | null)[] };

/** The lines of one series over the last `days` days, unordered. */
export function referenceLines(
  world: World,
  query: TrendsQuery,
  series: TrendsSeries,
  days: number,
): ReferenceLine[] {
  const interval = query.interval ?? 'day';
  const isTotal = query.trendsFilter?.display === 'BoldNumber';
  const fromMs = startOfRange(world, days, isTotal ? 'day' : interval);
  const cuts = isTotal ? undefined : intervalsOf(world, fromMs, interval);
  const firstEndMs = cuts?.ends[0] ?? world.nowMs;
  const labelled = labelEvents(world, query, series, seenFrom(world, series, fromMs, firstEndMs));
  return [...labelled.keys()].map((label) => {
    const events = labelled.get(label) ?? [];
    const data = cuts
      ? cuts.names.map((name, i) =>
          valueIn(world, series, events, {
            has: (event) =>
              event.atMs >= fromMs && event.atMs < world.nowMs && cuts.nameOf(event) === name,
            lastDay: lastDayOf(world, cuts.ends[i] ?? world.nowMs),
          }),
        )
      : [
          valueIn(world, series, events, {
            has: (event) => event.atMs >= fromMs && event.atMs < world.nowMs,
            lastDay: localDate(world, world.nowMs - 1),
          }),
        ];
    return { label, data };
  });
}

/** From when on events matter: who was active in the days before counts in the first interval, too. */
function seenFrom(
  world: World,
  { math }: TrendsSeries,
  fromMs: number,
  firstEndMs: number,
): number {
  const days = math === 'weekly_active' ? 7 : math === 'monthly_active' ? 30 : 0;
  if (days === 0) return fromMs;
  return startOf(world, plusDays(lastDayOf(world, firstEndMs), 1 - days));
}

function lastDayOf(world: World, endMs: number): string {
  return localDate(world, Math.min(endMs, world.nowMs) - 1);
}

function intervalsOf(world: World, fromMs: number, interval: Interval) {
  if (interval === 'hour' || interval === 'minute') {
    const length = interval === 'hour' ? HOUR_MS : HOUR_MS / 60;
    const count = Math.ceil((world.nowMs - fromMs) / length);
    return {
      names: Array.from({ length: count }, (_, i) => String(i)),
      ends: Array.from({ length: count }, (_, i) => fromMs + (i + 1) * length),
      nameOf: (event: Seen) => String(Math.floor((event.atMs - fromMs) / length)),
    };
  }
  const names = intervalNames(world, fromMs, world.nowMs, interval);
  const after = (i: number) => names[i + 1] ?? plusDays(localDate(world, world.nowMs), 1);
  return {
    names,
    ends: names.map((_, i) => startOf(world, after(i))),
    nameOf: (event: Seen) => nameOfInterval(world, localDate(world, event.atMs), interval),
  };
}

/** The events that the series is about, by label; rare labels together under one. */
function labelEvents(
  world: World,
  query: TrendsQuery,
  series: TrendsSeries,
  fromMs: number,
): Map<string, Seen[]> {
  const filter = query.breakdownFilter;
  const counted = countedEvents(world, query, series, fromMs);
  if (!filter) return new Map([['', counted]]);
  const labelOf = (event: Seen) =>
    labelOfValue(
      propertyOf(world, event, filter.breakdown_type ?? 'event', String(filter.breakdown)),
    );
  const byLabel = Map.groupBy(counted, labelOf);
  const whole = (events: Seen[]) => rankOf(world, series, events);
  const ranked = [...byLabel].toSorted(
    ([a, ofA], [b, ofB]) => whole(ofB) - whole(ofA) || (bytes(a) < bytes(b) ? -1 : 1),
  );
  const limit = filter.breakdown_limit ?? 25;
  const shown = new Map(ranked.slice(0, limit));
  const rest = ranked.slice(limit).flatMap(([, events]) => events);
  if (rest.length > 0) shown.set(OTHER_LABEL, rest);
  return shown;
}

/** The store orders texts by their bytes. */
const bytes = (text: string): string => Buffer.from(text).toString('latin1');

/** By what a label is among the largest: the series' own maths over the whole range. */
function rankOf(world: World, series: TrendsSeries, events: readonly Seen[]): number {
  const isActive = series.math === 'weekly_active' || series.math === 'monthly_active';
  const math = isActive ? 'dau' : series.math;
  return valueIn(world, { ...series, math }, events, { has: () => true, lastDay: '' }) ?? 0;
}

function countedEvents(
  world: World,
  query: TrendsQuery,
  series: TrendsSeries,
  fromMs: number,
): Seen[] {
  const isNamed = (event: Seen) => series.event === null || event.event === series.event;
  const passes = (event: Seen) =>
    isNamed(event) &&
    matches(world, event, series.properties) &&
    matches(world, event, query.properties) &&
    (query.filterTestAccounts !== true || event.properties['plan'] === undefined
      ? true
      : JSON.stringify(event.properties['plan']).toLowerCase() !== '"pro"');
  const counted = world.seen.filter((event) => passes(event) && isCounted(series, event));
  const inRange = (event: Seen) => event.atMs >= fromMs && event.atMs < world.nowMs;
  if (series.math === 'first_matching_event_for_user') {
    return firstOfEach(world, counted, counted, query).filter(inRange);
  }
  if (series.math === 'first_time_for_user') {
    return firstOfEach(world, world.seen.filter(isNamed), counted, query).filter(inRange);
  }
  return counted.filter(inRange);
}

function isCounted(series: TrendsSeries, event: Seen): boolean {
  if (series.math === 'unique_session') return event.sessionId !== '';
  return series.math !== 'unique_group' || event.groups['company'] !== undefined;
}

/** Per person one of the events at the earliest time of `all`, the one with the smallest label, if it counts. */
function firstOfEach(
  world: World,
  all: readonly Seen[],
  counted: readonly Seen[],
  query: TrendsQuery,
): Seen[] {
  const before = (event: Seen) => event.atMs < world.nowMs;
  const { breakdown_type: type = 'event', breakdown } = query.breakdownFilter ?? {};
  const isOfFlag = String(breakdown).startsWith('$feature/');
  // Before labels are made, values are ordered as they are stored.
  const stored = (event: Seen) => {
    const value = propertyOf(world, event, type, String(breakdown));
    if (value === undefined) return '';
    return typeof value === 'string' && isOfFlag ? value : JSON.stringify(value);
  };
  return [...Map.groupBy(all.filter(before), (event) => event.personId).values()].flatMap((own) => {
    const firstMs = Math.min(...own.map((event) => event.atMs));
    const first = counted
      .filter((event) => event.personId === own[0]?.personId && event.atMs === firstMs)
      .toSorted((a, b) => (bytes(stored(a)) < bytes(stored(b)) ? -1 : 1));
    return first.slice(0, 1);
  });
}

type Cut = {
  has(event: Seen): boolean;
  /** For people who were active in the days up to this one. */
  readonly lastDay: string;
};

function valueIn(
  world: World,
  series: TrendsSeries,
  events: readonly Seen[],
  cut: Cut,
): number | null {
  const inside = events.filter((event) => cut.has(event));
  const distinct = (of: (event: Seen) => unknown, among = inside) => new Set(among.map(of)).size;
  const { math = 'total' } = series;
  switch (math) {
    case 'total':
    case 'first_time_for_user':
    case 'first_matching_event_for_user':
      return inside.length;
    case 'dau':
      return distinct((event) => event.personId);
    case 'unique_session':
      return distinct((event) => event.sessionId);
    case 'unique_group':
      return distinct((event) => event.groups['company']);
    case 'weekly_active':
    case 'monthly_active': {
      const first = plusDays(cut.lastDay, math === 'weekly_active' ? -6 : -29);
      const active = events.filter((event) => {
        const day = localDate(world, event.atMs);
        return day >= first && day <= cut.lastDay && event.atMs < world.nowMs;
      });
      return distinct((event) => event.personId, active);
    }
    default:
      return ofNumbers(math, series, inside, world);
  }
}

function ofNumbers(
  math: string,
  series: TrendsSeries,
  inside: readonly Seen[],
  world: World,
): number | null {
  const suffix = '_count_per_actor';
  if (math.endsWith(suffix)) {
    const counts = [...Map.groupBy(inside, (event) => event.personId).values()].map(
      (own) => own.length,
    );
    return applyFunction(math.slice(0, -suffix.length) as NumberFunction, counts);
  }
  const type = series.math_property_type ?? 'event';
  const numbers = inside
    .map((event) => numberIn(propertyOf(world, event, type, series.math_property ?? '')))
    .filter((number) => number !== undefined);
  return applyFunction(math as NumberFunction, numbers);
}

const LEVELS: Record<string, number> = { median: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99 };

/** Percentiles lie between two values in proportion, as a spreadsheet's PERCENTILE.INC. */
function applyFunction(fn: NumberFunction, numbers: readonly number[]): number | null {
  const sum = numbers.reduce((total, number) => total + number, 0);
  if (fn === 'sum') return sum;
  if (numbers.length === 0) return null;
  if (fn === 'avg') return sum / numbers.length;
  if (fn === 'min') return Math.min(...numbers);
  if (fn === 'max') return Math.max(...numbers);
  const sorted = numbers.toSorted((a, b) => a - b);
  const place = (LEVELS[fn] ?? 0) * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? 0;
  const high = sorted[Math.ceil(place)] ?? 0;
  return low + (high - low) * (place - Math.floor(place));
}
