import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FlagsApi, startFlagsApi } from '#app/test-flags';

let api: FlagsApi;

beforeAll(async () => {
  api = await startFlagsApi();
});

afterAll(async () => {
  await api.close();
});

const ADULTS = {
  groups: [
    {
      properties: [
        { key: 'email', operator: 'icontains', value: '@acme.com' },
        { key: 'age', operator: 'gte', value: 18 },
      ],
    },
    { rollout_percentage: 100 },
  ],
};
const tryOut = (key: string, body: object) => api.ask('POST', `${key}/test_evaluation/`, body);

test('trying a flag out explains every condition set and property', async () => {
  const flag = await api.create({ filters: ADULTS });
  const { body } = await tryOut(flag.key, {
    distinct_id: 'u1',
    person_properties: { email: 'x@acme.com', age: 17 },
  });
  expect(body).toMatchObject({
    enabled: true,
    variant: null,
    payload: null,
    reason: { code: 'condition_match', condition_index: 1, forced_by: null },
    person_id: null,
    steps: [
      { kind: 'switch', decides: false, is_on: true },
      { kind: 'conditions', decides: true },
    ],
    conditions: [
      {
        index: 0,
        code: 'no_condition_match',
        properties: [
          { key: 'email', actual: 'x@acme.com', source: 'request', matched: true },
          { key: 'age', operator: 'gte', wanted: 18, actual: 17, matched: false },
        ],
      },
      { index: 1, code: 'condition_match', properties: [], variant: null },
    ],
  });
  const { bucket } = body.conditions[1];
  expect(bucket).toMatchObject({ by: 'distinct_id', id: 'u1', percentage: 100, is_in: true });
  expect(bucket.position).toBeGreaterThanOrEqual(0);
});

test('a flag that is off says so, and what it would be', async () => {
  const flag = await api.create({ active: false });
  const off = await tryOut(flag.key, { distinct_id: 'u1' });
  expect(off.body).toMatchObject({
    enabled: false,
    reason: { code: 'flag_disabled' },
    steps: [{ kind: 'switch', decides: true, is_on: false }, {}],
  });
  const on = await tryOut(flag.key, { distinct_id: 'u1', active: true, filters: { groups: [{}] } });
  expect(on.body).toMatchObject({ enabled: true, reason: { code: 'condition_match' } });
  expect((await api.ask('GET', `${flag.key}/status/`)).body.status).toBe('INACTIVE');
  await api.ask('PATCH', `${flag.key}/`, { archived: true });
  const archived = await tryOut(flag.key, { distinct_id: 'u1' });
  expect(archived.body).toMatchObject({ enabled: false, reason: { code: 'flag_disabled' } });
});

test('what is stored about a person counts, and what is given wins', async () => {
  const personId = await api.identify('jane', { email: 'jane@acme.com', age: 30 });
  const flag = await api.create({ filters: ADULTS });
  const stored = await tryOut(flag.key, { distinct_id: 'jane' });
  expect(stored.body).toMatchObject({ person_id: personId, reason: { condition_index: 0 } });
  expect(stored.body.conditions[0].properties).toMatchObject([
    { actual: 'jane@acme.com', source: 'stored' },
    { actual: 30, source: 'stored' },
  ]);
  const given = { distinct_id: 'jane', person_properties: { age: 3 } };
  const young = await tryOut(flag.key, given);
  expect(young.body.conditions[0].properties[1]).toMatchObject({ actual: 3, source: 'request' });
  expect(young.body.reason.condition_index).toBe(1);
});

test('a draft is evaluated as it would be once saved, and not saved', async () => {
  const target = await api.create({ filters: { groups: [{}] } });
  const flag = await api.create({ filters: { groups: [{ rollout_percentage: 0 }] } });
  const multivariate = { variants: [{ key: 'blue', rollout_percentage: 100 }] };
  const properties = [
    { key: target.key, type: 'flag', operator: 'flag_evaluates_to', value: true },
  ];
  const filters = { multivariate, groups: [{ properties }], payloads: { blue: { a: 1 } } };
  const { body } = await tryOut(flag.key, { distinct_id: 'u1', filters });
  expect(body).toMatchObject({
    enabled: true,
    variant: 'blue',
    payload: '{"a":1}',
    steps: [{}, { kind: 'dependencies', flags: [{ key: target.key, value: true }] }, {}],
    conditions: [{ properties: [{ type: 'flag', actual: true, source: 'evaluated' }] }],
  });
  expect(api.valueFor(flag.key)?.enabled).toBe(false);
});

test('a draft that could not be saved is refused at its field', async () => {
  const first = await api.create();
  const second = await api.create();
  const needing = (key: string) => ({
    groups: [{ properties: [{ key, type: 'flag', operator: 'flag_evaluates_to', value: true }] }],
  });
  await api.ask('PATCH', `${second.id}/`, { filters: needing(first.key) });
  const refuse = async (draft: object) => {
    const { status, body } = await tryOut(first.key, { distinct_id: 'u1', ...draft });
    return [status, body.code, body.attr];
  };
  expect(await refuse({ filters: needing(second.key) })).toEqual([
    400,
    'invalid_input',
    'filters.groups',
  ]);
  expect(await refuse({ filters: { groups: [{ variant: 'none' }] } })).toEqual([
    400,
    'invalid_input',
    'filters.groups.0.variant',
  ]);
  expect(await refuse({ key: 'not a key' })).toEqual([400, 'invalid_input', 'key']);
  expect(await refuse({ name: 'unknown field' })).toEqual([400, 'invalid_input', 'name']);
  expect((await tryOut('nowhere', { distinct_id: 'u1' })).status).toBe(404);
});
