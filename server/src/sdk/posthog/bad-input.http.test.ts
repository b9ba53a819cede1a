// What clients should never send, over a real port: the right status, an error that names the fault,
// nothing half-written, and a process that goes on.
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';

const MIB = 1024 * 1024;
let serin: TestApp;
let port: number;
let token: string;

beforeAll(async () => {
  serin = await startTestApp();
  await serin.app.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = serin.app.server.address() as AddressInfo);
  token = serin.production.token;
});

afterAll(() => serin.close());

type Sent = { body: string | Buffer; headers?: Record<string, string> };

async function send(path: string, { body, headers = {} }: Sent) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { origin: 'https://shop.test', ...headers },
    body,
  });
  return {
    status: answer.status,
    origin: answer.headers.get('access-control-allow-origin'),
    body: (await answer.json()) as Record<string, unknown>,
  };
}

const json = (value: unknown): Sent => ({ body: JSON.stringify(value) });
const zip = (value: string | Buffer): Sent => ({
  body: gzipSync(value),
  headers: { 'content-type': 'text/plain' },
});
const event = (fields: object) => ({ event: 'x', distinct_id: 'bad-input', ...fields });

type Fault = { status: number; code?: string; attr?: string };

const CASES: [name: string, sent: (token: string) => Sent, fault: Fault][] = [
  ['nothing', () => ({ body: '' }), { status: 400, code: 'invalid_payload' }],
  ['malformed JSON', () => ({ body: '{"api_key": ' }), { status: 400, code: 'invalid_payload' }],
  ['no JSON', () => ({ body: 'hello there!' }), { status: 400, code: 'invalid_payload' }],
  ['a number', () => ({ body: '7' }), { status: 400, code: 'invalid_payload' }],
  [
    'truncated gzip',
    () => ({ body: gzipSync('{"a":1}').subarray(0, 15) }),
    { status: 400, code: 'invalid_payload' },
  ],
  [
    'gzip that is none',
    () => ({ body: Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]) }),
    { status: 400, code: 'invalid_payload' },
  ],
  [
    'an unknown encoding',
    () => ({ body: '{}', headers: { 'content-encoding': 'snappy' } }),
    { status: 415, code: 'unsupported_content_type', attr: 'content-encoding' },
  ],
  [
    'broken base64 in a form',
    () => ({
      body: 'data=%%%',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }),
    { status: 400, code: 'invalid_payload' },
  ],
  [
    'a body above the limit',
    () => ({ body: 'x'.repeat(2 * MIB + 1) }),
    { status: 413, code: 'payload_too_large' },
  ],
  ['a zip bomb', () => zip(Buffer.alloc(64 * MIB)), { status: 413, code: 'payload_too_large' }],
  [
    'an unknown token',
    () => json({ token: 'phc_nobody', ...event({}) }),
    { status: 401, code: 'invalid_api_key' },
  ],
  ['no token', () => json(event({})), { status: 401, code: 'invalid_api_key' }],
  [
    'no distinct_id',
    (known) => json({ token: known, event: 'x' }),
    { status: 400, attr: 'distinct_id' },
  ],
];
const BOTH = ['/e/', '/flags/?v=2'].flatMap((path) =>
  CASES.map(([name, sent, fault]) => [path, name, sent, fault] as const),
);

test.each(BOTH)('%s with %s', async (path, _name, sent, { status, ...fault }) => {
  const answer = await send(path, sent(token));
  expect(answer.status).toBe(status);
  expect(answer.origin).toBe('https://shop.test');
  expect(answer.body).toMatchObject({
    type: expect.any(String),
    code: expect.any(String),
    detail: expect.stringMatching(/.{10}/),
    request_id: expect.any(String),
    ...fault,
  });
});

test.each([
  ['batch is no list', { batch: { event: 'x' } }, 400, 'batch'],
  ['an empty batch', { batch: [] }, 400, null],
  ['only unusable events', { batch: [1, null, { event: 7 }] }, 400, null],
  ['properties of the wrong type', { batch: [event({ properties: 'x' })] }, 400, 'properties'],
  ['a uuid that is none', { batch: [event({ uuid: 'not-a-uuid' })] }, 400, 'uuid'],
  ['a secret key as token', { api_key: 'phx_secret', batch: [event({})] }, 401, 'api_key'],
  ['two tokens', { batch: [event({ token: 'phc_other' })] }, 401, 'api_key'],
] as const)('/batch/ with %s', async (_name, fields, status, attr) => {
  const answer = await send('/batch/', json({ api_key: token, ...fields }));
  expect(answer.status).toBe(status);
  expect(answer.body['attr']).toBe(attr);
});

test.each([
  [{ distinct_id: ['a'] }, 'distinct_id'],
  [{ distinct_id: 'a', person_properties: [] }, 'person_properties'],
  [{ distinct_id: 'a', groups: 'acme' }, 'groups'],
  [{ distinct_id: 'a', flag_keys_to_evaluate: 'new-checkout' }, 'flag_keys_to_evaluate'],
] as const)('/flags with the wrong type: %j', async (fields, attr) => {
  const answer = await send('/flags/?v=2', json({ token, ...fields }));
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({ code: 'invalid_input', attr });
});

test('JSON nested a hundred thousand deep does no harm', async () => {
  const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
  for (const path of ['/e/', '/flags/?v=2']) {
    const body = `{"token":"${token}","event":"deep","distinct_id":"bad-input","properties":${deep},"person_properties":${deep}}`;
    const answer = await send(path, { body });
    expect([200, 400, 413]).toContain(answer.status);
  }
});

test('a key named __proto__ is data and pollutes nothing', async () => {
  const body = `{"token":"${token}","distinct_id":"u","event":"x","properties":{"__proto__":{"isAdmin":true}},"person_properties":{"__proto__":{"isAdmin":true}}}`;
  expect((await send('/e/', { body })).status).toBe(200);
  expect((await send('/flags/?v=2', { body })).status).toBe(200);
  expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
});

test('clients that leave in the middle of a body disturb nobody', async () => {
  for (const path of ['/e/', '/flags/?v=2']) {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"token":`);
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    socket.destroy();
    await once(socket, 'close');
  }
  const answer = await send('/flags/?v=2', json({ token, distinct_id: 'after' }));
  expect(answer.status).toBe(200);
});

test('a declared length above the limit is refused before the body is read', async () => {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`POST /flags/?v=2 HTTP/1.1\r\nHost: x\r\nContent-Length: ${100 * MIB}\r\n\r\n{`);
  const [first] = (await once(socket, 'data')) as [Buffer];
  expect(first.toString()).toMatch(/^HTTP\/1\.1 413 /);
  socket.destroy();
});

test('after all that, nothing refused was stored and the server answers', async () => {
  const good = await send('/e/', json({ token, event: 'still alive', distinct_id: 'good' }));
  expect(good.status).toBe(200);
  const { status } = await serin.ask('GET', '/healthz');
  expect(status).toBe(200);
  await expect
    .poll(async () => {
      const { body } = await serin.ask('GET', '/api/projects/@current/events/?distinct_id=good');
      return (body as { results: unknown[] }).results.length;
    })
    .toBe(1);
  const { body } = await serin.ask(
    'GET',
    '/api/projects/@current/events/?distinct_id=bad-input&event=x',
  );
  expect((body as { results: unknown[] }).results).toEqual([]);
});
