import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp();
});
afterAll(() => api.close());

const BASE = '/api/projects/@current/feature_flags/';
const PROJECT = '/api/projects/@current/';
const MEMBERS = '/api/organization/members/';
const LIMIT = { type: 'object', properties: { limit: { type: 'integer' } }, required: ['limit'] };
const withPayload = (payload: unknown) => ({
  groups: [{ properties: [], rollout_percentage: 100 }],
  payloads: { true: payload },
});

let made = 0;
async function aFlag(fields: object = {}) {
  made += 1;
  const { status, body } = await api.ask('POST', BASE, { key: `upkeep-${made}`, ...fields });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}
const patch = (flag: { id: number }, change: object, query = '') =>
  api.ask('PATCH', `${BASE}${flag.id}/${query}`, change);

test('a payload that does not fit the schema is refused, naming payload and place', async () => {
  const flag = await aFlag({ payload_schema: LIMIT, filters: withPayload({ limit: 20 }) });
  expect(flag.payload_schema).toEqual(LIMIT);
  const refused = await patch(flag, { filters: withPayload({ limit: 'many' }) });
  expect(refused).toMatchObject({
    status: 400,
    body: {
      code: 'invalid_input',
      attr: 'filters.payloads.true',
      detail: expect.stringMatching(/"true".*at \/limit/),
    },
  });
  expect((await api.ask('GET', `${BASE}${flag.id}/`)).body).toEqual(flag);
  expect((await patch(flag, { filters: withPayload({ limit: 5 }) })).status).toBe(200);
});

test('a schema that payloads of some environment do not fit is refused, naming them', async () => {
  const flag = await aFlag({ filters: withPayload({ limit: 20 }) });
  await patch(flag, { filters: withPayload({ limit: 'many' }) }, '?environment=development');
  expect(await patch(flag, { payload_schema: LIMIT })).toMatchObject({
    status: 400,
    body: {
      attr: 'payload_schema',
      detail: expect.stringMatching(/"true" in development \(at \/limit/),
    },
  });
  // Payloads that are replaced in the same save count as they will be.
  const both = { payload_schema: LIMIT, filters: withPayload({ limit: 1 }) };
  expect((await patch(flag, both, '?environment=development')).status).toBe(200);
  expect((await patch(flag, { payload_schema: null })).body.payload_schema).toBeNull();
});

test('a version whose payload no longer fits is not brought back', async () => {
  const flag = await aFlag({ filters: withPayload('"text"') });
  await patch(flag, { filters: withPayload({ limit: 1 }) });
  await patch(flag, { filters: withPayload({ limit: 1 }) }, '?environment=development');
  expect((await patch(flag, { payload_schema: LIMIT })).status).toBe(200);
  const restored = await api.ask('POST', `${BASE}${flag.id}/versions/1/restore/`, {});
  expect(restored).toMatchObject({ status: 400, body: { attr: 'filters.payloads.true' } });
});

test.each([
  [{ payload_schema: { type: 'nothing' } }, 'payload_schema.type', 'invalid_input'],
  [{ payload_schema: { pattern: '(a+)+$' } }, 'payload_schema.pattern', 'invalid_input'],
  [{ payload_schema: 'text' }, 'payload_schema', 'invalid_input'],
  [{ payload_schema: [] }, 'payload_schema', 'invalid_input'],
  [{ owner_id: 'nobody' }, 'owner_id', 'invalid_input'],
  [{ owner_id: 7 }, 'owner_id', 'invalid_input'],
])('%j is refused at %s', async (fields, attr, code) => {
  const created = await api.ask('POST', BASE, { key: 'never', ...fields });
  expect(created).toMatchObject({ status: 400, body: { code, attr } });
  const flag = await aFlag();
  expect(await patch(flag, fields)).toMatchObject({ status: 400, body: { code, attr } });
  expect((await api.ask('GET', `${BASE}${flag.id}/`)).body).toEqual(flag);
  expect((await api.ask('GET', `${BASE}never/`)).status).toBe(404);
});

test('a flag has an owner, who must be one of the project’s people', async () => {
  const members = await api.ask('GET', MEMBERS);
  expect(members.body.results).toMatchObject([{ email: 'ada@example.com', name: 'Ada' }]);
  const [{ id }] = members.body.results;
  const flag = await aFlag({ owner_id: id });
  expect(flag.owner).toMatchObject({ id, email: 'ada@example.com' });
  const stranger = await aStranger();
  expect(await patch(flag, { owner_id: stranger })).toMatchObject({
    status: 400,
    body: { attr: 'owner_id' },
  });
  expect((await patch(flag, { owner_id: null })).body.owner).toBeNull();
});

/** Somebody of another organisation. */
async function aStranger(): Promise<string> {
  const { id } = await api.ctx.db
    .insertInto('organization')
    .values({ name: 'Other' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const user = { id: 'stranger', organization_id: id, email: 'eve@example.com', name: 'Eve' };
  await api.ctx.db
    .insertInto('app_user')
    .values({ ...user, password_hash: '', last_login_at: null })
    .execute();
  return user.id;
}

test('where owners are required, saves without one are refused, but not taking a flag away', async () => {
  const [{ id: owner }] = (await api.ask('GET', MEMBERS)).body.results;
  const flag = await aFlag();
  const set = await api.ask('PATCH', PROJECT, { require_flag_owner: true });
  expect(set.body).toMatchObject({ require_flag_owner: true, name: 'Test' });
  const missing = { status: 400, body: { code: 'required', attr: 'owner_id' } };
  expect(await api.ask('POST', BASE, { key: 'unowned' })).toMatchObject(missing);
  expect(await patch(flag, { name: 'words' })).toMatchObject(missing);
  expect(await patch(flag, { active: false, name: 'words' })).toMatchObject(missing);
  expect((await patch(flag, { active: false, reason: 'it hurts' })).status).toBe(200);
  expect(await patch(flag, { active: true })).toMatchObject(missing);
  expect((await patch(flag, { name: 'words', owner_id: owner })).status).toBe(200);
  expect(await patch(flag, { owner_id: null })).toMatchObject(missing);
  expect((await api.ask('PATCH', PROJECT, { require_flag_owner: false })).status).toBe(200);
});

const comments = (flag: { id: number }, path = '') => `${BASE}${flag.id}/comments/${path}`;

test('people comment on a flag, and change only what they have said themselves', async () => {
  const flag = await aFlag();
  const first = await api.ask('POST', comments(flag), { body: '  See https://example.com  ' });
  expect(first).toMatchObject({
    status: 201,
    body: { body: 'See https://example.com', author: { name: 'Ada' }, edited_at: null },
  });
  const second = await api.ask('POST', comments(flag), { body: 'Second' });
  const edited = await api.ask('PATCH', comments(flag, `${first.body.id}/`), { body: 'Edited' });
  expect(edited.body).toMatchObject({ body: 'Edited', edited_at: expect.any(String) });
  const list = await api.ask('GET', comments(flag));
  expect(list.body.results.map(({ body }: { body: string }) => body)).toEqual(['Second', 'Edited']);
  await api.ctx.db
    .updateTable('flag_comment')
    .set({ author_id: null, author_name: 'Gone' })
    .where('id', '=', second.body.id)
    .execute();
  const foreign = comments(flag, `${second.body.id}/`);
  const denied = { status: 403, body: { code: 'permission_denied' } };
  expect(await api.ask('PATCH', foreign, { body: 'Mine now' })).toMatchObject(denied);
  expect(await api.ask('DELETE', foreign)).toMatchObject(denied);
  expect((await api.ask('DELETE', comments(flag, `${first.body.id}/`))).status).toBe(204);
  const left = await api.ask('GET', comments(flag));
  expect(left.body).toMatchObject({ count: 1, results: [{ author: { id: null, name: 'Gone' } }] });
  const log = await api.ask(
    'GET',
    `/api/projects/@current/activity_log/?resource_kind=flag_comment&search=${flag.key}`,
  );
  expect(log.body.results.map(({ action }: { action: string }) => action)).toEqual([
    'comment_deleted',
    'comment_edited',
    'commented',
    'commented',
  ]);
});

test.each([
  [{}, 'body', 'required'],
  [{ body: '  ' }, 'body', 'invalid_input'],
  [{ body: 'x'.repeat(5001) }, 'body', 'invalid_input'],
  [{ body: 'x', html: true }, 'html', 'invalid_input'],
])('the comment %j is refused', async (payload, attr, code) => {
  const flag = await aFlag();
  const refused = await api.ask('POST', comments(flag), payload);
  expect(refused).toMatchObject({ status: 400, body: { code, attr } });
  expect(await api.ask('PATCH', comments(flag, 'none/'), { body: 'x' })).toMatchObject({
    status: 404,
    body: { code: 'not_found' },
  });
});
