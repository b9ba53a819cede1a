// What cohorts by events mean, in plain loops over each person's events: written from the words of the semantics,
// sharing nothing with the SQL or its plan.
import type { BehaviouralCondition, TimeUnit } from '#cohorts/behaviour';
import { type CohortGroup, type CohortNode, isGroup } from '#cohorts/cohort';
import { compileRe2 } from '#properties';
import { compileValueMatcher } from '#properties/match';
import type { JsonValue } from '#kernel/json';
import type { TestCohort } from './test-cohorts.ts';
import { localDate, matches, plusDays } from './test-reference.ts';
import type { Seen, World } from './test-world.ts';

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
const LENGTH_MS = { minute: MINUTE_MS, hour: 60 * MINUTE_MS } as const;
const NOMINAL_DAYS = { day: 1, week: 7, month: 30, year: 365 } as const;

/** The same time of day so many units ago. Months and years are for others to test. */
export function ago(world: Pick<World, 'zone' | 'nowMs'>, count: number, unit: TimeUnit): number {
  const { nowMs } = world;
  if (unit === 'minute' || unit === 'hour') return nowMs - count * LENGTH_MS[unit];
  const days = count * NOMINAL_DAYS[unit];
  const date = plusDays(localDate(world, nowMs), -days);
  const clock = clockOf(world, nowMs);
  // Clocks are changed by quarters of hours, and never by more than a day.
  const around = Array.from(
    { length: 193 },
    (_, i) => nowMs - days * 86_400_000 + (i - 96) * QUARTER_MS,
  );
  const same = around.find((at) => localDate(world, at) === date && clockOf(world, at) === clock);
  if (same === undefined) throw new Error('the worlds are asked at a time that every day has');
  return same;
}

function clockOf({ zone }: Pick<World, 'zone'>, atMs: number): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeStyle: 'medium' }).format(atMs);
}

/** Ids of everybody who is in the cohort: without a profile only for something that they did. */
export function referenceCohort(
  world: World,
  id: number,
  cohorts: readonly TestCohort[],
): Set<string> {
  const asked = cohorts.find((cohort) => cohort.id === id);
  if (!asked) throw new Error(`no cohort ${id}`);
  const known = new Set(world.persons.map((person) => person.id));
  const everybody = [...new Set([...known, ...world.seen.map(({ personId }) => personId)])];
  const deeds = deedsOf(asked.filters.properties, cohorts);
  return new Set(
    everybody.filter((personId) => {
      const person = { world, personId, cohorts };
      if (!isInGroup(person, asked.filters.properties)) return false;
      return known.has(personId) || deeds.some((deed) => hasDone(world, personId, deed));
    }),
  );
}

/** What people are asked to have done, also by cohorts that are asked for. */
function deedsOf(node: CohortNode, cohorts: readonly TestCohort[]): BehaviouralCondition[] {
  if (isGroup(node)) return node.values.flatMap((one) => deedsOf(one, cohorts));
  if (node.type === 'behavioral') return node.negation === true ? [] : [node];
  const other = node.type === 'cohort' && cohorts.find(({ id }) => id === node.value);
  return other ? deedsOf(other.filters.properties, cohorts) : [];
}

type Person = {
  readonly world: World;
  readonly personId: string;
  readonly cohorts: readonly TestCohort[];
};

function isInGroup(person: Person, { type, values }: CohortGroup): boolean {
  const test = (node: CohortNode) => meets(person, node);
  return type === 'AND' ? values.every(test) : values.some(test);
}

function meets(person: Person, node: CohortNode): boolean {
  if (isGroup(node)) return isInGroup(person, node);
  const { world, personId, cohorts } = person;
  const isNegated = node.negation === true;
  switch (node.type) {
    case 'behavioral':
      return hasDone(world, personId, node) !== isNegated;
    case 'person': {
      const matcher = compileValueMatcher(node.operator ?? 'exact', node.value, compileRe2);
      if (!matcher) return false;
      const properties = world.persons.find(({ id }) => id === personId)?.properties ?? {};
      const value = Object.hasOwn(properties, node.key) ? properties[node.key] : undefined;
      const holds =
        value === undefined ? matcher.whenMissing : matcher.test(value as JsonValue, world.nowMs);
      return holds !== isNegated;
    }
    case 'cohort': {
      const other = cohorts.find(({ id }) => id === node.value);
      if (!other) return false;
      const isIn = other.isStatic
        ? world.seen.some(
            (event) => event.personId === personId && other.listed?.includes(event.distinctId),
          )
        : isInGroup(person, other.filters.properties);
      return isIn !== isNegated;
    }
  }
}

/** What a condition is judged by. */
type Facts = {
  readonly world: World;
  readonly condition: BehaviouralCondition;
  /** Events of the person until now. */
  readonly past: readonly Seen[];
  /** Those that it is about. */
  readonly done: readonly Seen[];
  /** How far it looks back, and where the recent time begins. */
  readonly fromMs: number;
  readonly splitMs: number;
};

/** Whether the person did what a condition says, negation aside. */
function hasDone(world: World, personId: string, condition: BehaviouralCondition): boolean {
  const { key, event_filters: filters = [] } = condition;
  const past = world.seen.filter(
    (event) => event.personId === personId && event.atMs < world.nowMs,
  );
  const done = past.filter(
    (event) => event.event === key && matches(world, event, filters as never),
  );
  const { time_value: value = 1, time_interval: unit = 'day' } = condition;
  const { seq_time_value: recent = 1, seq_time_interval: recentUnit = 'day' } = condition;
  const fromMs = condition.explicit_datetime === 'all' ? EVER_MS : ago(world, value, unit);
  const splitMs = ago(world, recent, recentUnit);
  return MEANINGS[condition.value]({ world, condition, past, done, fromMs, splitMs });
}

const EVER_MS = Number.NEGATIVE_INFINITY;

const between = (events: readonly Seen[], from: number, to: number) =>
  events.filter(({ atMs }) => atMs >= from && atMs < to).length;

const MEANINGS: Record<BehaviouralCondition['value'], (facts: Facts) => boolean> = {
  performed_event: ({ done, fromMs, world }) => between(done, fromMs, world.nowMs) > 0,
  performed_event_multiple: ({ done, fromMs, world, condition }) =>
    isOften(between(done, fromMs, world.nowMs), condition),
  performed_event_first_time: ({ past, done, fromMs, condition }) => {
    const named = past.filter(({ event }) => event === condition.key);
    const firstMs = Math.min(...named.map(({ atMs }) => atMs));
    return firstMs >= fromMs && done.some(({ atMs }) => atMs === firstMs);
  },
  performed_event_regularly: ({ done, world, condition }) => {
    const { time_value: length = 1, time_interval: unit = 'day' } = condition;
    const { total_periods: total = 1, min_periods: min = 1 } = condition;
    let kept = 0;
    for (let i = 0; i < total; i += 1) {
      const start = ago(world, (i + 1) * length, unit);
      const end = i === 0 ? world.nowMs : ago(world, i * length, unit);
      if (isOften(between(done, start, end), condition)) kept += 1;
    }
    return kept >= min;
  },
  performed_event_sequence: ({ past, done, fromMs, condition }) => {
    const { key, seq_event: next } = condition;
    const followers = past.filter(({ event, atMs }) => event === next && atMs >= fromMs);
    const longestMs = lengthOf(condition.seq_time_value, condition.seq_time_interval);
    return done.some((first) =>
      followers.some(({ atMs }) => {
        const laterMs = atMs - first.atMs;
        const isAfter = next === key ? laterMs > 0 : laterMs >= 0;
        return first.atMs >= fromMs && isAfter && laterMs <= longestMs;
      }),
    );
  },
  stopped_performing_event: ({ done, fromMs, splitMs, world }) =>
    between(done, fromMs, splitMs) > 0 && between(done, splitMs, world.nowMs) === 0,
  restarted_performing_event: ({ done, fromMs, splitMs, world }) =>
    between(done, EVER_MS, fromMs) > 0 &&
    between(done, fromMs, splitMs) === 0 &&
    between(done, splitMs, world.nowMs) > 0,
};

function lengthOf(count = 1, unit: TimeUnit = 'day'): number {
  if (unit === 'minute' || unit === 'hour') return count * LENGTH_MS[unit];
  return count * NOMINAL_DAYS[unit] * 86_400_000;
}

function isOften(n: number, condition: BehaviouralCondition): boolean {
  const { operator = 'exact', operator_value: count = 1 } = condition;
  if (n === 0) return false;
  switch (operator) {
    case 'gte':
      return n >= count;
    case 'lte':
      return n <= count;
    case 'gt':
      return n > count;
    case 'lt':
      return n < count;
    case 'exact':
      return n === count;
  }
}
