// Secret keys: made, rotated and revoked by people; read one environment's flags, and nothing else.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { ManualClock } from '#kernel/clock';

const BASE = '/api/projects/@current/secret_keys/';
const clock = new ManualClock(Date.UTC(2026, 10, 20, 12));
let t: TestApp;
let cookie: string;

beforeAll(async () => {
  t = await startTestApp({ clock });
  const { email, password } = t;
  const answer = await t.inject({
    method: 'POST',
    url: '/api/login/',
    payload: { email, password },
  });
  cookie = String(answer.headers['set-cookie']);
  const filters = { groups: [{ rollout_percentage: 100 }], payloads: { true: '{"a":1}' } };
  await t.ask('POST', '/api/projects/@current/feature_flags/', {
    key: 'config',
    is_remote_configuration: true,
    filters,
  });
});

afterAll(() => t.close());

type Method = 'GET' | 'POST' | 'DELETE';

async function asPerson(method: Method, path: string, payload?: object) {
  const answer = await t.inject({
    method,
    url: `${BASE}${path}`,
    headers: { cookie },
    ...(payload && { payload }),
  });
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
}

async function create(fields: object = {}) {
  const { status, body } = await asPerson('POST', '', {
    label: 'Server',
    environment: 'production',
    ...fields,
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return body as { id: string; value: string; hint: string };
}

async function definitions(key: string, token?: string) {
  const answer = await t.inject({
    url: `/flags/definitions${token === undefined ? '' : `?token=${token}`}`,
    headers: { authorization: `Bearer ${key}` },
  });
  return { status: answer.statusCode, body: answer.json() };
}

test('a key reads the definitions and payloads of its environment, whatever the request names', async () => {
  const { value, hint } = await create();
  expect(value).toMatch(/^phs_[\w-]{43}$/);
  expect(value.endsWith(hint)).toBe(true);
  expect((await definitions(value)).body.flags[0]).toMatchObject({ key: 'config', active: true });
  expect((await definitions(value, t.production.token)).status).toBe(200);
  const elsewhere = await create({ environment: 'development' });
  expect((await definitions(elsewhere.value)).body.flags[0]).toMatchObject({ active: false });
  const payload = await t.inject({
    url: '/api/projects/@current/feature_flags/config/remote_config',
    headers: { authorization: `Bearer ${value}` },
  });
  expect(payload.body).toBe(JSON.stringify('{"a":1}'));
});

test('the token of another environment does not go with it', async () => {
  const { value } = await create();
  const answer = await definitions(value, t.development.token);
  expect(answer).toMatchObject({ status: 401, body: { attr: 'token' } });
});

test('OpenFeature SDKs may use it too, and get flags for servers', async () => {
  await t.ask('POST', '/api/projects/@current/feature_flags/', {
    key: 'for-servers',
    evaluation_runtime: 'server',
    filters: { groups: [{ rollout_percentage: 100 }] },
  });
  const { value } = await create();
  const answer = await t.inject({
    method: 'POST',
    url: '/ofrep/v1/evaluate/flags/for-servers',
    headers: { authorization: `Bearer ${value}` },
    payload: { context: { targetingKey: 'ada' } },
  });
  expect(answer.json()).toMatchObject({ key: 'for-servers', value: true });
});

test('it opens nothing of the management API', async () => {
  const { value } = await create();
  for (const url of ['/api/projects/', '/api/projects/@current/feature_flags/', BASE]) {
    const answer = await t.inject({ url, headers: { authorization: `Bearer ${value}` } });
    expect(answer.statusCode).toBe(401);
  }
});

test('rotated, both values work until the time is over or the old one is stopped', async () => {
  const { id, value } = await create({ label: 'Rotating' });
  const rotated = await asPerson('POST', `${id}/rotate/`, { overlap_seconds: 3600 });
  expect(rotated).toMatchObject({
    status: 200,
    body: { id, label: 'Rotating', previous_valid_until: '2026-11-20T13:00:00.000Z' },
  });
  const fresh = String(rotated.body.value);
  expect((await definitions(value)).status).toBe(200);
  expect((await definitions(fresh)).status).toBe(200);
  clock.advance(3_600_001);
  expect((await definitions(value)).status).toBe(401);
  expect((await definitions(fresh)).status).toBe(200);

  const again = await asPerson('POST', `${id}/rotate/`, { overlap_seconds: 3600 });
  expect((await definitions(fresh)).status).toBe(200);
  const stopped = await asPerson('DELETE', `${id}/previous_value/`);
  expect(stopped.body).toMatchObject({ previous_valid_until: null });
  expect((await definitions(fresh)).status).toBe(401);
  expect((await definitions(again.body.value)).status).toBe(200);
});

test('rotated without an overlap, the old value stops at once; revoked, the key does', async () => {
  const { id, value } = await create();
  const { body } = await asPerson('POST', `${id}/rotate/`, { overlap_seconds: 0 });
  expect((await definitions(value)).status).toBe(401);
  expect((await definitions(body.value)).status).toBe(200);
  expect((await asPerson('DELETE', `${id}/`)).status).toBe(204);
  expect((await definitions(body.value)).status).toBe(401);
});

test('the list says of each key what people need, and never the key', async () => {
  const { id, value } = await create({ label: 'Listed', environment: 'development' });
  await definitions(value);
  await expect
    .poll(async () => {
      const { body } = await asPerson('GET', '');
      return body.results.find((key: { id: string }) => key.id === id);
    })
    .toEqual({
      id,
      environment: 'development',
      label: 'Listed',
      hint: value.slice(-4),
      scopes: ['feature_flag:read'],
      previous_valid_until: null,
      created_at: new Date(clock.now()).toISOString(),
      rotated_at: null,
      last_used_at: new Date(clock.now()).toISOString(),
    });
  const { rows } = await t.ctx.db
    .selectFrom('project_secret_key')
    .selectAll()
    .execute()
    .then((all) => ({ rows: JSON.stringify(all) }));
  expect(rows).not.toContain(value);
});

test('every change is in the audit log, without values', async () => {
  const { id, value } = await create({ label: 'Audited' });
  await asPerson('POST', `${id}/rotate/`, { overlap_seconds: 60 });
  await asPerson('DELETE', `${id}/previous_value/`);
  await asPerson('DELETE', `${id}/`);
  const entries = await t.ctx.db
    .selectFrom('audit_entry')
    .selectAll()
    .where('resource_id', '=', id)
    .orderBy('id')
    .execute();
  expect(entries.map(({ action }) => action)).toEqual([
    'created',
    'rotated',
    'previous_value_stopped',
    'revoked',
  ]);
  expect(entries[0]).toMatchObject({
    environment_id: t.production.id,
    actor_label: t.email,
    after: { label: 'Audited' },
  });
  expect(JSON.stringify(entries)).not.toContain(value);
});

test.each([
  ['no label', 'POST', '', { environment: 'production' }, 400, 'required', 'label'],
  ['no environment', 'POST', '', { label: 'x' }, 400, 'required', 'environment'],
  [
    'an unknown environment',
    'POST',
    '',
    { label: 'x', environment: 'moon' },
    400,
    'invalid_input',
    'environment',
  ],
  ['an unknown key', 'DELETE', 'nobody/', undefined, 404, 'not_found', null],
  [
    'a negative overlap',
    'POST',
    'x/rotate/',
    { overlap_seconds: -1 },
    400,
    'invalid_input',
    'overlap_seconds',
  ],
] as const)('%s is refused', async (_name, method, path, payload, status, code, attr) => {
  expect(await asPerson(method, path, payload)).toMatchObject({ status, body: { code, attr } });
});

test('only people make keys, and only in their own project', async () => {
  const byKey = await t.ask('POST', BASE, { label: 'x', environment: 'production' });
  expect(byKey).toMatchObject({ status: 403, body: { code: 'permission_denied' } });
  const answer = await t.inject({
    method: 'POST',
    url: '/api/projects/999/secret_keys/',
    headers: { cookie },
    payload: { label: 'x', environment: 'production' },
  });
  expect(answer.statusCode).toBe(404);
});
