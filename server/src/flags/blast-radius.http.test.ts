// Whom one condition set means, counted among known people and groups; and what is stored about a group when
// somebody asks why.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { capture } from '#app/test-sdk';

let serin: TestApp;
const PATH = '/api/projects/@current/feature_flags/user_blast_radius/';
const ask = (condition: object, more: object = {}) =>
  serin.ask('POST', PATH, { condition, ...more });
const plan = { key: 'plan', type: 'person', operator: 'exact', value: 'pro' };
const gold = { key: 'tier', type: 'group', group_type_index: 0, operator: 'exact', value: 'gold' };

beforeAll(async () => {
  serin = await startTestApp();
  const person = (id: string, $set: object) => ({
    event: '$set',
    distinct_id: id,
    properties: { $set },
  });
  const company = (key: string, $group_set: object) => ({
    event: '$groupidentify',
    distinct_id: `company_${key}`,
    properties: {
      $group_type: 'company',
      $group_key: key,
      $group_set,
      $process_person_profile: true,
    },
  });
  await capture(
    serin,
    person('a', { plan: 'pro' }),
    person('b', { plan: 'pro' }),
    person('c', { plan: 'free' }),
    company('acme', { tier: 'gold' }),
    company('globex', { tier: 'silver' }),
  );
  await vi.waitUntil(async () => {
    const { body } = await ask({ properties: [] }, { group_type_index: 0 });
    return body.total_users === 2 && (await ask({ properties: [plan] })).body.users_affected === 2;
  }, 30_000);
});
afterAll(() => serin.close());

test('people are counted before the share, cohorts included', async () => {
  const counted = await ask({ properties: [plan], rollout_percentage: 1, variant: 'any' });
  expect(counted).toMatchObject({ status: 200, body: { users_affected: 2, is_estimate: false } });
  const { total_users: total } = (await ask({ properties: [] })).body;
  expect(total).toBeGreaterThanOrEqual(3);
  const cohort = await serin.ask('POST', '/api/projects/@current/cohorts/', {
    name: 'Pro',
    filters: {
      properties: { type: 'AND', values: [{ type: 'person', key: 'plan', value: 'pro' }] },
    },
  });
  const outside = { key: 'id', type: 'cohort', operator: 'not_in', value: cohort.body.id };
  expect((await ask({ properties: [outside] })).body.users_affected).toBe(total - 2);
});

test('groups of a type are counted by their own properties', async () => {
  const { body } = await ask({ properties: [gold] }, { group_type_index: 0 });
  expect(body).toEqual({ users_affected: 1, total_users: 2, is_estimate: false });
  const key = { ...gold, key: '$group_key', value: ['globex', 'acme'] };
  expect((await ask({ properties: [key] }, { group_type_index: 0 })).body.users_affected).toBe(2);
});

test.each<[string, () => ReturnType<typeof ask>, string]>([
  ['an unknown group type', () => ask({}, { group_type_index: 3 }), 'group_type_index'],
  [
    'an unknown cohort',
    () => ask({ properties: [{ key: 'id', type: 'cohort', value: 98_765 }] }),
    'filters.groups.0.properties.0.value',
  ],
  ['no condition', () => serin.ask('POST', PATH, {}), 'condition'],
])('%s is refused', async (_what, asked, attr) => {
  expect(await asked()).toMatchObject({ status: 400, body: { attr } });
});

test('what is stored about groups explains a flag as it decides it', async () => {
  const flags = '/api/projects/@current/feature_flags/';
  const filters = { groups: [{ properties: [gold], aggregation_group_type_index: 0 }] };
  await serin.ask('POST', flags, { key: 'for-gold', filters });
  const explain = (body: object) =>
    serin.ask('POST', `${flags}for-gold/test_evaluation/`, { distinct_id: 'a', ...body });
  const served = async (company: string) => {
    const payload = { token: serin.production.token, distinct_id: 'a', groups: { company } };
    const answer = await serin.inject({ method: 'POST', url: '/flags/?v=2', payload });
    return answer.json().flags['for-gold'].enabled;
  };
  for (const [company, isIn, tier] of [
    ['acme', true, 'gold'],
    ['globex', false, 'silver'],
  ] as const) {
    const { body } = await explain({ groups: { company } });
    expect([body.enabled, await served(company)]).toEqual([isIn, isIn]);
    expect(body.conditions[0].properties).toMatchObject([{ actual: tier, source: 'stored' }]);
  }
  const given = { groups: { company: 'globex' }, group_properties: { company: { tier: 'gold' } } };
  const overlaid = (await explain(given)).body;
  expect(overlaid.enabled).toBe(true);
  expect(overlaid.conditions[0].properties).toMatchObject([{ source: 'request' }]);
  const reasons = `${flags}evaluation_reasons/?distinct_id=a&groups={"company":"acme"}`;
  expect((await serin.ask('GET', reasons)).body['for-gold'].value).toBe(true);
});
