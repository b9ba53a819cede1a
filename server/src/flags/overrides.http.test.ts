import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FlagsApi, startFlagsApi } from '#app/test-flags';

let api: FlagsApi;

beforeAll(async () => {
  api = await startFlagsApi();
});

afterAll(async () => {
  await api.close();
});

const everyone = { groups: [{ properties: [], rollout_percentage: 100 }] };
const nobody = { groups: [{ properties: [], rollout_percentage: 0 }] };
const variants = (...keys: string[]) => ({
  multivariate: {
    variants: keys.map((key) => ({ key, rollout_percentage: 100 / keys.length })),
  },
});

test('one press makes a flag on for a person, another one ends it', async () => {
  const flag = await api.create({ filters: nobody });
  const path = `${flag.key}/overrides/`;
  const set = await api.ask('PUT', path, {
    distinct_ids: ['user-1', 'user-1-phone'],
    value: true,
    reason: 'Ada tests it',
  });
  expect(set.status).toBe(200);
  expect(set.body.results).toEqual([
    {
      distinct_id: 'user-1',
      value: true,
      created_by: { id: expect.any(String), name: 'Ada', email: 'ada@example.com' },
      created_at: '2026-11-20T12:00:00.000Z',
    },
    expect.objectContaining({ distinct_id: 'user-1-phone', value: true }),
  ]);
  // valueFor asks for user-1.
  expect(api.valueFor(flag.key)).toMatchObject({
    enabled: true,
    reason: { code: 'condition_match', conditionIndex: null, forcedBy: 'override' },
  });
  const person = await api.ask('GET', 'evaluation_reasons/?distinct_id=user-1');
  expect(person.body[flag.key]).toEqual({
    value: true,
    evaluation: { reason: 'condition_match', condition_index: null, forced_by: 'override' },
  });
  const tried = await api.ask('POST', `${flag.key}/test_evaluation/`, { distinct_id: 'user-1' });
  expect(tried.body).toMatchObject({
    enabled: true,
    reason: { forced_by: 'override' },
    conditions: [{ code: 'out_of_rollout_bound' }],
  });

  const removed = await api.ask('DELETE', `${path}?distinct_id=user-1-phone`);
  expect(removed.body.results.map((one: { distinct_id: string }) => one.distinct_id)).toEqual([
    'user-1',
  ]);
  await api.ask('PUT', path, { distinct_ids: ['user-1'], value: null });
  expect((await api.ask('GET', path)).body.results).toEqual([]);
  expect(api.valueFor(flag.key)?.enabled).toBe(false);

  const now = (await api.ask('GET', `${flag.id}/`)).body;
  expect(now.filters).toEqual(nobody);
  expect(now.version).toBe(4);
  const { body } = await api.ask('GET', `${flag.id}/activity/`);
  expect(body.results.map((entry: { action: string }) => entry.action)).toEqual([
    'override_removed',
    'override_removed',
    'override_set',
    'created',
  ]);
  expect(body.results[2]).toMatchObject({
    reason: 'Ada tests it',
    changes: [
      { field: 'overrides', before: {}, after: { 'user-1': true, 'user-1-phone': true } },
      { field: 'version', before: 1, after: 2 },
    ],
  });
});

test('an override belongs to one environment; the same again is no change', async () => {
  const flag = await api.create({ filters: nobody });
  await api.ask('PATCH', `${flag.id}/?environment=development`, { active: true });
  const path = `${flag.key}/overrides/?environment=development`;
  const body = { distinct_ids: ['user-1'], value: true };
  await api.ask('PUT', path, body);
  await api.ask('PUT', path, body);
  expect(api.valueFor(flag.key, 'development')?.enabled).toBe(true);
  expect(api.valueFor(flag.key)?.enabled).toBe(false);
  expect((await api.ask('GET', `${flag.id}/?environment=development`)).body.version).toBe(3);
  expect((await api.ask('GET', `${flag.id}/`)).body.version).toBe(1);
});

test('a flag with variants is forced to one of them; without that variant the override ends', async () => {
  const filters = { groups: [{ variant: 'a', rollout_percentage: 100 }], ...variants('a', 'b') };
  const flag = await api.create({ filters });
  const path = `${flag.key}/overrides/`;
  await api.ask('PUT', path, { distinct_ids: ['user-1'], value: 'b' });
  await api.ask('PUT', path, { distinct_ids: ['user-2'], value: 'a' });
  await api.ask('PUT', path, { distinct_ids: ['user-3'], value: false });
  expect(api.valueFor(flag.key)).toMatchObject({ enabled: true, variant: 'b' });

  await api.ask('PATCH', `${flag.id}/`, { filters: { ...filters, ...variants('a', 'c') } });
  const left = (await api.ask('GET', path)).body.results;
  expect(left.map((one: { distinct_id: string }) => one.distinct_id)).toEqual(['user-2', 'user-3']);
  expect(api.valueFor(flag.key)).toMatchObject({ enabled: true, variant: 'a' });
  const [entry] = (await api.ask('GET', `${flag.id}/activity/`)).body.results;
  expect(entry.changes).toContainEqual({ field: 'overrides', before: { 'user-1': 'b' } });
});

test.each([
  ['a variant of a boolean flag', { distinct_ids: ['u'], value: 'b' }, 'invalid_input', 'value'],
  ['no ids', { distinct_ids: [], value: true }, 'invalid_input', 'distinct_ids'],
  [
    'too many ids',
    { distinct_ids: Array(101).fill('u'), value: true },
    'invalid_input',
    'distinct_ids',
  ],
  [
    'an id of nobody',
    { distinct_ids: ['u', 'anonymous'], value: true },
    'invalid_input',
    'distinct_ids.1',
  ],
  [
    'an id too long',
    { distinct_ids: ['u'.repeat(201)], value: true },
    'invalid_input',
    'distinct_ids.0',
  ],
  ['no value', { distinct_ids: ['u'] }, 'required', 'value'],
  ['a number', { distinct_ids: ['u'], value: 1 }, 'invalid_input', 'value'],
  ['a misspelt field', { distinct_ids: ['u'], value: true, why: '' }, 'invalid_input', 'why'],
])('refuses %s', async (_name, body, code, attr) => {
  const flag = await api.create({ filters: everyone });
  const answer = await api.ask('PUT', `${flag.key}/overrides/`, body);
  expect([answer.status, answer.body.code, answer.body.attr]).toEqual([400, code, attr]);
  expect((await api.ask('GET', `${flag.id}/`)).body.version).toBe(1);
});

test('refuses a true that is no variant, a missing flag, an archived flag and the 501st id', async () => {
  const flag = await api.create({ filters: { ...everyone, ...variants('a', 'b') } });
  const path = `${flag.key}/overrides/`;
  const on = await api.ask('PUT', path, { distinct_ids: ['u'], value: true });
  expect([on.status, on.body.attr, on.body.detail]).toEqual([
    400,
    'value',
    'Say which variant: a, b.',
  ]);
  const missing = await api.ask('PUT', 'nowhere/overrides/', { distinct_ids: ['u'], value: false });
  expect([missing.status, missing.body.code]).toEqual([404, 'not_found']);
  for (let i = 0; i < 5; i += 1) {
    const ids = Array.from({ length: 100 }, (_, j) => `id-${i}-${j}`);
    expect((await api.ask('PUT', path, { distinct_ids: ids, value: 'a' })).status).toBe(200);
  }
  const full = await api.ask('PUT', path, { distinct_ids: ['one-more'], value: 'a' });
  expect([full.status, full.body.attr]).toEqual([400, 'distinct_ids']);
  const known = await api.ask('PUT', path, { distinct_ids: ['id-0-0'], value: 'b' });
  expect(known.body.results).toHaveLength(500);
  await api.ask('PATCH', `${flag.id}/`, { archived: true });
  const archived = await api.ask('PUT', path, { distinct_ids: ['id-0-0'], value: 'a' });
  expect([archived.status, archived.body.code]).toEqual([409, 'conflict']);
});
