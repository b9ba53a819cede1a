// How OFREP is spoken: keys, refusals, paths, encodings, cross-origin headers.
import { type AddressInfo, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BulkFailure, SingleFailure } from './test-ofrep-schema.ts';
import { BULK, SINGLE, type Ask, type OfrepApp, startOfrepApp } from './test-ofrep.ts';

let serin: OfrepApp;

beforeAll(async () => {
  serin = await startOfrepApp();
});

afterAll(() => serin.close());

test('every way to send a key', async () => {
  const { token } = serin.production;
  const ways: Record<string, string>[] = [
    { authorization: `Bearer ${token}` },
    { authorization: `bearer  ${token}` },
    { authorization: token },
    { 'x-api-key': token },
    { 'api-key': token },
    { authorization: `Bearer ${serin.apiKey}` },
    { 'x-api-key': serin.apiKey },
  ];
  for (const headers of ways) {
    expect((await serin.post(BULK, {}, { token: null, headers })).status).toBe(200);
  }
  const other = { authorization: `Bearer ${serin.apiKey}`, 'x-api-key': serin.development.token };
  const { text } = await serin.post(BULK, {}, { token: null, headers: other });
  expect(JSON.parse(text).metadata.flagSetId).toBe(`${serin.projectId}/development`);
});

test('401 and 403, with the body that providers understand', async () => {
  const login = await serin.inject({
    method: 'POST',
    url: '/api/login/',
    payload: { email: serin.email, password: serin.password },
  });
  const made = await serin.inject({
    method: 'POST',
    url: '/api/personal_api_keys/',
    cookies: Object.fromEntries(login.cookies.map(({ name, value }) => [name, value])),
    payload: { label: 'no flags', scopes: ['person:read'] },
  });
  const { value } = made.json<{ value: string }>();
  const cases: [Ask, number][] = [
    [{ token: null }, 401],
    [{ token: 'phc_nobody' }, 401],
    [{ token: `phx_${'0'.repeat(48)}` }, 401],
    [{ token: value }, 403],
  ];
  for (const [ask, status] of cases) {
    expect(await serin.single('static', {}, ask)).toMatchObject({ status, key: 'static' });
    const answer = await serin.post(BULK, {}, ask);
    expect(answer.status).toBe(status);
    BulkFailure.parse(JSON.parse(answer.text));
  }
});

test.each<[string, string | Buffer, Record<string, string>, number, string]>([
  ['no JSON', '{"context":', {}, 400, 'PARSE_ERROR'],
  ['a list', '[]', {}, 400, 'PARSE_ERROR'],
  ['context is a text', '{"context":"x"}', {}, 400, 'INVALID_CONTEXT'],
  ['targeting key is a list', '{"context":{"targetingKey":[]}}', {}, 400, 'INVALID_CONTEXT'],
  [
    'endless nesting',
    `{"context":{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}}`,
    {},
    400,
    'INVALID_CONTEXT',
  ],
  ['too large', `{"context":{"a":"${'x'.repeat(1024 * 1024)}"}}`, {}, 413, 'GENERAL'],
  ['unknown encoding', '{}', { 'content-encoding': 'rot13' }, 415, 'GENERAL'],
  [
    'damaged gzip',
    Buffer.from([31, 139, 8, 0]),
    { 'content-encoding': 'gzip' },
    400,
    'PARSE_ERROR',
  ],
])('refuses %s', async (_name, payload, headers, status, code) => {
  const one = await serin.post(`${SINGLE}static`, payload, { headers });
  expect(one.status).toBe(status);
  expect(one.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  expect(SingleFailure.parse(JSON.parse(one.text))).toMatchObject({
    key: 'static',
    errorCode: code,
  });
  const all = await serin.post(BULK, payload, { headers });
  expect(all.status).toBe(status);
  expect(BulkFailure.parse(JSON.parse(all.text)).errorCode).toBe(code);
});

test('unknown flags, odd keys, other paths and methods', async () => {
  for (const [path, key] of [
    ['nowhere', 'nowhere'],
    ['a%20b', 'a b'],
    ['a/b/c', 'a/b/c'],
    ['__proto__', '__proto__'],
    ['%E0%A4%A', '%E0%A4%A'],
    [`${'k'.repeat(400)}`, 'k'.repeat(400)],
  ] as const) {
    const answer = await overNetwork(`${SINGLE}${path}`);
    expect(answer).toMatchObject({ status: 404, body: { key, errorCode: 'FLAG_NOT_FOUND' } });
  }
  expect((await serin.post(`${SINGLE}static/`, {})).status).toBe(200);
  expect((await serin.post(`${BULK}/`, {})).status).toBe(200);
  for (const method of ['GET', 'POST'] as const) {
    const { statusCode } = await serin.inject({ method, url: '/ofrep/v1/configuration' });
    expect(statusCode).toBe(404);
  }
  const got = await serin.inject({ method: 'GET', url: BULK });
  expect([got.statusCode, got.headers.allow]).toEqual([405, 'POST, OPTIONS']);
  expect(BulkFailure.parse(got.json()).errorCode).toBe('GENERAL');
});

/** Asks by a bare socket: other clients mend odd addresses. */
async function overNetwork(path: string): Promise<{ status: number; body: unknown }> {
  if (!serin.app.server.listening) await serin.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = serin.app.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  const authorization = `Authorization: Bearer ${serin.production.token}`;
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${authorization}\r\nContent-Length: 2\r\n\r\n{}`,
  );
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  const [head = '', body = ''] = text.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), body: JSON.parse(body) };
}

test('compressed bodies', async () => {
  const payload = gzipSync(JSON.stringify({ context: { targetingKey: 'u', plan: 'pro' } }));
  const { status, text } = await serin.post(`${SINGLE}pro`, payload, {
    headers: { 'content-encoding': 'gzip' },
  });
  expect([status, JSON.parse(text).value]).toEqual([200, true]);
});

test('pages of any origin may ask, and see ETag and Retry-After', async () => {
  const origin = 'https://shop.test';
  const asked = 'authorization,content-type,if-none-match,x-api-key';
  for (const url of [BULK, `${SINGLE}static`]) {
    const preflight = await serin.inject({
      method: 'OPTIONS',
      url,
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': asked,
      },
    });
    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-headers': asked,
      'access-control-allow-methods': expect.stringContaining('POST'),
      'access-control-max-age': '86400',
    });
    const { headers } = await serin.post(url, {}, { headers: { origin } });
    expect(headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'Retry-After, ETag',
      'cache-control': 'no-store',
      'content-type': 'application/json; charset=utf-8',
    });
  }
});
