import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRng } from '#kernel/rng';
import { personIdOf, type TestEvent } from '#platform/test-events';
import { startTestStores, type TestStores } from '#platform/test-stores';
import { observePairs, observeWeeks } from './earlier.query.ts';
import type { EventMatch, Guardrail, Measure } from './guardrail.ts';
import { call, given, seen, SETTLED, at, UNHURRIED } from './test-exposure.query.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;

const guardrail = (event: string, measure: Measure): Guardrail => ({
  id: event,
  kind: 'custom',
  family: 'behaviour',
  event,
  filters: [],
  measure,
  isCommon: false,
  usualShare: null,
  harm: 'up',
  bands: { scale: 'ratio', compare: 'ratio', yellow: 1.5, red: 2 },
  absolute: null,
  minAffectedPeople: 3,
  require: 'safe',
  onRed: 'rollback',
});
const paid: EventMatch = { event: 'paid', filters: [] };
const GUARDRAILS = [
  guardrail('$exception', { kind: 'share' }),
  guardrail('paid', { kind: 'mean', property: 'amount', cap: null, per: null }),
  guardrail('$exception', {
    kind: 'mean',
    property: null,
    cap: null,
    per: { ...paid, property: null },
  }),
  guardrail('paid', { kind: 'latency', property: 'amount', level: 0.5, threshold: 40 }),
  guardrail('$exception', { kind: 'sessions' }),
];

const amountOf = ({ properties }: TestEvent) => Number(properties?.['amount']);
/** What each guardrail counts of the events of one hour of one person: the rates, written down a second time. */
function cellOf(events: readonly TestEvent[]): [y: number, x: number][] {
  const errors = events.filter(({ event }) => event === '$exception');
  const payments = events.filter(({ event }) => event === 'paid');
  const sessions = (among: readonly TestEvent[]) =>
    new Set(among.flatMap(({ sessionId }) => sessionId ?? [])).size;
  return [
    [errors.length > 0 ? 1 : 0, 1],
    [payments.reduce((sum, one) => sum + amountOf(one), 0), 1],
    [errors.length, payments.length],
    [payments.filter((one) => amountOf(one) > 40).length, payments.length],
    [sessions(errors), sessions(events)],
  ];
}

function sumCells(cells: readonly (readonly TestEvent[])[]): [y: number, x: number][] {
  const all = cells.map(cellOf);
  return GUARDRAILS.map((_, k) => {
    const sum = (part: 0 | 1) => all.reduce((total, cell) => total + (cell[k]?.[part] ?? 0), 0);
    return [sum(0), sum(1)];
  });
}

const rounded = (rows: readonly (readonly number[])[]) =>
  rows.map((row) => row.map((value) => Number(value.toFixed(6))));

/** Something that somebody does at a moment. */
function anything(rng: () => number, distinctId: string, atMs: number): TestEvent {
  const event = ['$pageview', 'paid', '$exception'][Math.floor(rng() * 3)] ?? '';
  const properties = event === 'paid' ? { amount: Math.floor(rng() * 80) } : {};
  const sessionId = `${distinctId}-${Math.floor(atMs / (2 * HOUR_MS))}`;
  return { ...seen(distinctId, 0), event, properties, atMs, sessionId };
}

test('people with the change are held against themselves before the rollout, merges included', async () => {
  const rng = createRng(7);
  const startedAtMs = SETTLED - HOUR_MS;
  const people = Array.from({ length: 30 }, (_, i) => {
    const id = `user-${i}`;
    const isIn = i % 3 !== 0;
    const before = Array.from({ length: 12 }, () =>
      anything(rng, rng() < 0.3 ? `${id}-anonymous` : id, startedAtMs - rng() * 20 * DAY_MS),
    );
    const after = Array.from({ length: 8 }, () => anything(rng, id, SETTLED + rng() * 5 * HOUR_MS));
    const entry = SETTLED + 10 * MINUTE_MS;
    const calls = [call(id, 10, { flagResponse: String(isIn), flags: {} })];
    return { id, isIn, events: [...before, ...after], entry, calls };
  });
  const question = await given(
    stores,
    people.flatMap(({ events, calls }) => [...events, ...calls]),
    {
      assignment: { kind: 'reported' },
      watermarkMs: at(6 * 60),
    },
  );
  await stores.clickhouse.insert({
    table: 'person_overrides',
    format: 'JSONEachRow',
    values: people.map(({ id }) => ({
      environment_id: question.environmentId,
      distinct_id: `${id}-anonymous`,
      person_id: personIdOf(id),
      version: 1,
    })),
  });
  const found = await observePairs(
    stores.clickhouse,
    question,
    { guardrails: GUARDRAILS, startedAtMs },
    UNHURRIED,
  );
  const hours = (events: readonly TestEvent[]) => [
    ...Map.groupBy(events, ({ atMs }) => Math.floor(atMs / HOUR_MS)).values(),
  ];
  const rates = people
    .filter(({ isIn }) => isIn)
    .map(({ events, calls, entry }) => {
      const all = [...events, ...calls];
      const before = all.filter(
        ({ atMs }) => atMs >= startedAtMs - 14 * DAY_MS && atMs < startedAtMs,
      );
      const after = all.filter(({ atMs }) => atMs >= entry);
      return [sumCells(hours(before)), sumCells(hours(after))] as const;
    });
  const expected = GUARDRAILS.map((_, k) => {
    const pairs = rates
      .map(([before, after]) =>
        [before, after].map((cells) => (cells[k]?.[0] ?? 0) / (cells[k]?.[1] ?? 0)),
      )
      .filter((pair) => pair.every(Number.isFinite)) as [number, number][];
    const sum = (of: (pair: [number, number]) => number) =>
      pairs.reduce((all, one) => all + of(one), 0);
    return [
      pairs.length,
      sum(([before, after]) => after - before),
      sum(([before, after]) => (after - before) ** 2),
      sum(([before]) => before),
      sum(([, after]) => after),
      pairs.filter(([, after]) => after > 0).length,
    ];
  });
  expect(Math.min(...expected.map(([n = 0]) => n))).toBeGreaterThan(5);
  expect(rounded(found)).toEqual(rounded(expected));
});

test('a soak is held against the same hours of four weeks, and never against the time before it settled', async () => {
  const rng = createRng(8);
  const watermarkMs = at(200);
  const events = Array.from({ length: 2000 }, () => {
    const ago = Math.floor(rng() * 6) * WEEK_MS + rng() * 30 * HOUR_MS;
    return anything(rng, `user-${Math.floor(rng() * 40)}`, Math.floor(watermarkMs - ago));
  });
  const question = await given(stores, events, { watermarkMs });
  const weeks = { ...question, windowMs: HOUR_MS };
  const found = await observeWeeks(stores.clickhouse, weeks, GUARDRAILS, UNHURRIED);
  const endMs = SETTLED + 3 * HOUR_MS;
  const cells = new Map<string, Map<string, TestEvent[]>>();
  for (const event of events) {
    const ago = endMs - event.atMs - 1;
    const [week, slot] = [Math.floor(ago / WEEK_MS), Math.floor((ago % WEEK_MS) / HOUR_MS)];
    if (ago < 0 || week > 4 || slot >= 24 || (week === 0 && event.atMs < SETTLED)) continue;
    const cell = cells.get(`${week} ${slot}`) ?? new Map<string, TestEvent[]>();
    cell.set(event.distinctId, [...(cell.get(event.distinctId) ?? []), event]);
    cells.set(`${week} ${slot}`, cell);
  }
  const expected = [...cells]
    .map(([name, people]) => [
      ...name.split(' ').map(Number),
      ...sumCells([...people.values()]).flat(),
    ])
    .toSorted(([a = 0, b = 0], [c = 0, d = 0]) => a - c || b - d);
  expect(expected.length).toBeGreaterThan(90);
  expect(rounded(found)).toEqual(rounded(expected));
});
