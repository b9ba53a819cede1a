import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { BulkResultBody } from './bulk.contract.ts';

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp();
});
afterAll(() => api.close());

const BASE = '/api/projects/@current/feature_flags/';
const TAGS = '/api/projects/@current/flag_tags/';
const EVERYONE = { groups: [{ properties: [], rollout_percentage: 100 }] };

let made = 0;
async function aFlag(fields: object = {}) {
  made += 1;
  const { status, body } = await api.ask('POST', BASE, {
    key: `bulk-${made}`,
    filters: EVERYONE,
    ...fields,
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}
const get = async ({ id }: { id: number }) => (await api.ask('GET', `${BASE}${id}/`)).body;
const post = (path: string, body: object) => api.ask('POST', `${BASE}${path}`, body);
async function bulk(body: object) {
  const { status, body: result } = await post('bulk_update/', body);
  expect(status, JSON.stringify(result)).toBe(200);
  return BulkResultBody.strict().parse(result);
}
const ids = (flags: readonly { id: number }[]) => flags.map(({ id }) => id);

/** What the SDK endpoint gives one person. */
async function isServed(key: string): Promise<boolean> {
  const answer = await api.inject({
    method: 'POST',
    url: '/flags/?v=2',
    payload: { token: api.production.token, distinct_id: 'ada' },
  });
  return answer.json().flags[key]?.enabled ?? false;
}

test('many flags are switched off at once; those that are off already are told apart', async () => {
  const flags = [await aFlag(), await aFlag(), await aFlag({ active: false })];
  const result = await bulk({ ids: ids(flags), action: 'switch_off', reason: 'incident 7' });
  expect(ids(result.updated)).toEqual(ids(flags.slice(0, 2)));
  expect(ids(result.unchanged)).toEqual([flags[2].id]);
  expect(await isServed(flags[0].key)).toBe(false);
  const log = await api.ask('GET', `/api/projects/@current/activity_log/?search=incident 7`);
  expect(log.body.results).toHaveLength(2);
  expect(ids((await bulk({ ids: ids(flags), action: 'switch_on' })).updated)).toEqual(ids(flags));
  expect(await isServed(flags[2].key)).toBe(true);
});

test('what is refused is named with its reason, and the others go through', async () => {
  const needed = await aFlag();
  const condition = { key: needed.key, type: 'flag', operator: 'flag_evaluates_to', value: true };
  const asking = await aFlag({ filters: { groups: [{ properties: [condition] }] } });
  const free = await aFlag();
  const archived = await aFlag();
  await api.ask('PATCH', `${BASE}${archived.id}/`, { archived: true });
  const result = await bulk({ ids: [needed.id, free.id, 999_999], action: 'archive' });
  expect(ids(result.updated)).toEqual([free.id]);
  expect(result.refused).toMatchObject([
    { id: needed.id, key: needed.key, code: 'has_dependents', dependents: [asking.key] },
    { id: 999_999, key: null, code: 'not_found', dependents: [] },
  ]);
  expect(await get(needed)).toMatchObject({ archived: false, version: 1 });
  const on = await bulk({ ids: [archived.id], action: 'switch_on' });
  expect(on.refused).toMatchObject([{ code: 'invalid_input', attr: 'active' }]);
  expect(ids((await bulk({ ids: [archived.id], action: 'unarchive' })).updated)).toHaveLength(1);
  // A flag and the one that needs it go together, in whatever order they are named.
  const both = await bulk({ ids: [needed.id, asking.id], action: 'archive' });
  expect([ids(both.updated), both.refused]).toEqual([[needed.id, asking.id], []]);
});

test('tags and owners are given to many flags; both of two people who tag at once are kept', async () => {
  const flags = [await aFlag({ tags: ['old'] }), await aFlag()];
  const [{ id: owner }] = (await api.ask('GET', '/api/organization/members/')).body.results;
  await Promise.all([
    bulk({ ids: ids(flags), action: 'add_tags', tags: ['team-a'] }),
    bulk({ ids: ids(flags), action: 'add_tags', tags: ['team-b'] }),
  ]);
  expect((await get(flags[1])).tags.toSorted()).toEqual(['team-a', 'team-b']);
  await bulk({ ids: ids(flags), action: 'remove_tags', tags: ['old', 'team-a'] });
  await bulk({ ids: ids(flags), action: 'set_owner', owner_id: owner });
  expect(await get(flags[0])).toMatchObject({ tags: ['team-b'], owner: { id: owner } });
  const refused = await bulk({ ids: ids(flags), action: 'set_owner', owner_id: 'nobody' });
  expect(refused.refused).toMatchObject([{ attr: 'owner_id' }, { attr: 'owner_id' }]);
});

test('a filter says which flags, too', async () => {
  const flags = [await aFlag({ tags: ['sweep'] }), await aFlag({ tags: ['sweep'], active: false })];
  const filters = { tags: ['sweep'], active: 'true' };
  expect(ids((await bulk({ filters, action: 'switch_off' })).updated)).toEqual([flags[0].id]);
});

test('PostHog’s bulk calls answer in its form', async () => {
  const flags = [await aFlag({ tags: ['a'] }), await aFlag()];
  const keys = await post('bulk_keys/', { ids: [flags[0].id, String(flags[1].id), 'x', 999_999] });
  expect(keys.body).toEqual({
    keys: { [flags[0].id]: flags[0].key, [flags[1].id]: flags[1].key },
    warning: expect.stringContaining('1 ids'),
  });
  const tagged = await post('bulk_update_tags/', {
    ids: [flags[0].id, 999_999],
    action: 'add',
    tags: ['b'],
  });
  expect(tagged.body).toEqual({
    updated: [{ id: flags[0].id, tags: ['a', 'b'] }],
    skipped: [{ id: 999_999, reason: expect.any(String) }],
  });
  const deleted = await post('bulk_delete/', { ids: [...ids(flags), 999_999] });
  expect(deleted.body).toEqual({
    deleted: flags.map(({ id, key }) => ({
      id,
      key,
      rollout_state: 'fully_rolled_out',
      active_variant: null,
    })),
    errors: [{ id: 999_999, reason: expect.any(String) }],
  });
  expect(await isServed(flags[0].key)).toBe(false);
});

test('a tag is renamed everywhere, merged with another, and taken away', async () => {
  const [one, both] = [await aFlag({ tags: ['pay'] }), await aFlag({ tags: ['pay', 'payments'] })];
  const counts = async () =>
    Object.fromEntries(
      (await api.ask('GET', TAGS)).body.results.map(
        ({ name, count }: { name: string; count: number }) => [name, count],
      ),
    );
  expect(await counts()).toMatchObject({ pay: 2, payments: 1 });
  const renamed = await api.ask('POST', `${TAGS}rename/`, { from: 'pay', to: 'payments' });
  expect(ids(renamed.body.updated)).toEqual([one.id, both.id]);
  expect((await get(both)).tags).toEqual(['payments']);
  expect(await counts()).toMatchObject({ payments: 2 });
  await api.ask('POST', `${TAGS}rename/`, { from: 'payments', to: null });
  expect((await get(one)).tags).toEqual([]);
  expect(await api.ask('POST', `${TAGS}rename/`, { from: 'payments', to: 'x' })).toMatchObject({
    status: 404,
    body: { attr: 'from' },
  });
});

test.each([
  ['bulk_update/', { action: 'switch_off' }, 'ids', 'required'],
  ['bulk_update/', { ids: [1], filters: {}, action: 'switch_off' }, 'filters', 'invalid_input'],
  ['bulk_update/', { ids: [], action: 'switch_off' }, 'ids', 'invalid_input'],
  ['bulk_update/', { ids: [1.5], action: 'switch_off' }, 'ids.0', 'invalid_input'],
  ['bulk_update/', { ids: ['1'], action: 'switch_off' }, 'ids.0', 'invalid_input'],
  ['bulk_update/', { ids: [1], action: 'explode' }, 'action', 'invalid_input'],
  ['bulk_update/', { ids: [1] }, 'action', 'required'],
  ['bulk_update/', { ids: [1], action: 'add_tags' }, 'tags', 'required'],
  ['bulk_update/', { ids: [1], action: 'add_tags', tags: [''] }, 'tags.0', 'invalid_input'],
  ['bulk_update/', { ids: [1], action: 'set_owner' }, 'owner_id', 'required'],
  ['bulk_update/', { ids: Array(501).fill(1), action: 'archive' }, 'ids', 'invalid_input'],
  [
    'bulk_update/',
    { filters: { colour: 1 }, action: 'archive' },
    'filters.colour',
    'invalid_input',
  ],
  ['bulk_update_tags/', { ids: [1], action: 'merge', tags: ['a'] }, 'action', 'invalid_input'],
  ['bulk_delete/', {}, 'ids', 'required'],
  ['bulk_keys/', { ids: [{}] }, 'ids.0', 'invalid_input'],
])('%s %j is refused at %s', async (path, body, attr, code) => {
  expect(await post(path, body)).toMatchObject({ status: 400, body: { code, attr } });
});

test('5,000 flags are searched, filtered, sorted and paged; too many for one change are refused', async () => {
  const { db } = api.ctx;
  await sql`
    insert into flag (project_id, key, name, tags, kind, created_by)
    select ${api.projectId}, 'many-' || lpad(n::text, 4, '0'), 'Flag number ' || n,
      case when n % 50 = 0 then '["payments"]' else '[]' end::jsonb,
      case when n % 7 = 0 then 'ops' else 'release' end, null
    from generate_series(1, 5000) n`.execute(db);
  await sql`
    insert into flag_environment (flag_id, environment_id, active, filters, updated_at)
    select flag.id, environment.id, flag.id % 2 = 0 and environment.key = 'production',
      '{"groups": []}', now()
    from flag, environment
    where flag.key like 'many-%' and environment.project_id = flag.project_id`.execute(db);
  const list = async (query: string) => {
    const { status, body } = await api.ask(
      'GET',
      `${BASE}?limit=20&${/search=/.test(query) ? '' : 'search=many-&'}${query}`,
    );
    expect(status, JSON.stringify(body)).toBe(200);
    return { count: body.count, keys: body.results.map(({ key }: { key: string }) => key), body };
  };
  const all = await list('order=key');
  expect(all).toMatchObject({ count: 5000, keys: expect.arrayContaining(['many-0001']) });
  expect(all.keys).toHaveLength(20);
  const last = await list('order=key&offset=4980');
  expect(last.keys.at(-1)).toBe('many-5000');
  expect(last.body.next).toBeNull();
  expect((await list('order=-key')).keys[0]).toBe('many-5000');
  expect((await list('search=many-012')).count).toBe(10);
  expect((await list('search=number 4999')).keys).toEqual(['many-4999']);
  expect((await list('search=%25')).count).toBe(0);
  expect((await list(`tags=${encodeURIComponent('["payments"]')}`)).count).toBe(100);
  expect((await list(`excluded_tags=${encodeURIComponent('["payments"]')}`)).count).toBe(4900);
  expect((await list('kind=ops')).count).toBe(714);
  expect((await list('active=true')).count).toBe(2500);
  expect((await list('active=false&environment=development')).count).toBe(5000);
  const onHere = await list('on_in=["production"]&off_in=["development"]');
  expect(onHere.count).toBe(2500);
  expect(onHere.body.results[0].active_in).toEqual(['production']);
  expect(onHere.body.results[0].overridden_on).toBe(0);
  expect((await list('owner_id=none')).count).toBe(5000);
  const refused = await post('bulk_update/', {
    filters: { search: 'many-' },
    action: 'switch_off',
  });
  expect(refused).toMatchObject({ status: 400, body: { attr: 'filters' } });
  const stale = new Date(Date.now() - 31 * 86_400_000);
  await sql`update flag_environment set active_since = ${stale} where active`.execute(db);
  await sql`insert into flag_call select environment.id, 'many-0002', now()
    from environment where key = 'production'`.execute(db);
  const isCalled = (await api.ask('GET', `${BASE}many-0002/`)).body.active;
  expect((await list('active=STALE')).count).toBe(2500 - Number(isCalled));
});

test.each([
  ['active=maybe', 'active'],
  ['type=circle', 'type'],
  ['kind=toy', 'kind'],
  ['order=size', 'order'],
  ['tags=a', 'tags'],
  ['on_in="x"', 'on_in'],
  ['limit=1001', 'limit'],
])('a list with %s is refused', async (query, attr) => {
  expect(await api.ask('GET', `${BASE}?${query}`)).toMatchObject({
    status: 400,
    body: { code: 'invalid_input', attr },
  });
});
