// Cohorts by events on the whole application: counted in the background, for merged people too, and used.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { capture, identify } from '#app/test-sdk';

const COHORTS = '/api/projects/@current/cohorts/';
let serin: TestApp;
let [buyers, loyal] = [0, 0];

beforeAll(async () => {
  serin = await startTestApp();
});
afterAll(() => serin.close());

const did = (more: object = {}) => ({
  type: 'behavioral',
  value: 'performed_event_multiple',
  key: 'order',
  event_type: 'events',
  operator: 'gte',
  operator_value: 3,
  time_value: 14,
  time_interval: 'day',
  ...more,
});
const all = (...values: object[]) => ({ properties: { type: 'AND', values } });
const inCohort = (value: number) => ({ type: 'cohort', key: 'id', value, operator: 'in' });
const orders = (distinct_id: string, times: number, more: object = {}) =>
  capture(
    serin,
    ...Array.from({ length: times }, () => ({
      event: 'order',
      distinct_id,
      properties: {},
      ...more,
    })),
  );

async function create(name: string, filters: object): Promise<number> {
  const { status, body } = await serin.ask('POST', COHORTS, { name, filters });
  expect([status, body.detail]).toEqual([201, undefined]);
  return body.id;
}

/** Who is in the cohort, by the ids that they are listed with; counted anew until it is so. */
async function members(id: number): Promise<string[]> {
  const { body } = await serin.ask('GET', `${COHORTS}${id}/persons/?environment=production`);
  return body.results
    .map((one: { distinct_id: string; person: { distinct_ids: string[] } | null }) =>
      (one.person?.distinct_ids ?? [one.distinct_id]).join('+'),
    )
    .toSorted();
}
const counted = (id: number) =>
  expect.poll(
    async () => {
      const { body } = await serin.ask('GET', `${COHORTS}${id}/`);
      if (!body.is_calculating) await serin.ask('POST', `${COHORTS}${id}/calculate/`);
      return members(id);
    },
    { timeout: 60_000 },
  );

test('events from before a person was known count for the person', async () => {
  await orders('browser', 2);
  await orders('visitor', 3, { properties: { $process_person_profile: false } });
  await orders('ada', 1);
  await orders('bob', 2);
  await identify(serin, 'bob', { plan: 'pro' });
  buyers = await create('Buyers', all(did()));
  await counted(buyers).toEqual(['visitor']);
  await identify(serin, 'ada', { plan: 'pro' }, { $anon_distinct_id: 'browser' });
  await counted(buyers).toEqual(['ada+browser', 'visitor']);
  const { body } = await serin.ask('GET', `${COHORTS}${buyers}/`);
  expect(body).toMatchObject({
    count: 2,
    cohort_type: 'behavioral',
    errors_calculating: 0,
    last_calculation_version: 1,
  });
  expect(body.last_calculation).toEqual(expect.any(String));
  const found = await serin.ask('GET', `${COHORTS}${buyers}/persons/?search=ada`);
  expect(found.body).toMatchObject({
    count: 1,
    results: [{ person: { properties: { plan: 'pro' } } }],
  });
});

test('who is merged after the count stays in it, as who they became', async () => {
  await orders('phone', 3);
  await counted(buyers).toContain('phone');
  await identify(serin, 'eve', { plan: 'free' }, { $anon_distinct_id: 'phone' });
  await expect.poll(() => members(buyers)).toContain('eve+phone');
});

test('with properties and other cohorts, which follow', async () => {
  loyal = await create(
    'Loyal',
    all(inCohort(buyers), { type: 'person', key: 'plan', operator: 'exact', value: 'pro' }),
  );
  await counted(loyal).toEqual(['ada+browser']);
  const list = await serin.ask('GET', COHORTS);
  const told = list.body.results.map(({ name, count, cohort_type }: never) => [
    name,
    count,
    cohort_type,
  ]);
  expect(told).toEqual([
    ['Loyal', 1, 'behavioral'],
    ['Buyers', 3, 'behavioral'],
  ]);
  const ada = await serin.ask('GET', '/api/projects/@current/persons/?distinct_id=ada');
  const own = `/api/projects/@current/persons/cohorts/?person_id=${ada.body.results[0].id}`;
  const { body } = await serin.ask('GET', own);
  expect(body.results.map(({ name }: { name: string }) => name)).toEqual(['Buyers', 'Loyal']);
});

const trend = async (properties: object[]) => {
  const series = [{ kind: 'EventsNode', event: 'order', math: 'dau' }];
  const display = { trendsFilter: { display: 'BoldNumber' }, dateRange: { date_from: '-3d' } };
  const query = { kind: 'TrendsQuery', series, properties, ...display };
  const { status, body } = await serin.ask('POST', '/api/projects/@current/query/', { query });
  return status === 200 ? [body.results[0].aggregated_value, body.is_cached] : body;
};

test('insights ask for them, and kept answers go with the count', async () => {
  expect(await trend([inCohort(buyers)])).toEqual([3, false]);
  expect(await trend([inCohort(buyers)])).toEqual([3, true]);
  const query = {
    kind: 'HogQLQuery',
    query: 'SELECT cohort_id, count() FROM cohort_people GROUP BY 1 ORDER BY 1',
  };
  const sql = await serin.ask('POST', '/api/projects/@current/query/', { query });
  // SQL tells of people with a profile.
  expect(sql.body.results).toEqual([
    [buyers, 2],
    [loyal, 1],
  ]);
  await serin.ask('PATCH', `${COHORTS}${buyers}/`, { filters: all(did({ operator_value: 4 })) });
  await expect.poll(() => members(buyers)).toEqual([]);
  expect(await trend([inCohort(buyers)])).toEqual([0, false]);
  // Those that ask for it were counted anew as well.
  await expect.poll(() => members(loyal)).toEqual([]);
  await serin.ask('PATCH', `${COHORTS}${buyers}/`, { filters: all(did()) });
  await expect.poll(() => members(buyers)).toHaveLength(3);
});

test('a calculation that fails keeps who was in it, and says so', async () => {
  const backward = { explicit_datetime: '2026-01-01', explicit_datetime_to: '-3000d' };
  const filters = all(did({ ...backward, time_value: null, time_interval: null }));
  await serin.ask('PATCH', `${COHORTS}${buyers}/`, { filters });
  const state = async () => (await serin.ask('GET', `${COHORTS}${buyers}/`)).body;
  await expect.poll(async () => (await state()).errors_calculating).toBeGreaterThan(0);
  expect(await state()).toMatchObject({
    count: 3,
    version: 4,
    last_calculation_version: 3,
    last_error_message: 'The range ends before it begins.',
  });
  expect(await members(buyers)).toHaveLength(3);
  await serin.ask('PATCH', `${COHORTS}${buyers}/`, { filters: all(did()) });
  await expect.poll(async () => (await state()).last_calculation_version).toBe(5);
  expect(await state()).toMatchObject({ errors_calculating: 0, last_error_message: null });
});

test('flags take a static copy, never the cohort itself', async () => {
  const flag = (key: string, value: number) =>
    serin.ask('POST', '/api/projects/@current/feature_flags/', {
      key,
      filters: { groups: [{ properties: [inCohort(value)], rollout_percentage: 100 }] },
    });
  for (const id of [buyers, loyal]) {
    expect(await flag('refused', id)).toMatchObject({
      status: 400,
      body: { code: 'behavioral_cohort_found', attr: 'filters.groups.0.properties.0.value' },
    });
  }
  const copy = await serin.ask('POST', `${COHORTS}${buyers}/duplicate_as_static_cohort/`, {});
  expect(copy).toMatchObject({
    status: 201,
    body: { name: 'Buyers (static copy)', is_static: true, count: 3, cohort_type: 'static' },
  });
  expect((await flag('early', copy.body.id)).status).toBe(201);
  const plain = await create('Pro', all({ type: 'person', key: 'plan', value: 'pro' }));
  expect((await flag('pro', plain)).status).toBe(201);
  for (const change of [did(), inCohort(buyers)]) {
    const changed = await serin.ask('PATCH', `${COHORTS}${plain}/`, { filters: all(change) });
    expect(changed).toMatchObject({
      status: 400,
      body: { code: 'behavioral_cohort_found', attr: 'filters' },
    });
    expect(changed.body.detail).toContain('the flag pro');
  }
});

test('whoever is behind a number becomes a list', async () => {
  const series = [{ kind: 'EventsNode', event: 'order', math: 'total' }];
  const source = {
    kind: 'TrendsQuery',
    series,
    dateRange: { date_from: '-3d' },
    trendsFilter: { display: 'BoldNumber' },
  };
  const query = {
    kind: 'ActorsQuery',
    source: { kind: 'InsightActorsQuery', source },
    select: ['id'],
  };
  const body = { name: 'Who ordered', is_static: true, query };
  const created = await serin.ask('POST', COHORTS, body);
  expect(created).toMatchObject({ status: 201, body: { count: 4, is_static: true } });
  expect(await members(created.body.id)).toEqual(['ada+browser', 'bob', 'eve+phone', 'visitor']);
  const groups = {
    ...source,
    series: [{ ...series[0], math: 'unique_group', math_group_type_index: 0 }],
  };
  const refused = { ...body, query: { kind: 'InsightActorsQuery', source: groups } };
  expect(await serin.ask('POST', COHORTS, refused)).toMatchObject({
    status: 400,
    body: { attr: 'query.source' },
  });
});

test('what is not counted is not asked to be, and what is deleted is forgotten', async () => {
  const listed = (await serin.ask('POST', COHORTS, { name: 'Listed', is_static: true })).body.id;
  expect((await serin.ask('POST', `${COHORTS}${listed}/calculate/`)).status).toBe(400);
  const copy = await serin.ask('POST', `${COHORTS}${listed}/duplicate_as_static_cohort/`, {});
  expect(copy.status).toBe(400);
  const fresh = await serin.ask('POST', COHORTS, { name: 'Fresh', filters: all(did()) });
  const rows = async () => {
    const answer = await serin.ctx.clickhouse.query({
      query: `SELECT uniqExact(calculation) AS n FROM cohort_person WHERE cohort_id = ${fresh.body.id}`,
      format: 'JSONEachRow',
    });
    return Number((await answer.json<{ n: number | string }>())[0]?.n);
  };
  await expect.poll(rows).toBe(1);
  await serin.ask('PATCH', `${COHORTS}${fresh.body.id}/`, { deleted: true });
  await expect.poll(rows).toBe(0);
});
