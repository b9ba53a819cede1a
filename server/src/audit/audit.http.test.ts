import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { AuditEntryBody } from './audit.contract.ts';

let api: TestApp;
let cookie: string;
let keyId: string;
beforeAll(async () => {
  api = await startTestApp();
  cookie = await signIn();
  keyId = await aKey();
});
afterAll(() => api.close());

const LOG = '/api/projects/@current/activity_log/';
const FLAGS = '/api/projects/@current/feature_flags/';
const AGENT = 'audit-test/1.0';

async function signIn(): Promise<string> {
  const { email, password } = api;
  const answer = await api.inject({
    method: 'POST',
    url: '/api/login/',
    headers: { 'user-agent': AGENT },
    payload: { email, password },
  });
  expect(answer.statusCode).toBe(200);
  return String(answer.headers['set-cookie']).split(';')[0] ?? '';
}

const asPerson = async (method: 'POST' | 'PATCH', url: string, payload: object) => {
  const headers = { cookie, 'user-agent': AGENT };
  const answer = await api.inject({ method, url, headers, payload, remoteAddress: '192.0.2.7' });
  expect(answer.statusCode, answer.body).toBeLessThan(300);
  return answer.json();
};

async function aKey(): Promise<string> {
  const scopes = ['feature_flag:read'];
  return (await asPerson('POST', '/api/personal_api_keys/', { label: '=Deploy', scopes })).id;
}

const read = async (query: string) => {
  const { status, body } = await api.ask('GET', `${LOG}?${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return AuditEntryBody.strict().array().parse(body.results);
};

test('an entry tells who, what, why and from where', async () => {
  const flag = await asPerson('POST', FLAGS, { key: 'audited', reason: 'trying it' });
  await api.ask('PATCH', `${FLAGS}${flag.id}/`, { name: 'by key' });
  const [byKey, byPerson] = await read(`resource_kind=flag&resource_id=${flag.id}`);
  const [{ id: userId }] = (await api.ask('GET', '/api/organization/members/')).body.results;
  expect(byPerson).toMatchObject({
    action: 'created',
    actor: { kind: 'user', label: api.email, user_id: userId },
    resource_label: 'audited',
    reason: 'trying it',
    origin: {
      ip: '192.0.2.7',
      user_agent: AGENT,
      session: expect.stringMatching(/^[0-9a-f]{12}$/),
    },
  });
  expect(byKey).toMatchObject({
    action: 'updated',
    actor: { kind: 'api_key', label: 'Bootstrap', user_id: userId },
    changes: [
      { field: 'name', before: '', after: 'by key' },
      { field: 'version', before: 1, after: 2 },
    ],
    origin: { ip: '127.0.0.1', session: null },
  });
});

test('people and their keys are in the log of their organisation, sessions too', async () => {
  const [key] = await read('resource_kind=personal_api_key');
  expect(key).toMatchObject({ action: 'created', resource_id: keyId, resource_label: '=Deploy' });
  const signedIn = await read('resource_kind=user&action=signed_in');
  expect(signedIn[0]).toMatchObject({ resource_label: api.email, origin: { user_agent: AGENT } });
});

test('the log is narrowed by every filter, and by text', async () => {
  const flag = await asPerson('POST', FLAGS, { key: 'narrow-me' });
  await asPerson('PATCH', `${FLAGS}${flag.id}/?environment=development`, { active: true });
  const ids = async (query: string) => (await read(query)).map((entry) => entry.resource_id);
  const id = String(flag.id);
  expect(await ids('search=narrow-me')).toEqual([id, id]);
  expect(await ids('search=NARROW')).toEqual([id, id]);
  expect(await ids('search=narrow_me')).toEqual([]);
  expect(await ids('search=narrow-me&environment=production')).toEqual([id]);
  expect(await ids('search=narrow-me&action=switched_on')).toEqual([id]);
  const [entry] = await read('search=narrow-me');
  const actor = entry?.actor.user_id;
  expect((await ids(`actor=${actor}&resource_kind=flag`)).length).toBeGreaterThan(0);
  expect(await ids('actor=nobody')).toEqual([]);
  expect(await ids('after=2200-01-01')).toEqual([]);
  expect((await ids('before=2200-01-01T00:00:00Z&search=narrow-me')).length).toBe(2);
});

test('pages follow each other without a gap, whatever is added meanwhile', async () => {
  const first = await api.ask('GET', `${LOG}?limit=2`);
  await asPerson('POST', FLAGS, { key: 'meanwhile' });
  const second = await api.ask('GET', first.body.next);
  const seen = [...first.body.results, ...second.body.results].map(({ id }) => Number(id));
  expect(seen).toHaveLength(4);
  expect(seen).toEqual(seen.toSorted((a, b) => b - a));
  expect(new Set(seen).size).toBe(4);
});

test('what can be filtered by is offered', async () => {
  const { body } = await api.ask('GET', `${LOG}facets/`);
  expect(body.resource_kinds).toEqual(expect.arrayContaining(['flag', 'personal_api_key', 'user']));
  expect(body.actions).toContain('signed_in');
  expect(body.actors).toContainEqual({ id: expect.any(String), label: api.email });
});

test('the log downloads as CSV that a spreadsheet may open, and as JSON', async () => {
  const headers = { authorization: `Bearer ${api.apiKey}` };
  const csv = await api.inject({ url: `${LOG}export/?resource_kind=personal_api_key`, headers });
  expect(csv.headers).toMatchObject({
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': 'attachment; filename="audit-log.csv"',
    'x-serin-cut': 'false',
  });
  const lines = csv.body.split('\r\n');
  expect(lines[0]).toMatch(/^id,at,actor_kind,actor,action,resource_kind/);
  expect(lines).toHaveLength(3);
  expect(lines[1]).toContain(",'=Deploy,");
  const json = await api.inject({ url: `${LOG}export/?format=json&limit=1`, headers });
  expect(json.headers['content-type']).toMatch(/^application\/json/);
  expect(json.json()[0]).toMatchObject({ action: expect.any(String) });
});

test.each([
  ['limit=0', 'limit'],
  ['limit=501', 'limit'],
  ['cursor=abc', 'cursor'],
  ['after=yesterday', 'after'],
  ['before=2026-13-40', 'before'],
  [`search=${'x'.repeat(201)}`, 'search'],
  ['environment=nowhere', 'environment'],
])('%s is refused by field', async (query, attr) => {
  expect(await api.ask('GET', `${LOG}?${query}`)).toMatchObject({
    status: 400,
    body: { code: 'invalid_input', attr },
  });
});

test('another organisation sees nothing of it', async () => {
  const rows = await api.ctx.db.selectFrom('audit_entry').selectAll().execute();
  const orphans = rows.filter((row) => row.project_id === null && row.organization_id === null);
  expect(orphans).toEqual([]);
});

test('a key without the scope may not read it', async () => {
  const { value } = await asPerson('POST', '/api/personal_api_keys/', {
    label: 'flags only',
    scopes: ['feature_flag:read'],
  });
  for (const url of [LOG, `${LOG}facets/`, `${LOG}export/`]) {
    const answer = await api.inject({ url, headers: { authorization: `Bearer ${value}` } });
    expect(answer.statusCode).toBe(403);
  }
});
