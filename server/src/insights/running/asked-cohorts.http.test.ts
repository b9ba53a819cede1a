// Cohorts in questions: as a condition, to break down by, and in SQL.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { identify } from '#app/test-sdk';
import { askOf } from '../reference/test-pageviews.ts';

const COHORTS = '/api/projects/@current/cohorts/';
let app: TestApp;
let [pro, listed] = [0, 0];

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const series = [{ kind: 'EventsNode', event: '$identify', math: 'dau' }];
const dateRange = { date_from: '-1d' };
const ask = (query: object) => askOf(app, query);
const trend = (more: object) =>
  ask({ kind: 'TrendsQuery', series, dateRange, trendsFilter: { display: 'BoldNumber' }, ...more });
const inCohort = (value: unknown, operator = 'in') => ({
  type: 'cohort',
  key: 'id',
  value,
  operator,
});

test('people and cohorts to ask about', async () => {
  for (const [id, plan] of [
    ['ada', 'pro'],
    ['bob', 'pro'],
    ['eve', 'free'],
  ] as const) {
    await identify(app, id, { plan });
  }
  const condition = { type: 'person', key: 'plan', operator: 'exact', value: 'pro' };
  const filters = { properties: { type: 'AND', values: [condition] } };
  pro = (await app.ask('POST', COHORTS, { name: 'Pro', filters })).body.id;
  listed = (await app.ask('POST', COHORTS, { name: 'Listed', is_static: true })).body.id;
  const distinct_ids = ['bob', 'eve', 'nobody'];
  await app.ask('PATCH', `${COHORTS}${listed}/add_persons_to_static_cohort/`, { distinct_ids });
  await expect.poll(async () => (await trend({})).body.results[0].aggregated_value).toBe(3);
});

test.each([
  [() => [inCohort(pro)], 2],
  [() => [inCohort(String(pro), 'not_in')], 1],
  [() => [inCohort(listed)], 2],
  [() => [inCohort(pro), inCohort(listed)], 1],
  [() => ({ type: 'OR', values: [inCohort(pro), inCohort(listed)] }), 3],
])('conditions on cohorts (%#)', async (properties, people) => {
  const { status, body } = await trend({ properties: properties() });
  expect([status, body.detail, body.results?.[0].aggregated_value]).toEqual([
    200,
    undefined,
    people,
  ]);
});

test('a cohort may tell accounts that are no real people', async () => {
  const set = await app.ask('PATCH', '/api/projects/@current/', {
    test_account_filters: [inCohort(listed, 'not_in')],
  });
  expect(set.status).toBe(200);
  const { body } = await trend({ filterTestAccounts: true });
  expect(body.results[0].aggregated_value).toBe(1);
});

test('each cohort by itself: people may be in several', async () => {
  const breakdownFilter = { breakdown_type: 'cohort', breakdown: ['all', pro, listed] };
  const { body } = await trend({ breakdownFilter });
  const seen = body.results.map((one: Record<string, unknown>) => [
    one['breakdown_value'],
    one['label'],
    one['aggregated_value'],
  ]);
  expect(seen).toEqual([
    ['all', '$identify - All users', 3],
    [String(pro), '$identify - Pro', 2],
    [String(listed), '$identify - Listed', 2],
  ]);
  const funnel = {
    kind: 'FunnelsQuery',
    series: [...series, ...series],
    dateRange,
    breakdownFilter,
  };
  const lists: { count: number; breakdown_value: string[] }[][] = (await ask(funnel)).body.results;
  expect(lists.map(([first]) => [first?.breakdown_value, first?.count])).toEqual([
    [['all'], 3],
    [[String(pro)], 2],
    [[String(listed)], 2],
  ]);
  const entity = { id: '$identify', type: 'events' };
  const retention = await ask({
    kind: 'RetentionQuery',
    breakdownFilter: { breakdowns: [{ property: pro, type: 'cohort' }] },
    retentionFilter: { targetEntity: entity, returningEntity: entity, totalIntervals: 1 },
  });
  expect(retention.body.results).toMatchObject([
    { breakdown_value: String(pro), values: [{ count: 2 }] },
  ]);
});

test('the people behind a cohort are those that it counts', async () => {
  const source = {
    kind: 'TrendsQuery',
    series,
    dateRange,
    trendsFilter: { display: 'BoldNumber' },
    breakdownFilter: { breakdown_type: 'cohort', breakdown: [pro, listed] },
  };
  const people = async (breakdown: unknown) => {
    const actors = { kind: 'InsightActorsQuery', source, breakdown };
    const { body } = await ask({ kind: 'ActorsQuery', source: actors });
    return body.results
      .map(([{ distinct_ids }]: [{ distinct_ids: string[] }]) => distinct_ids[0])
      .toSorted();
  };
  expect(await people(String(pro))).toEqual(['ada', 'bob']);
  expect(await people(listed)).toEqual(['bob', 'eve']);
});

test('SQL and lists of events ask for cohorts too', async () => {
  const query = `SELECT cohort_id, count() FROM cohort_people JOIN persons ON id = person_id
    WHERE persons.properties.plan = 'pro' GROUP BY 1 ORDER BY 1`;
  expect((await ask({ kind: 'HogQLQuery', query })).body.results).toEqual([
    [pro, 2],
    [listed, 1],
  ]);
  const { body } = await ask({
    kind: 'EventsQuery',
    select: ['distinct_id'],
    event: '$identify',
    properties: [inCohort(listed)],
    orderBy: ['distinct_id'],
  });
  expect(body.results).toEqual([['bob'], ['eve']]);
});

test.each([
  [{ properties: [inCohort(999_999)] }, 'query.properties.0.value'],
  [{ properties: [{ ...inCohort(1), key: 'name' }] }, 'query.properties.0.key'],
  [{ properties: [inCohort(1, 'gt')] }, 'query.properties.0.operator'],
  [{ breakdownFilter: { breakdown_type: 'cohort', breakdown: 999_999 } }, 'query.breakdownFilter'],
  [{ breakdownFilter: { breakdown_type: 'cohort', breakdown: 'some' } }, 'query.breakdownFilter'],
  [
    { breakdownFilter: { breakdowns: [{ property: 1, type: 'cohort' }, { property: 'plan' }] } },
    'query.breakdownFilter',
  ],
])('refused by name: %j', async (more, attr) => {
  const { status, body } = await trend(more);
  expect([status, body.code, body.attr]).toEqual([400, 'invalid_input', attr]);
});
