import { afterAll, beforeAll, expect, test } from 'vitest';
import { FlagBody } from './flag-body.contract.ts';
import { type FlagsApi, startFlagsApi } from '#app/test-flags';

let api: FlagsApi;

beforeAll(async () => {
  api = await startFlagsApi();
});

afterAll(async () => {
  await api.close();
});

const everyone = { groups: [{ properties: [], rollout_percentage: 100 }] };

test('creates a flag as tutorials do and answers the whole object', async () => {
  const { status, body } = await api.ask('POST', '', {
    key: 'new-checkout-flow',
    name: 'New Checkout Flow',
    filters: {
      groups: [
        {
          properties: [{ key: 'plan', value: 'growth', type: 'person' }],
          rollout_percentage: 100,
        },
      ],
      multivariate: null,
    },
    active: true,
  });
  expect(status).toBe(201);
  expect(FlagBody.strict().parse(body)).toMatchObject({
    key: 'new-checkout-flow',
    name: 'New Checkout Flow',
    active: true,
    status: 'ACTIVE',
    version: 1,
    environment: 'production',
    created_by: { email: 'ada@example.com', first_name: 'Ada' },
    filters: {
      groups: [
        {
          properties: [{ key: 'plan', value: 'growth', type: 'person', operator: 'exact' }],
          rollout_percentage: 100,
        },
      ],
      multivariate: null,
    },
  });
  expect(api.valueFor('new-checkout-flow', 'production', { plan: 'growth' })?.enabled).toBe(true);
  expect(api.valueFor('new-checkout-flow')?.enabled).toBe(false);
});

test('a new flag starts switched off in the other environments, with the same targeting', async () => {
  const flag = await api.create({ filters: everyone });
  const there = await api.ask('GET', `${flag.id}/?environment=development`);
  expect(there.body).toMatchObject({ active: false, filters: everyone, version: 1 });
  expect(api.valueFor(flag.key, 'development')).toBeUndefined();
  await api.ask('PATCH', `${flag.id}/?environment=development`, { active: true });
  expect(api.valueFor(flag.key, 'development')?.enabled).toBe(true);
  const here = await api.ask('GET', `${flag.key}/`);
  expect(here.body).toMatchObject({ active: true, version: 1, environment: 'production' });
});

test('without filters a flag is on for nobody', async () => {
  const flag = await api.create();
  expect(flag.filters).toEqual({ groups: [{ properties: [], rollout_percentage: 0 }] });
  expect(api.valueFor(flag.key)?.enabled).toBe(false);
});

test('the older percentage at the top is one condition set', async () => {
  const flag = await api.create({ rollout_percentage: 25 });
  expect(flag.filters.groups).toEqual([{ properties: [], rollout_percentage: 25 }]);
});

test('what is switched off is off at the very next look', async () => {
  const flag = await api.create({ filters: everyone });
  expect(api.valueFor(flag.key)?.enabled).toBe(true);
  const { status, body } = await api.ask('PATCH', `${flag.id}/`, {
    active: false,
    reason: 'too slow',
  });
  expect(api.valueFor(flag.key)).toBeUndefined();
  expect([status, body.active, body.version, body.status]).toEqual([200, false, 2, 'INACTIVE']);
});

test('filters are replaced as a whole; fields left out stay', async () => {
  const flag = await api.create({ name: 'Words', filters: { ...everyone, payloads: { true: 1 } } });
  const { body } = await api.ask('PATCH', `${flag.id}/`, { filters: { groups: [] } });
  expect(body).toMatchObject({ filters: { groups: [] }, name: 'Words', active: true, version: 2 });
  expect(body.filters.payloads).toBeUndefined();
});

test('payloads become JSON text', async () => {
  const flag = await api.create({
    filters: {
      groups: [{ variant: 'b', rollout_percentage: 100 }],
      multivariate: {
        variants: [
          { key: 'a', rollout_percentage: 33.3333333 },
          { key: 'b', rollout_percentage: 66.6666667 },
        ],
      },
      payloads: { a: '{"hex": "#0f0"}', b: { hex: '#00f', list: [1, null] } },
    },
  });
  expect(flag.filters.payloads).toEqual({
    a: '{"hex": "#0f0"}',
    b: '{"hex":"#00f","list":[1,null]}',
  });
  expect(api.valueFor(flag.key)).toMatchObject({
    variant: 'b',
    payload: '{"hex":"#00f","list":[1,null]}',
  });
});

test('aliases of operators are stored under their own name', async () => {
  const flag = await api.create({
    filters: {
      groups: [{ properties: [{ key: 'age', operator: 'min', value: 18 }] }],
    },
  });
  expect(flag.filters.groups[0].properties[0]).toEqual({
    key: 'age',
    type: 'person',
    operator: 'gte',
    value: 18,
  });
});

test('a stale version is a conflict and changes nothing', async () => {
  const flag = await api.create({ filters: everyone });
  await api.ask('PATCH', `${flag.id}/`, { name: 'first', version: 1 });
  const { status, body } = await api.ask('PATCH', `${flag.id}/`, { active: false, version: 1 });
  expect([status, body.code, body.attr]).toEqual([409, 'conflict', 'version']);
  expect((await api.ask('GET', `${flag.id}/`)).body).toMatchObject({ active: true, version: 2 });
});

test('the same again counts no version up; a shared field counts up everywhere', async () => {
  const flag = await api.create({ filters: everyone, tags: ['growth'] });
  const { body } = await api.ask('PUT', `${flag.id}/`, flag);
  expect(body.version).toBe(1);
  await api.ask('PATCH', `${flag.id}/`, { name: 'renamed' });
  const there = await api.ask('GET', `${flag.id}/?environment=development`);
  expect(there.body).toMatchObject({ name: 'renamed', version: 2 });
});

test('two changes of the same version at once: one wins, the other is told', async () => {
  const flag = await api.create({ filters: everyone });
  const answers = await Promise.all(
    ['a', 'b', 'c', 'd'].map((name) => api.ask('PATCH', `${flag.id}/`, { name, version: 1 })),
  );
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(3);
  expect((await api.ask('GET', `${flag.id}/`)).body.version).toBe(2);
});

test('archived means off everywhere, and back means still off', async () => {
  const flag = await api.create({ filters: everyone });
  await api.ask('PATCH', `${flag.id}/?environment=development`, { active: true });
  const { body } = await api.ask('PATCH', `${flag.id}/`, { archived: true });
  expect(body).toMatchObject({ archived: true, active: false, status: 'ARCHIVED' });
  expect(api.valueFor(flag.key, 'development')).toBeUndefined();
  const refused = await api.ask('PATCH', `${flag.id}/`, { active: true });
  expect([refused.status, refused.body.attr]).toEqual([400, 'active']);
  const listed = await api.ask('GET', `?archived=true&search=${flag.key}`);
  expect(listed.body.results.map((one: { key: string }) => one.key)).toEqual([flag.key]);
  const back = await api.ask('PATCH', `${flag.id}/`, { archived: false });
  expect(back.body).toMatchObject({ archived: false, active: false });
});

test('deleted by PATCH, never by DELETE; the key is free again and can come back', async () => {
  const flag = await api.create({ filters: everyone });
  expect((await api.ask('DELETE', `${flag.id}/`)).status).toBe(405);
  const { body } = await api.ask('PATCH', `${flag.id}/`, { deleted: true });
  expect(body).toMatchObject({ deleted: true, active: false, status: 'DELETED' });
  expect(api.valueFor(flag.key)).toBeUndefined();
  expect((await api.ask('GET', `${flag.key}/`)).status).toBe(404);
  const other = await api.ask('POST', '', { key: flag.key });
  expect(other.status).toBe(201);
  const restored = await api.ask('PATCH', `${flag.id}/`, { deleted: false });
  expect([restored.status, restored.body.code, restored.body.attr]).toEqual([400, 'unique', 'key']);
  await api.ask('PATCH', `${other.body.id}/`, { key: `${flag.key}-other` });
  expect((await api.ask('PATCH', `${flag.id}/`, { deleted: false })).body.deleted).toBe(false);
});

test('lists by search, switch, kind and tag, in pages', async () => {
  const keys = ['list-a', 'list-b', 'list-c'];
  await api.ask('POST', '', { key: 'list-a', active: false, tags: ['x'] });
  await api.ask('POST', '', {
    key: 'list-b',
    name: '100% of list_',
    is_remote_configuration: true,
  });
  await api.ask('POST', '', {
    key: 'list-c',
    filters: {
      groups: [],
      multivariate: { variants: [{ key: 'a', rollout_percentage: 100 }] },
    },
  });
  const list = async (query: string) => {
    const { body } = await api.ask('GET', `?search=list-&${query}`);
    return body.results.map((flag: { key: string }) => flag.key);
  };
  expect(await list('order=key')).toEqual(keys);
  expect(await list('order=-created_at')).toHaveLength(3);
  expect(await list('active=false')).toEqual(['list-a']);
  expect(await list('type=multivariant')).toEqual(['list-c']);
  expect(await list('type=remote_config')).toEqual(['list-b']);
  expect(await list('type=boolean')).toEqual(['list-a']);
  expect(await list(`tags=${encodeURIComponent('["x","y"]')}`)).toEqual(['list-a']);
  expect((await api.ask('GET', '?search=list_')).body.results).toHaveLength(1);
  expect((await api.ask('GET', '?search=100%25')).body.results).toHaveLength(1);
  const page = await api.ask('GET', '?search=list-&order=key&limit=2');
  expect([page.body.count, page.body.previous, page.body.results.length]).toEqual([3, null, 2]);
  const next = await api.ask('GET', page.body.next);
  expect(next.body.results.map((flag: { key: string }) => flag.key)).toEqual(['list-c']);
  expect(next.body.next).toBeNull();
});

test('every change is in the history with who, what and why', async () => {
  const flag = await api.create({ filters: everyone });
  await api.ask('PATCH', `${flag.id}/`, { active: false, reason: 'error rate' });
  await api.ask('PATCH', `${flag.id}/`, { archived: true });
  const { body } = await api.ask('GET', `${flag.key}/activity/`);
  expect(body.results.map((entry: { action: string }) => entry.action)).toEqual([
    'archived',
    'switched_off',
    'created',
  ]);
  expect(body.results[1]).toMatchObject({
    reason: 'error rate',
    actor: { kind: 'api_key' },
    changes: [
      { field: 'active', before: true, after: false },
      { field: 'version', before: 1, after: 2 },
    ],
  });
});

test('a flag can depend on another by key or id; circles and removals are refused', async () => {
  const base = await api.create({ filters: everyone });
  const needs = (key: string) => ({
    groups: [{ properties: [{ key, type: 'flag', value: true }] }],
  });
  const flag = await api.create({ filters: needs(base.key) });
  expect(flag.filters.groups[0].properties[0]).toEqual({
    key: String(base.id),
    type: 'flag',
    operator: 'flag_evaluates_to',
    value: true,
    label: base.key,
  });
  expect(api.valueFor(flag.key)?.enabled).toBe(true);
  const circle = await api.ask('PATCH', `${base.id}/`, { filters: needs(String(flag.id)) });
  expect([circle.status, circle.body.attr]).toEqual([400, 'filters.groups']);
  const self = await api.ask('PATCH', `${base.id}/`, { filters: needs(base.key) });
  expect([self.status, self.body.attr]).toEqual([400, 'filters.groups.0.properties.0.key']);
  const archive = await api.ask('PATCH', `${base.id}/`, { archived: true });
  expect([archive.status, archive.body.attr]).toEqual([409, 'archived']);
  expect(archive.body.detail).toContain(flag.key);
  const dependents = await api.ask('GET', `${base.key}/dependent_flags/`);
  expect(dependents.body).toEqual([{ id: flag.id, key: flag.key, name: '', need: 'condition' }]);
  await api.ask('PATCH', `${base.id}/`, { active: false, force: true });
  expect(api.valueFor(flag.key)?.enabled).toBe(false);
});

test('the declared value is kept, fits in every environment, and can be taken back', async () => {
  const payloads = { true: '{"limit":5}' };
  const { id } = await api.create({ value_type: 'object', filters: { groups: [], payloads } });
  const declared = await api.ask('GET', `${id}/`);
  expect(declared.body).toMatchObject({ value_type: 'object', value_source: null });

  const number = { filters: { groups: [], payloads: { true: '5' } } };
  const unfit = await api.ask('PATCH', `${id}/`, number);
  expect([unfit.status, unfit.body.attr]).toEqual([400, 'filters.payloads.true']);
  const elsewhere = await api.ask('PATCH', `${id}/`, { ...number, value_type: 'number' });
  expect([elsewhere.status, elsewhere.body.attr]).toEqual([400, 'value_type']);
  expect(elsewhere.body.detail).toContain('Development');

  const cleared = await api.ask('PATCH', `${id}/`, { ...number, value_type: null });
  expect(cleared.body).toMatchObject({ value_type: null, version: 2 });
});
