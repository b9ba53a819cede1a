import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { issueSetupToken } from '#accounts';

let t: TestApp;

beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

async function logIn(password = t.password): Promise<{ status: number; cookie: string }> {
  const response = await t.inject({
    method: 'POST',
    url: '/api/login/',
    payload: { email: t.email.toUpperCase(), password },
  });
  const cookie = String(response.headers['set-cookie'] ?? '');
  return { status: response.statusCode, cookie };
}

test('signing in sets a cookie that scripts cannot read and that opens the API', async () => {
  const { status, cookie } = await logIn();
  expect(status).toBe(200);
  expect(cookie).toMatch(/serin_session=.*HttpOnly.*SameSite=Lax/);
  const me = await t.inject({ url: '/api/users/@me/', headers: { cookie } });
  expect(me.json()).toMatchObject({ email: t.email });
});

test('signing out ends the session', async () => {
  const { cookie } = await logIn();
  const out = await t.inject({ method: 'POST', url: '/api/logout', headers: { cookie } });
  expect(out.statusCode).toBe(204);
  const me = await t.inject({ url: '/api/users/@me/', headers: { cookie } });
  expect(me.statusCode).toBe(401);
});

test('a wrong password says nothing about which of the two was wrong, ten times at most', async () => {
  const email = 'nobody@example.com';
  const attempt = () =>
    t.inject({ method: 'POST', url: '/api/login/', payload: { email, password: 'wrong' } });
  for (let i = 0; i < 10; i++) {
    const refused = await attempt();
    expect(refused.statusCode).toBe(401);
    expect(refused.json()).toMatchObject({ code: 'authentication_failed', attr: null });
  }
  const limited = await attempt();
  expect(limited.statusCode).toBe(429);
  expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
});

test('a request from another origin cannot use the session to change things', async () => {
  const { cookie } = await logIn();
  const create = (origin: string) =>
    t.inject({
      method: 'POST',
      url: '/api/projects/',
      headers: { cookie, origin, host: 'serin.example' },
      payload: { name: 'From a page' },
    });
  const foreign = await create('https://evil.example');
  expect(foreign.statusCode).toBe(403);
  expect(foreign.json()).toMatchObject({ code: 'permission_denied' });
  expect((await create('https://serin.example')).statusCode).toBe(201);
});

test('no credentials, wrong key and missing scope are told apart', async () => {
  expect((await t.inject({ url: '/api/projects/' })).json()).toMatchObject({
    code: 'not_authenticated',
  });
  const wrong = await t.inject({
    url: '/api/projects/',
    headers: { authorization: 'Bearer phx_wrong' },
  });
  expect(wrong.json()).toMatchObject({ code: 'authentication_failed' });
});

test('a key is shown once, works within its scopes, and not after it was revoked', async () => {
  const { cookie } = await logIn();
  const created = await t.inject({
    method: 'POST',
    url: '/api/personal_api_keys/',
    headers: { cookie },
    payload: { label: 'CI', scopes: ['project:read'] },
  });
  expect(created.statusCode).toBe(201);
  const { id, value } = created.json<{ id: string; value: string }>();
  expect(value).toMatch(/^phx_/);

  const listed = await t.inject({ url: '/api/personal_api_keys/', headers: { cookie } });
  expect(listed.body).not.toContain(value);
  expect(listed.json<{ results: { id: string }[] }>().results.map((key) => key.id)).toContain(id);

  const headers = { authorization: `Bearer ${value}` };
  expect((await t.inject({ url: '/api/projects/', headers })).statusCode).toBe(200);
  const denied = await t.inject({
    method: 'POST',
    url: '/api/projects/',
    headers,
    payload: { name: 'x' },
  });
  expect(denied.json()).toMatchObject({ code: 'permission_denied' });
  expect((await t.inject({ url: '/api/personal_api_keys/', headers })).json()).toMatchObject({
    code: 'permission_denied',
  });

  const revoked = await t.inject({
    method: 'DELETE',
    url: `/api/personal_api_keys/${id}/`,
    headers: { cookie },
  });
  expect(revoked.statusCode).toBe(204);
  expect((await t.inject({ url: '/api/projects/', headers })).statusCode).toBe(401);
});

test('a project has its environments and tokens; @current is the first', async () => {
  const { body } = await t.ask('GET', '/api/projects/@current/');
  expect(body).toMatchObject({ id: t.projectId, api_token: t.production.token });
  expect(body.environments.map((environment: { key: string }) => environment.key)).toEqual([
    'production',
    'development',
  ]);
  expect((await t.ask('GET', '/api/projects/999999/')).status).toBe(404);
  const unknown = await t.ask('GET', `/api/projects/${t.projectId}/?environment=nowhere`);
  expect(unknown).toMatchObject({ status: 400, body: { attr: 'environment' } });
});

test('projects can be added and renamed, and the audit log knows', async () => {
  const created = await t.ask('POST', '/api/projects/', { name: 'Second' });
  expect(created.status).toBe(201);
  const url = `/api/projects/${created.body.id}/`;
  const renamed = await t.ask('PATCH', url, { name: 'Other' });
  expect(renamed.body.name).toBe('Other');
  const log = await t.ask('GET', `${url}activity_log/`);
  expect(log.body.results[0]).toMatchObject({
    action: 'updated',
    actor: { kind: 'api_key' },
    changes: [{ field: 'name', before: 'Second', after: 'Other' }],
  });
});

test.each([
  [{}, 'name', 'required'],
  [{ name: '' }, 'name', 'invalid_input'],
  [{ name: 'x', extra: 1 }, 'extra', 'invalid_input'],
])('a bad project %j is refused by field', async (payload, attr, code) => {
  const refused = await t.ask('POST', '/api/projects/', payload);
  expect(refused).toMatchObject({ status: 400, body: { attr, code } });
});

test('malformed JSON is a clear error with a request id', async () => {
  const response = await t.inject({
    method: 'POST',
    url: '/api/login/',
    headers: { 'content-type': 'application/json' },
    payload: '{"email":',
  });
  expect(response.statusCode).toBe(400);
  expect(response.json()).toMatchObject({ code: 'invalid_payload', type: 'validation_error' });
  expect(response.json<{ request_id: string }>().request_id).toMatch(/^[0-9a-f-]{36}$/);
});

test('the set-up link works only while nobody has an account', async () => {
  expect((await t.inject({ url: '/api/setup/' })).json()).toEqual({ is_setup_needed: false });
  const refused = await t.inject({
    method: 'POST',
    url: '/api/setup/',
    payload: {
      setup_token: await issueSetupToken(t.ctx),
      email: 'eve@example.com',
      name: 'Eve',
      password: 'password1',
      organization_name: 'Evil',
      project_name: 'Evil',
    },
  });
  expect(refused.json()).toMatchObject({ code: 'permission_denied', attr: 'setup_token' });
});

test.each(['a\0b', 'half \ud800'])(
  'text that cannot be stored is refused by field: %j',
  async (name) => {
    const refused = await t.ask('POST', '/api/projects/', { name });
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_input', attr: 'name' } });
    const query = await t.ask('GET', '/api/projects/@current/activity_log/?resource_id=%00');
    expect(query).toMatchObject({ status: 400, body: { attr: 'resource_id' } });
  },
);
