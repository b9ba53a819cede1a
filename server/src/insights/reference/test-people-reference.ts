// Retention, stickiness and lifecycle by plain loops.
import type { LifecycleQuery } from '../people-queries/lifecycle.ts';
import type { Interval } from '../question.ts';
import type { RetentionEntity, RetentionQuery } from '../retention/retention.ts';
import type { StickinessQuery } from '../people-queries/stickiness.ts';
import {
  OTHER_LABEL,
  intervalNames,
  labelOfValue,
  localDate,
  matches,
  nameOfInterval,
  plusDays,
  propertyOf,
  startOf,
  startOfRange,
} from './test-reference.ts';
import type { Seen, World } from './test-world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What is asked of intervals that have a name. */
type Calendar = Exclude<Interval, 'minute' | 'hour'>;

const isInterval = (value: Interval): value is Calendar => value !== 'hour' && value !== 'minute';

function intervalOf(value: Interval | undefined): Calendar {
  return value !== undefined && isInterval(value) ? value : 'day';
}

const passes = (
  world: World,
  event: Seen,
  entity: RetentionEntity,
  query: RetentionQuery,
): boolean =>
  (entity.id === null || event.event === entity.id) &&
  matches(world, event, entity.properties) &&
  matches(world, event, query.properties);

const PERIODS = { Hour: 'hour', Day: 'day', Week: 'week', Month: 'month' } as const;

/** `label c k` → people; k = -1: who came back at once. */
export function referenceRetention(world: World, query: RetentionQuery): Map<string, number> {
  const filter = query.retentionFilter;
  const { totalIntervals = 8, targetEntity, returningEntity, minimumOccurrences = 1 } = filter;
  if (!targetEntity || !returningEntity) throw new Error('both are asked');
  const interval = PERIODS[filter.period ?? 'Day'];
  const intervals = lastIntervals(world, interval, totalIntervals);
  const indexOf = (event: Seen) => intervals.indexOf(event.atMs);
  const lengthMs = { hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS }[interval];
  const before = world.seen.filter((event) => event.atMs < world.nowMs);
  const members: { label: string; person: string; c: number; ks: number[] }[] = [];
  for (const [person, own] of Map.groupBy(before, (event) => actorOf(query, event))) {
    if (person === '') continue;
    const starts = startsOf(world, query, own).filter((event) => indexOf(event) >= 0);
    const backs = own.filter(
      (event) => indexOf(event) >= 0 && passes(world, event, returningEntity, query),
    );
    for (const [c, inInterval] of Map.groupBy(starts, indexOf)) {
      const firstMs = Math.min(...inInterval.map(({ atMs }) => atMs));
      const ks =
        filter.timeWindowMode === '24_hour_windows'
          ? backs
              .filter(({ atMs }) => atMs >= firstMs)
              .map(({ atMs }) => Math.floor((atMs - firstMs) / lengthMs))
          : backs.map((event) => indexOf(event) - c);
      const often = [...Map.groupBy(ks, (k) => k)]
        .filter(([k, times]) => times.length >= minimumOccurrences && k >= 0 && k < totalIntervals)
        .map(([k]) => k);
      members.push({ label: labelOfFirst(world, query, starts), person, c, ks: often });
    }
  }
  return countCells(query, members);
}

function actorOf(query: RetentionQuery, event: Seen): string {
  return query.aggregation_group_type_index === undefined
    ? event.personId
    : (event.groups['company'] ?? '');
}

/** The events by which somebody belongs to an interval. */
function startsOf(world: World, query: RetentionQuery, own: readonly Seen[]): Seen[] {
  const { targetEntity, retentionType = 'retention_recurring' } = query.retentionFilter;
  if (!targetEntity) return [];
  const starts = own.filter((event) => passes(world, event, targetEntity, query));
  if (retentionType === 'retention_recurring') return starts;
  const among =
    retentionType === 'retention_first_time'
      ? starts
      : own.filter((event) => targetEntity.id === null || event.event === targetEntity.id);
  const firstMs = Math.min(...among.map(({ atMs }) => atMs));
  return starts.filter(({ atMs }) => atMs === firstMs);
}

function labelOfFirst(world: World, query: RetentionQuery, starts: readonly Seen[]): string {
  const filter = query.breakdownFilter;
  if (!filter) return '';
  const { breakdown_type: type = 'event', breakdown } = filter;
  const valueOf = (event: Seen) => propertyOf(world, event, type, String(breakdown));
  const stored = (event: Seen): string => {
    const value = valueOf(event);
    if (value === undefined) return '';
    const isPlain = typeof value === 'string' && String(breakdown).startsWith('$feature/');
    return isPlain ? value : JSON.stringify(value);
  };
  const [first] = starts.toSorted(
    (a, b) => a.atMs - b.atMs || (bytes(stored(a)) < bytes(stored(b)) ? -1 : 1),
  );
  return first ? labelOfValue(valueOf(first)) : '';
}

const bytes = (text: string): string => Buffer.from(text).toString('latin1');

function countCells(
  query: RetentionQuery,
  members: readonly { label: string; c: number; ks: readonly number[] }[],
): Map<string, number> {
  const limit = query.breakdownFilter?.breakdown_limit ?? 25;
  const ranked = [...Map.groupBy(members, ({ label }) => label)]
    .toSorted(([a, ofA], [b, ofB]) => ofB.length - ofA.length || (bytes(a) < bytes(b) ? -1 : 1))
    .map(([label]) => label);
  const cells = new Map<string, number>();
  for (const { label, c, ks } of members) {
    const shown = ranked.indexOf(label) < limit ? label : OTHER_LABEL;
    const last = Math.max(0, ...ks);
    const later = query.retentionFilter.cumulative
      ? Array.from({ length: last }, (_, i) => i + 1)
      : ks.filter((k) => k > 0);
    const isBack = query.retentionFilter.cumulative ? ks.length > 0 : ks.includes(0);
    for (const k of [0, ...(isBack ? [-1] : []), ...later]) {
      const key = `${shown} ${c} ${k}`;
      cells.set(key, (cells.get(key) ?? 0) + 1);
    }
  }
  return cells;
}

/** The last so many intervals, up to the one that is running. */
function lastIntervals(world: World, interval: Interval, count: number) {
  if (!isInterval(interval)) {
    const offset = offsetWithinHour(world);
    const lastMs = Math.floor((world.nowMs - 1 - offset) / HOUR_MS) * HOUR_MS + offset;
    const firstMs = lastMs - (count - 1) * HOUR_MS;
    return {
      indexOf: (atMs: number) => (atMs < firstMs ? -1 : Math.floor((atMs - firstMs) / HOUR_MS)),
    };
  }
  const farMs = world.nowMs - count * 32 * DAY_MS;
  const names = intervalNames(world, farMs, world.nowMs, interval).slice(-count);
  // A day that was left out is none to begin with.
  const [first = '', second = first] = names;
  if (count > 1 && startOf(world, first) === startOf(world, second)) names.shift();
  return {
    indexOf: (atMs: number) =>
      names.indexOf(nameOfInterval(world, localDate(world, atMs), interval)),
  };
}

/** Where in an hour of UTC the local hours begin. */
function offsetWithinHour(world: World): number {
  const midnight = startOf(world, localDate(world, world.nowMs));
  return midnight % HOUR_MS;
}

/** People by in how many intervals they did it. */
export function referenceStickiness(world: World, query: StickinessQuery, days: number): number[] {
  const interval = intervalOf(query.interval);
  const fromMs = startOfRange(world, days, interval);
  const names = intervalNames(world, fromMs, world.nowMs, interval);
  const [series] = query.series;
  const acted = world.seen.filter(
    (event) =>
      event.atMs >= fromMs &&
      event.atMs < world.nowMs &&
      (series?.event === null || event.event === series?.event) &&
      matches(world, event, series?.properties) &&
      matches(world, event, query.properties),
  );
  const who = (event: Seen) =>
    series?.math === 'unique_group' ? (event.groups['company'] ?? '') : event.personId;
  const { operator = 'gte', value = 1 } = query.stickinessFilter?.stickinessCriteria ?? {};
  const holds = (n: number) =>
    operator === 'gte' ? n >= value : operator === 'lte' ? n <= value : n === value;
  const counts = names.map(() => 0);
  for (const [actor, own] of Map.groupBy(acted, who)) {
    const byInterval = Map.groupBy(own, (event) =>
      nameOfInterval(world, localDate(world, event.atMs), interval),
    );
    const k = [...byInterval.values()].filter((events) => holds(events.length)).length;
    if (actor !== '' && k > 0) counts[k - 1] = (counts[k - 1] ?? 0) + 1;
  }
  if (query.stickinessFilter?.computedAs !== 'cumulative') return counts;
  return counts.map((_, i) => counts.slice(i).reduce((a, b) => a + b, 0));
}

/** `status name-of-interval` → people. */
export function referenceLifecycle(
  world: World,
  query: LifecycleQuery,
  days: number,
): Map<string, number> {
  const interval = intervalOf(query.interval);
  const fromMs = startOfRange(world, days, interval);
  const names = intervalNames(world, fromMs, world.nowMs, interval);
  const nameOf = (atMs: number) => nameOfInterval(world, localDate(world, atMs), interval);
  const before = nameOf(startOf(world, plusDays(names[0] ?? '', -1)));
  const all = [before, ...names];
  const [series] = query.series;
  const acted = world.seen.filter(
    (event) =>
      event.atMs < world.nowMs &&
      event.personMode !== 'propertyless' &&
      (series?.event === null || event.event === series?.event) &&
      matches(world, event, series?.properties) &&
      matches(world, event, query.properties),
  );
  const cells = new Map<string, number>();
  for (const [id, own] of Map.groupBy(acted, (event) => event.personId)) {
    const active = new Set(own.map((event) => nameOf(event.atMs)));
    const person = world.persons.find((one) => one.id === id);
    const born = person && nameOf(person.createdMs);
    for (const [i, name] of all.entries()) {
      if (i === 0) continue;
      const wasActive = active.has(all[i - 1] ?? '');
      const status = active.has(name)
        ? name === born
          ? 'new'
          : wasActive
            ? 'returning'
            : 'resurrecting'
        : wasActive
          ? 'dormant'
          : undefined;
      if (status) cells.set(`${status} ${name}`, (cells.get(`${status} ${name}`) ?? 0) + 1);
    }
  }
  return cells;
}
