// Cohorts over HTTP on the whole application: what people manage, and what flags make of it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { flagFor, flagValue } from '#app/test-sdk';

let serin: TestApp;
beforeAll(async () => {
  serin = await startTestApp();
});
afterAll(() => serin.close());

const COHORTS = '/api/projects/@current/cohorts/';
const pro = { type: 'person', key: 'plan', operator: 'exact', value: 'pro' };
const filters = (...values: object[]) => ({ properties: { type: 'AND', values } });

async function create(fields: object) {
  const { status, body } = await serin.ask('POST', COHORTS, { name: 'Somebody', ...fields });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}

const inCohort = (value: number, more: object = {}) => ({
  key: 'id',
  type: 'cohort',
  value,
  ...more,
});

test('a dynamic cohort is created, read, changed, listed and deleted', async () => {
  const made = await create({
    name: 'Customers',
    description: 'They pay.',
    filters: filters(pro, { type: 'person', key: 'age', operator: 'min', value: 18 }),
  });
  expect(made).toMatchObject({
    name: 'Customers',
    is_static: false,
    deleted: false,
    version: 1,
    count: 0,
    created_by: { email: 'ada@example.com' },
    filters: filters(pro, { type: 'person', key: 'age', operator: 'gte', value: 18 }),
  });
  const path = `${COHORTS}${made.id}/`;
  const changed = await serin.ask('PATCH', path, { name: 'Payers', version: 1 });
  expect(changed.body).toMatchObject({ name: 'Payers', description: 'They pay.', version: 2 });
  expect((await serin.ask('PATCH', path, { name: 'Payers' })).body.version).toBe(2);
  const stale = await serin.ask('PATCH', path, { name: 'Other', version: 1 });
  expect(stale).toMatchObject({ status: 409, body: { code: 'conflict', attr: 'version' } });
  expect((await serin.ask('GET', `${COHORTS}?search=aye`)).body).toMatchObject({
    count: 1,
    results: [{ id: made.id, count: null }],
  });
  expect((await serin.ask('DELETE', path)).status).toBe(405);
  expect((await serin.ask('PATCH', path, { deleted: true })).body.deleted).toBe(true);
  expect((await serin.ask('GET', `${COHORTS}?search=Payers`)).body.count).toBe(0);
  expect((await serin.ask('PATCH', path, { deleted: false })).body.deleted).toBe(false);
  const log = await serin.ask(
    'GET',
    `/api/projects/@current/activity_log/?resource_kind=cohort&resource_id=${made.id}`,
  );
  const actions = log.body.results.map(({ action }: { action: string }) => action);
  expect(actions).toEqual(['restored', 'deleted', 'updated', 'created']);
});

test('a flag asks for a dynamic cohort; changing the cohort changes the flag and its definitions', async () => {
  const cohort = await create({ name: 'Pro', filters: filters(pro) });
  const flag = await flagFor(serin, inCohort(cohort.id));
  const outside = await flagFor(serin, inCohort(cohort.id, { operator: 'not_in' }));
  const older = await flagFor(serin, inCohort(cohort.id, { operator: 'exact', negation: true }));
  const values = async (fields: object) =>
    Promise.all([flag, outside, older].map((key) => flagValue(serin, key, 'someone', fields)));
  expect(await values({ person_properties: { plan: 'pro' } })).toEqual([true, false, false]);
  expect(await values({ person_properties: { plan: 'free' } })).toEqual([false, true, true]);
  expect(await values({})).toEqual([false, true, true]);

  const definitions = async () => {
    const url = `/flags/definitions?token=${serin.production.token}&send_cohorts`;
    const headers = { authorization: `Bearer ${serin.apiKey}` };
    const answer = await serin.inject({ method: 'GET', url, headers });
    return { etag: answer.headers.etag, cohorts: answer.json<{ cohorts: object }>().cohorts };
  };
  const before = await definitions();
  expect(before.cohorts).toHaveProperty(String(cohort.id), {
    type: 'AND',
    values: [{ ...pro, negation: false }],
  });
  const enterprise = { ...pro, value: 'enterprise' };
  await serin.ask('PATCH', `${COHORTS}${cohort.id}/`, { filters: filters(enterprise) });
  expect(
    await flagValue(serin, flag, 'someone', { person_properties: { plan: 'enterprise' } }),
  ).toBe(true);
  expect(await flagValue(serin, flag, 'someone', { person_properties: { plan: 'pro' } })).toBe(
    false,
  );
  expect((await definitions()).etag).not.toBe(before.etag);
});

test('cohorts ask for cohorts; who is asked for can be seen, and cannot be deleted', async () => {
  const listed = await create({ name: 'Listed', is_static: true });
  const inner = await create({ name: 'Inner', filters: filters(pro) });
  const outer = await create({
    name: 'Outer',
    filters: {
      properties: {
        type: 'OR',
        values: [
          {
            type: 'AND',
            values: [inCohort(inner.id), inCohort(listed.id, { operator: 'not_in' })],
          },
          { type: 'person', key: 'staff', operator: 'is_set' },
        ],
      },
    },
  });
  const flag = await flagFor(serin, inCohort(outer.id));
  const plan = { person_properties: { plan: 'pro' } };
  expect(await flagValue(serin, flag, 'outsider', plan)).toBe(true);
  await serin.ask('PATCH', `${COHORTS}${listed.id}/add_persons_to_static_cohort/`, {
    distinct_ids: ['outsider'],
  });
  expect(await flagValue(serin, flag, 'outsider', plan)).toBe(false);
  expect(await flagValue(serin, flag, 'outsider', { person_properties: { staff: null } })).toBe(
    true,
  );

  expect((await serin.ask('GET', `${COHORTS}${inner.id}/used_by/`)).body).toEqual({
    flags: [],
    cohorts: [{ id: outer.id, name: 'Outer' }],
    waiting: [],
  });
  expect((await serin.ask('GET', `${COHORTS}${outer.id}/used_by/`)).body).toMatchObject({
    flags: [{ key: flag }],
    cohorts: [],
  });
  for (const [cohort, user] of [
    [inner, '"Outer"'],
    [outer, flag],
  ]) {
    const refused = await serin.ask('PATCH', `${COHORTS}${cohort.id}/`, { deleted: true });
    expect(refused).toMatchObject({
      status: 400,
      body: { code: 'invalid_input', attr: 'deleted', detail: expect.stringContaining(user) },
    });
  }
  const circle = await serin.ask('PATCH', `${COHORTS}${inner.id}/`, {
    filters: filters(inCohort(outer.id)),
  });
  expect(circle).toMatchObject({
    status: 400,
    body: { attr: 'filters.properties', detail: expect.stringContaining('ask for itself') },
  });
  expect(await flagValue(serin, flag, 'somebody else', plan)).toBe(true);
});

test('a change that waits holds a cohort too, until it is given up', async () => {
  const cohort = await create({ name: 'Testers', filters: filters(pro) });
  const base = '/api/projects/@current/';
  const asking = { groups: [{ properties: [inCohort(cohort.id)], rollout_percentage: 100 }] };
  const nobody = { groups: [{ properties: [], rollout_percentage: 0 }] };
  const post = async (path: string, sent: object) => {
    const { status, body } = await serin.ask('POST', `${base}${path}`, sent);
    expect(status, JSON.stringify(body)).toBeLessThan(300);
    return body;
  };
  await post('feature_flags/', { key: 'waiting', filters: nobody });
  const request = await post('change_requests/', {
    title: 'Give it to testers',
    items: [{ flag: 'waiting', change: { filters: asking } }],
  });
  const scheduled = await post('scheduled_changes/', {
    flag: 'waiting',
    change: { filters: asking },
    due: { at: new Date(Date.now() + 86_400_000).toISOString() },
  });
  const path = `${COHORTS}${cohort.id}/`;
  expect((await serin.ask('GET', `${path}used_by/`)).body).toEqual({
    flags: [],
    cohorts: [],
    waiting: [
      { kind: 'change_request', id: String(request.number), label: 'Give it to testers' },
      { kind: 'scheduled_change', id: scheduled.id, label: 'waiting' },
    ],
  });
  const refused = await serin.ask('PATCH', path, { deleted: true });
  expect([refused.status, refused.body.attr]).toEqual([400, 'deleted']);
  for (const user of ['Give it to testers', 'scheduled change of waiting']) {
    expect(refused.body.detail).toContain(user);
  }
  await post(`change_requests/${request.number}/withdraw/`, {});
  const { version } = scheduled;
  await post(`scheduled_changes/${scheduled.id}/cancel/`, { version });
  expect((await serin.ask('PATCH', path, { deleted: true })).body.deleted).toBe(true);
});
