import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestEvent } from '#platform/test-events';
import { startTestStores, type TestStores } from '#platform/test-stores';
import type { EventMatch } from './guardrail.ts';
import { bucketsOf, isHit, isTally, type Outcome, SHOWN_LEVELS } from './outcome.ts';
import { crowd, OUTCOMES, took } from './test-crowd.ts';
import { call, FLAG, hashOf, lookAt, SETTLED } from './test-exposure.query.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const MINUTE_MS = 60_000;
const SAME_BATCH_MS = 2 * MINUTE_MS;
type Person = {
  readonly arm: 0 | 1;
  readonly entry: number;
  readonly events: readonly TestEvent[];
};

/** Who is exposed, in which arm, since when: the rule of decision 0004, written down a second time. */
function exposed(events: readonly TestEvent[]): Person[] {
  const people = Map.groupBy(events, (event) => event.personId ?? '');
  return [...people.values()].flatMap((mine): Person[] => {
    const calls = mine.filter((event) => event.flag === FLAG);
    const others = mine.filter((event) => event.flag !== FLAG && event.atMs >= SETTLED);
    if (calls.length === 0) return [];
    const calledAt = Math.min(...calls.map((event) => event.atMs));
    const entry = calledAt >= SETTLED ? calledAt : Math.min(...others.map((event) => event.atMs));
    if (!Number.isFinite(entry)) return [];
    const arms = new Set(
      calls
        .filter(({ distinctId, atMs }) => {
          const first = Math.min(
            ...calls.filter((one) => one.distinctId === distinctId).map((one) => one.atMs),
          );
          const isNew = first >= SETTLED && atMs >= SETTLED;
          return isNew || others.some((one) => one.distinctId === distinctId);
        })
        .map((event) => hashOf(event.distinctId) <= 0.5),
    );
    const byOthers = new Set(others.map((event) => hashOf(event.distinctId) <= 0.5));
    const decided = arms.size > 0 ? arms : byOthers;
    if (decided.size !== 1) return [];
    const events = mine
      .filter((event) => event.atMs >= entry - SAME_BATCH_MS)
      .toSorted((x, y) => x.atMs - y.atMs);
    return [{ arm: decided.has(true) ? 1 : 0, entry, events }];
  });
}

const named = ({ events }: Person, { event }: EventMatch) =>
  events.filter((one) => one.event === event);
const numbers = (person: Person, series: { event: string; filters: []; property: string | null }) =>
  named(person, series).flatMap(({ properties }) => {
    if (series.property === null) return [1];
    const value = Number(properties?.[series.property] ?? Number.NaN);
    return Number.isFinite(value) ? [value] : [];
  });

function isHitBy(person: Person, outcome: Outcome): boolean {
  switch (outcome.kind) {
    case 'any':
      return named(person, outcome).length > 0;
    case 'steps': {
      let from = -Infinity;
      for (const [index, step] of outcome.steps.entries()) {
        const isRepeated = outcome.steps.slice(0, index).some(({ event }) => event === step.event);
        const isNext = ({ atMs }: TestEvent) => (isRepeated ? atMs > from : atMs >= from);
        const next = named(person, step).find(isNext);
        if (!next) return false;
        from = next.atMs;
      }
      return from <= person.entry + outcome.windowMs;
    }
    case 'above': {
      const limit = person.arm === 1 ? outcome.treatment : outcome.control;
      return numbers(person, outcome.series as never)
        .slice(0, 50)
        .some((value) => value > limit);
    }
    default:
      return false;
  }
}

/** Sessions in which it happened, of all in which anything did. */
function sessionsOf(person: Person, outcome: EventMatch) {
  const among = (events: readonly TestEvent[]) =>
    new Set(events.flatMap(({ flag, sessionId }) => (flag === FLAG ? [] : sessionId || []))).size;
  return { x: among(person.events), y: among(named(person, outcome)) };
}

function tallyBy(
  people: readonly Person[],
  outcome: Extract<Outcome, { kind: 'tally' | 'sessions' }>,
) {
  const pairs = people.map((person) => {
    if (outcome.kind === 'sessions') return sessionsOf(person, outcome);
    const values = numbers(person, outcome.y as never);
    const { above, cap, x } = outcome;
    const counted =
      above === null ? values : values.slice(0, 50).map((value) => (value > above ? 1 : 0));
    const total = counted.reduce((sum, value) => sum + value, 0);
    const under = x === null ? [1] : numbers(person, x as never);
    const denominator = above === null ? under : under.slice(0, 50).map(() => 1);
    return {
      x: denominator.reduce((sum, value) => sum + value, 0),
      y: cap === null ? total : Math.min(total, cap),
    };
  });
  const sum = (value: (pair: { x: number; y: number }) => number) =>
    pairs.reduce((all, pair) => all + value(pair), 0);
  return [
    pairs.filter(({ y }) => y !== 0).length,
    pairs.length,
    sum(({ x }) => x),
    sum(({ y }) => y),
    sum(({ x }) => x * x),
    sum(({ y }) => y * y),
    sum(({ x, y }) => x * y),
  ];
}

test.each([1, 2, 3])('every outcome is what it says of plain events, crowd %i', async (seed) => {
  const events = crowd(seed);
  const observation = await lookAt(stores, events, { outcomes: OUTCOMES });
  const people = exposed(events);
  const [control, treatment] = ([0, 1] as const).map((arm) =>
    people.filter((person) => person.arm === arm),
  ) as [Person[], Person[]];
  expect(observation.people).toEqual({ treatment: treatment.length, control: control.length });
  expect(Math.min(treatment.length, control.length)).toBeGreaterThan(5);
  for (const [index, outcome] of OUTCOMES.filter(isHit).entries()) {
    const hit = (arm: Person[]) => arm.filter((person) => isHitBy(person, outcome));
    const minutes = Map.groupBy([...hit(treatment), ...hit(control)], ({ entry }) =>
      Math.floor((entry - SETTLED) / MINUTE_MS),
    );
    const buckets = bucketsOf(observation, index).filter(({ a, b }) => a + b > 0);
    const expected = [...minutes.entries()]
      .toSorted(([x], [y]) => x - y)
      .map(([, who]) => [
        who.filter((p) => p.arm === 1).length,
        who.filter((p) => p.arm === 0).length,
      ]);
    expect(buckets.map(({ a, b }) => [a, b])).toEqual(expected);
    expect(expected.length).toBeGreaterThan(0);
  }
  for (const [index, outcome] of OUTCOMES.filter(isTally).entries()) {
    const sums = [...tallyBy(treatment, outcome), ...tallyBy(control, outcome)];
    expect(observation.tallies?.[index]?.map((sum) => Number(sum.toFixed(6)))).toEqual(
      sums.map((sum) => Number(sum.toFixed(6))),
    );
  }
  const levels = [...SHOWN_LEVELS, 0.9];
  const percentiles = [treatment, control].flatMap((arm) => {
    const values = arm
      .flatMap((person) => numbers(person, took as never).slice(0, 50))
      .toSorted((x, y) => x - y);
    return levels.map(
      (level) => values[Math.min(values.length - 1, Math.floor(level * values.length))],
    );
  });
  expect(observation.spreads).toEqual([percentiles]);
});

test('an arm without values has no percentiles', async () => {
  const observation = await lookAt(stores, [call('user-1', 1)], {
    outcomes: [{ kind: 'spread', series: took, level: 0.95 }],
  });
  expect(observation.spreads).toEqual([Array.from({ length: 8 }, () => null)]);
});
