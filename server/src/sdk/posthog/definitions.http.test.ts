// Definitions for local evaluation: who gets them, when they are unchanged, what they contain.
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';

let serin: TestApp;
let url: string;

const everyone = { groups: [{ properties: [], rollout_percentage: 100 }] };

beforeAll(async () => {
  serin = await startTestApp();
  url = `/flags/definitions?token=${serin.production.token}&send_cohorts`;
  for (let i = 0; i < 10; i += 1) {
    await serin.ask('POST', '/api/projects/@current/feature_flags/', {
      key: `flag-${i}`,
      active: i > 0,
      filters: everyone,
    });
  }
});

afterAll(() => serin.close());

const ask = (path: string, headers: Record<string, string> = {}, key = serin.apiKey) =>
  serin.inject({ url: path, headers: { authorization: `Bearer ${key}`, ...headers } });

test('all flags, inactive ones too, with the three keys that SDKs read without asking', async () => {
  const answer = await ask(url);
  expect(answer.statusCode).toBe(200);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'private, must-revalidate',
    etag: expect.stringMatching(/^W\/".+"$/),
  });
  const body = answer.json<{ flags: { key: string; active: boolean }[] }>();
  expect(Object.keys(body).toSorted()).toEqual(['cohorts', 'flags', 'group_type_mapping']);
  expect(body.flags).toHaveLength(10);
  expect(body.flags[0]).toMatchObject({ key: 'flag-0', active: false });
});

test('compressed when the client takes it', async () => {
  const plain = await ask(url);
  const zipped = await ask(url, { 'accept-encoding': 'gzip' });
  expect(zipped.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(zipped.rawPayload).toString()).toBe(plain.body);
});

test('304 while nothing changes, a new tag when something does', async () => {
  const first = await ask(url);
  const etag = String(first.headers['etag']);
  const same = await ask(url, { 'if-none-match': etag });
  expect(same.statusCode).toBe(304);
  expect(same.headers['etag']).toBe(etag);
  expect(same.rawPayload.length).toBe(0);
  await serin.ask('POST', '/api/projects/@current/feature_flags/', {
    key: 'another',
    filters: everyone,
  });
  const changed = await ask(url, { 'if-none-match': etag });
  expect(changed.statusCode).toBe(200);
  expect(changed.headers['etag']).not.toBe(etag);
});

test('an environment is named by its token; without one the only project is meant', async () => {
  const development = await ask(`/flags/definitions?token=${serin.development.token}`);
  expect(development.json<{ flags: { active: boolean }[] }>().flags.some((f) => f.active)).toBe(
    false,
  );
  const byKey = await ask('/flags/definitions');
  expect(byKey.body).toBe((await ask(url)).body);
});

test.each([
  ['no key', undefined, 401, 'not_authenticated'],
  ['an unknown key', 'phx_unknown', 401, 'authentication_failed'],
  ['a project token as key', 'phc_token', 401, 'authentication_failed'],
])('%s', async (_name, key, status, code) => {
  const answer = await serin.inject({
    url,
    headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
  });
  expect(answer.statusCode).toBe(status);
  expect(answer.json()).toMatchObject({ type: 'authentication_error', code, attr: null });
});

test("a token of nobody is not the key's", async () => {
  const answer = await ask('/flags/definitions?token=phc_other');
  expect(answer.statusCode).toBe(401);
  expect(answer.json()).toMatchObject({ attr: 'token' });
});

test('trouble of ours is a 5xx, on which SDKs keep what they have', async () => {
  const broken = await startTestApp();
  try {
    await broken.ctx.db.destroy();
    const answer = await broken.inject({
      url: `/flags/definitions?token=${broken.production.token}`,
      headers: { authorization: 'Bearer phx_not_in_the_cache' },
    });
    expect(answer.statusCode).toBeGreaterThanOrEqual(500);
  } finally {
    await broken.close();
  }
});

test('the payload of a remote-configuration flag is JSON text in JSON', async () => {
  await serin.ask('POST', '/api/projects/@current/feature_flags/', {
    key: 'banner',
    is_remote_configuration: true,
    filters: { ...everyone, payloads: { true: '{"text":"Hello"}' } },
  });
  const path = (project: string, flag: string) =>
    `/api/projects/${project}/feature_flags/${flag}/remote_config?token=${serin.production.token}`;
  for (const project of ['@current', String(serin.projectId)]) {
    const answer = await ask(path(project, 'banner'));
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toBe(JSON.stringify('{"text":"Hello"}'));
  }
  expect((await ask(path('@current', 'no-such-flag'))).statusCode).toBe(404);
  expect((await ask(path('@current', 'flag-1'))).statusCode).toBe(404);
  expect((await ask(path('999', 'banner'))).statusCode).toBe(404);
});
