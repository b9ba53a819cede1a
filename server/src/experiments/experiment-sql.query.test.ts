// The statements against the semantics on plain events, on the real event store: independent scenarios, and any
// small world of people who merge, at the edges of windows and days.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Scope } from '#insights/event-sql';
import { fail } from '#kernel/errors';
import { personIdOf } from '#platform/test-events';
import { type TestStores, startTestStores } from '#platform/test-stores';
import { clusteredQuantile } from '#stats/quantile';
import type { Vector } from '#stats/check-vectors';
import { DEFAULT_VARIANTS } from './experiment.ts';
import { type ExposureQuestion, FLAG_CALLED } from './exposure-sql.ts';
import { exposuresByLevelSql, exposuresPerDaySql, latenessSql } from './exposures-sql.ts';
import { lookAtExposures } from './look.service.ts';
import { askStatistics } from './statistics.ts';
import type { ReferenceInput } from './sufficient-statistics.ts';
import { world } from './test-experiments.ts';
import { bothWays } from './test-both-ways.query.ts';
import { COMPANY, metricOf, questionOf, storeExperiments } from './test-experiments.query.ts';
import { type RawEvent, exposedUnits } from './unit-values.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const ask = async <Row>({ text, params }: { text: string; params: object }): Promise<Row[]> => {
  const answer = await stores.clickhouse
    .query({ query: text, query_params: { ...params }, format: 'JSONCompactEachRow' })
    .catch((error: unknown) => {
      throw new Error(text, { cause: error });
    });
  return answer.json<Row>();
};

const vectors = JSON.parse(
  readFileSync(new URL('../stats/vectors/experiment.vectors.json', import.meta.url), 'utf8'),
) as Vector[];
const scenarios = vectors
  .filter(({ method }) => method === 'experiment.sufficientStatistics')
  .map(({ input }) => input as unknown as ReferenceInput);

test('independent scenarios are answered as they are computed on plain events', async () => {
  const scopes = await storeExperiments(stores.clickhouse, scenarios);
  for (const [i, input] of scenarios.entries()) {
    const { found, expected } = await bothWays(ask, input, scopes[i] as Scope);
    expect(found).toEqual(expected);
  }
});

test('any small world is answered as it is computed on plain events', async () => {
  const worlds = fc.sample(world, 30);
  const scopes = await storeExperiments(stores.clickhouse, worlds);
  for (const [i, input] of worlds.entries()) {
    const { found, expected } = await bothWays(ask, input, scopes[i] as Scope);
    expect(found, JSON.stringify(input)).toEqual(expected);
  }
});

test('of a flag that is given to groups, groups are counted, whoever of theirs does it', async () => {
  // Each event is somebody else's of the same company; nobody's is left out.
  const worlds = fc.sample(world, 5).map((input) => ({
    ...input,
    persons: {},
    exposure: { ...input.exposure, filterTestAccounts: false },
  }));
  const grouped = worlds.map((input) => ({
    ...input,
    events: [
      ...input.events.map(([uuid, id, at, event, properties]): RawEvent => [
        uuid,
        `${id}-${uuid}`,
        at,
        event,
        { ...properties, [COMPANY]: id },
      ]),
      ['9999', 'nobody', input.start, 'buy', { amount: 7 }] as RawEvent,
    ],
  }));
  const scopes = await storeExperiments(stores.clickhouse, grouped);
  for (const [i, input] of worlds.entries()) {
    const { found, expected } = await bothWays(ask, input, scopes[i] as Scope, {
      groupTypeIndex: 0,
    });
    expect(found, JSON.stringify(input)).toEqual(expected);
  }
});

test('whom a holdout keeps away is counted beside the variants', async () => {
  const [input] = fc.sample(world, 1);
  if (!input) throw new Error('No world.');
  const call = (id: string, response: string): RawEvent => [
    `1${id}`,
    id,
    input.start,
    '$feature_flag_called',
    { $feature_flag: 'f', $feature_flag_response: response },
  ];
  const events = [call('1', 'holdout-3'), call('2', 'holdout-4'), call('3', 'test')];
  const exposure = { ...input.exposure, event: '$feature_flag_called' };
  const small = { ...input, events, exposure, persons: {} };
  const [scope] = await storeExperiments(stores.clickhouse, [small]);
  const rows = await ask<[string, string, number]>(
    exposuresPerDaySql({ ...questionOf(small), holdoutId: 3 }, scope as Scope),
  );
  expect(rows.map(([variant, , people]) => [variant, people])).toEqual([
    ['$holdout', 1],
    ['test', 1],
  ]);
});

test('quantiles are those of the values, with the ranks that bound them', async () => {
  const worlds = fc.sample(world, 12);
  const scopes = await storeExperiments(stores.clickhouse, worlds);
  for (const [i, input] of worlds.entries()) {
    const exposure = questionOf(input);
    const base = {
      kind: 'ExperimentMetric',
      uuid: 'm',
      goal: 'decrease',
      metric_type: 'quantile',
      source: { event: 'buy', math: 'sum', math_property: 'amount' },
      quantile: 0.75,
    } as const;
    const asked = (quantile_level: 'event' | 'unit') =>
      askStatistics(
        { exposure, metric: { ...base, quantile_level }, onlyMatured: false },
        scopes[i] as Scope,
        ask,
      );
    const [byEvent, byUnit] = [await asked('event'), await asked('unit')];
    for (const variant of input.variants) {
      const own = exposedUnits(input.events, input).filter((unit) => unit.variant === variant);
      const untilMs = Math.min(Date.parse(input.end ?? input.asOf), Date.parse(input.asOf));
      const values = own.flatMap(({ unit, events: all, firstMs }) =>
        all
          .filter(({ event, atMs }) => event === 'buy' && atMs >= firstMs && atMs < untilMs)
          .map(({ properties }) => Number.parseFloat(String(properties['amount'])))
          .filter((value) => !Number.isNaN(value))
          .map((value) => [unit, value] as const),
      );
      if (values.length === 0) continue;
      const expected = clusteredQuantile(values, 0.75);
      expect(byEvent.variants[variant]).toEqual({
        n: expected.n,
        sum: expected.main.sum,
        sumSquares: expected.main.sumSquares,
        denSum: expected.den.sum,
        denSumSquares: expected.den.sumSquares,
        sumProducts: expected.sumProducts,
        quantile: {
          estimate: expected.estimate,
          lower: expected.lower,
          upper: expected.upper,
          clusters: expected.clusters,
        },
      });
      const sums = own.map(({ unit }): [string, number] => [
        unit,
        values.filter(([other]) => other === unit).reduce((sum, [, value]) => sum + value, 0),
      ]);
      const { estimate, lower, upper, n } = clusteredQuantile(sums, 0.75);
      expect(byUnit.variants[variant]).toMatchObject({ n, quantile: { estimate, lower, upper } });
    }
  }
});

const CALLED = { $feature_flag: 'f', $feature_flag_response: 'test' };

test('who chose by themselves, and whose variant was set by hand, is left out; exposures are narrowed', async () => {
  const called = (id: string, more: object = {}): RawEvent => [
    `e-${id}`,
    id,
    '2026-03-28T10:00:00Z',
    FLAG_CALLED,
    { ...CALLED, ...more },
  ];
  const [sample] = fc.sample(world, 1) as [ReferenceInput];
  const ids = ['chose', 'set', 'merged', 'mobile', 'plain'];
  const input: ReferenceInput = {
    ...sample,
    exposure: { ...sample.exposure, event: '$feature_flag_called' },
    persons: { merged: 'set', other: 'set' },
    events: [
      ...ids.map((id) => called(id, { $os: id === 'mobile' ? 'ios' : 'web' })),
      ['e-again', 'plain', '2026-03-28T11:00:00Z', FLAG_CALLED, CALLED],
    ],
  };
  const [scope] = (await storeExperiments(stores.clickhouse, [input])) as [Scope];
  await stores.clickhouse.insert({
    table: 'person',
    format: 'JSONEachRow',
    values: [
      {
        environment_id: scope.environmentId,
        id: personIdOf('chose'),
        props: { '$feature_enrollment/f': 'true' },
        version: 1,
        is_deleted: 0,
        created_at: '2026-01-01 00:00:00',
      },
    ],
  });
  const people = async (more: Partial<ExposureQuestion>) => {
    const rows = await ask<[string, string, number]>(
      exposuresPerDaySql({ ...questionOf(input), ...more }, scope),
    );
    return rows.reduce((sum, [, , count]) => sum + count, 0);
  };
  // `set` and `merged` are one person.
  expect(await people({})).toBe(3);
  expect(await people({ leftOutIds: ['merged'] })).toBe(2);
  expect(await people({ properties: [{ key: '$os', value: ['web'], operator: 'exact' }] })).toBe(2);

  // Who comes within ten minutes of other shares may have been given the old ones.
  const atMs = Date.parse('2026-03-28T10:00:00Z');
  const [minute, tenMinutes] = [60_000, 600_000];
  const told = async (...changesMs: number[]) => {
    const statement = exposuresPerDaySql({ ...questionOf(input), changesMs }, scope);
    return (await ask<unknown[]>(statement)).map((row) => row.slice(2));
  };
  // One of them asked again, and so is somebody an hour later, too.
  const lastMs = atMs + 60 * minute;
  expect(await told(atMs)).toEqual([[3, 1, 1, lastMs]]);
  expect(await told(atMs - tenMinutes - minute, atMs - minute)).toEqual([[3, 2, 1, lastMs]]);
  expect(await told(atMs - tenMinutes)).toEqual([[3, 1, 0, lastMs]]);
  expect(await told(atMs + minute)).toEqual([[3, 0, 0, lastMs]]);

  const question = { ...questionOf(input), changesMs: [atMs] };
  expect(await ask<unknown[]>(exposuresByLevelSql(question, scope))).toEqual([
    ['$os', 'ios', 'test', 1, 1, 1],
    ['$os', 'web', 'test', 1, 1, 2],
  ]);
  // All of them were received just now, long after they happened.
  const late = async (startMs: number, event: string | null) => {
    const asked = { ...questionOf(input), startMs, endMs: null, asOfMs: atMs + minute };
    return (await ask<[number, number]>(latenessSql(asked, [{ event }], scope)))[0];
  };
  expect([await late(atMs, 'buy'), await late(atMs, null), await late(atMs + 1, null)]).toEqual([
    [5, 5],
    [5, 5],
    [0, 0],
  ]);
  // What only hints is left out where it costs too much.
  const rows = [
    ['control', '2026-03-28', 400],
    ['test', '2026-03-28', 100],
  ];
  const dear = async <Row>({ text }: { text: string }): Promise<Row[]> =>
    /received_at|largest/.test(text) ? fail('query_too_expensive') : (rows as Row[]);
  const metric = metricOf({ kind: 'mean', source: { event: 'buy' } });
  const seen = await lookAtExposures(
    { parameters: { feature_flag_variants: DEFAULT_VARIANTS } },
    { ...questionOf(input), endMs: null },
    [{ metric, isGoal: true }],
    { scope, ask: dear },
  );
  expect(seen).toEqual({ rows });
});

test('of many levels the largest are told, and the others together', async () => {
  const [sample] = fc.sample(world, 1) as [ReferenceInput];
  const input: ReferenceInput = {
    ...sample,
    exposure: { ...sample.exposure, event: '$feature_flag_called' },
    persons: {},
    events: Array.from({ length: 60 }, (_, i): RawEvent => {
      const level = i < 35 ? `level-${i % 10}` : `rare-${i}`;
      const properties = { $feature_flag: 'f', $feature_flag_response: 'control', level };
      return [String(100 + i), `p${i}`, '2026-03-28T10:00:00Z', '$feature_flag_called', properties];
    }),
  };
  const [scope] = (await storeExperiments(stores.clickhouse, [input])) as [Scope];
  const metric = {
    ...metricOf({ kind: 'mean', source: { event: 'buy' } }),
    breakdownFilter: { breakdowns: [{ property: 'level' }] },
  };
  const question = { exposure: questionOf(input), metric, onlyMatured: false };
  const { variants, breakdown = [] } = await askStatistics(question, scope, ask);
  const told = breakdown.map(
    ({ values, variants: own }) => [values[0], own['control']?.n] as const,
  );
  expect(variants['control']?.n).toBe(60);
  expect(told).toHaveLength(21);
  expect(told.find(([level]) => level === '$$_other_$$')).toEqual(['$$_other_$$', 15]);
});
