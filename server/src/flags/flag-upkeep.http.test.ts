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
