// The two streams over a real port: what they say of a change, to whom, and how they begin and end.
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { type StreamReader, openReader } from './test-stream-reader.ts';

const FLAGS = '/api/projects/@current/feature_flags/';
/** More than one test holds: the server may hear late that those of the test before have left. */
const PER_ENVIRONMENT = 8;
const readers: StreamReader[] = [];
let serin: TestApp;
let origin: string;

beforeAll(async () => {
  const streamLimits = { perEnvironment: PER_ENVIRONMENT, overall: PER_ENVIRONMENT + 1 };
  serin = await startTestApp({ streamLimits });
  await serin.app.listen({ port: 0, host: '127.0.0.1' });
  origin = `http://127.0.0.1:${(serin.app.server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  for (const reader of readers) reader.close();
  await Promise.all(readers.splice(0).map((reader) => reader.ended));
});

afterAll(() => serin.close());

async function open(path: string, headers: Record<string, string> = {}): Promise<StreamReader> {
  const reader = await openReader(`${origin}${path}`, headers);
  readers.push(reader);
  return reader;
}

const openPublic = (query = '', environment = serin.production): Promise<StreamReader> =>
  open(`/flags/stream?token=${environment.token}${query}`);

const bearer = () => ({ authorization: `Bearer ${serin.apiKey}` });

const openSecret = (): Promise<StreamReader> =>
  open(`/flags/definitions/stream?token=${serin.production.token}`, bearer());

async function create(fields: object): Promise<number> {
  const filters = { groups: [{ properties: [], rollout_percentage: 100 }] };
  const { status, body } = await serin.ask('POST', FLAGS, { filters, ...fields });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.id;
}

const change = (id: number, fields: object) => serin.ask('PATCH', `${FLAGS}${id}/`, fields);

test('a page hears which flags changed, and not what they say', async () => {
  const id = await create({ key: 'checkout' });
  const reader = await openPublic();
  expect(reader.status).toBe(200);
  expect(reader.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
    'access-control-allow-origin': '*',
  });
  const [ready] = await reader.until(1);
  expect(reader.text()).toMatch(/^retry: \d{4}\n\n/);
  expect(ready).toMatchObject({ event: 'ready', data: { version: ready?.id } });

  await change(id, { active: false });
  const [, changed] = await reader.until(2);
  expect(changed).toEqual({
    id: expect.any(String),
    event: 'change',
    data: { version: changed?.id, flags: ['checkout'], spread_ms: 0 },
  });
  expect(changed?.id).not.toBe(ready?.id);
});

test('flags for servers, drafts and other environments are not told to pages', async () => {
  const forServers = await create({ key: 'for-servers', evaluation_runtime: 'server' });
  const draft = await create({ key: 'draft', active: false });
  const seen = await create({ key: 'seen' });
  const reader = await openPublic();
  const elsewhere = await openPublic('', serin.development);
  await change(forServers, { active: false });
  await change(draft, { filters: { groups: [{ properties: [], rollout_percentage: 5 }] } });
  await change(seen, { active: false });
  expect((await reader.until(2)).slice(1)).toMatchObject([{ data: { flags: ['seen'] } }]);
  expect(elsewhere.events()).toHaveLength(1);
});

test('who comes again is told at once when something was missed, and nothing otherwise', async () => {
  const first = await openPublic();
  const version = (await first.until(1))[0]?.id ?? '';
  first.close();
  const same = await openPublic(`&last_event_id=${version}`);
  await create({ key: 'meanwhile' });
  // The next event is that of the change: nothing came between it and the first.
  expect(await same.until(2)).toMatchObject([
    { event: 'ready' },
    { data: { flags: ['meanwhile'] } },
  ]);
  const late = await open(`/flags/stream?token=${serin.production.token}`, {
    'last-event-id': version,
  });
  expect(await late.until(2)).toMatchObject([
    { event: 'ready' },
    { event: 'change', data: { flags: null, spread_ms: 0 } },
  ]);
});

test('a server hears of every definition that changed', async () => {
  const hidden = await create({ key: 'hidden', evaluation_runtime: 'server', active: false });
  const reader = await openSecret();
  await reader.until(1);
  await change(hidden, { active: true });
  const [, changed] = await reader.until(2);
  const definitions = await fetch(`${origin}/flags/definitions?token=${serin.production.token}`, {
    headers: bearer(),
  });
  expect(changed?.data).toEqual({
    version: changed?.id,
    etag: definitions.headers.get('etag'),
    flags: ['hidden'],
  });
});

test('changes in quick succession are told together', async () => {
  const ids = await Promise.all(['a', 'b', 'c', 'd'].map((key) => create({ key: `quick-${key}` })));
  const reader = await openSecret();
  await reader.until(1);
  await Promise.all(ids.map((id) => change(id, { active: false })));
  const told = async (): Promise<string[]> =>
    reader.events().flatMap(({ data }) => (data['flags'] as string[] | undefined) ?? []);
  await expect.poll(told).toEqual(expect.arrayContaining(['quick-a', 'quick-d']));
  expect(new Set(await told()).size).toBe((await told()).length);
});

test.each([
  ['/flags/stream', {}, 401, 'invalid_api_key'],
  ['/flags/stream?token=phc_nobody', {}, 401, 'invalid_api_key'],
  ['/flags/definitions/stream', {}, 401, 'not_authenticated'],
  [
    '/flags/definitions/stream',
    { authorization: 'Bearer phx_nobody' },
    401,
    'authentication_failed',
  ],
])('%s is refused', async (path, headers, status, code) => {
  const reader = await open(path, headers);
  await reader.ended;
  expect(reader.status).toBe(status);
  expect(JSON.parse(reader.text())).toMatchObject({ code });
  expect(reader.headers['access-control-allow-origin']).toBe('*');
});

test('beyond the limits of an environment and of the process nobody gets in, until others leave', async () => {
  const fill = async (): Promise<StreamReader> => {
    const reader = await openPublic();
    return reader.status === 200 ? fill() : reader;
  };
  const refused = await fill();
  expect(refused.status).toBe(503);
  expect(refused.headers['retry-after']).toBe('30');
  expect(readers.length).toBeLessThanOrEqual(PER_ENVIRONMENT + 1);
  expect((await openPublic('', serin.development)).status).toBe(200);
  expect((await openPublic('', serin.development)).status).toBe(503);
  readers[0]?.close();
  // The server hears of it a moment later.
  await expect.poll(async () => (await openPublic()).status).toBe(200);
});

test('HEAD holds no connection', async () => {
  const url = `${origin}/flags/stream?token=${serin.production.token}`;
  expect((await fetch(url, { method: 'HEAD' })).status).toBe(404);
});

test('a server that stops ends its streams and is not held up by them', async () => {
  const stopping = await startTestApp();
  await stopping.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = stopping.app.server.address() as AddressInfo;
  const reader = await openReader(
    `http://127.0.0.1:${port}/flags/stream?token=${stopping.production.token}`,
  );
  await stopping.close();
  await reader.ended;
  expect(reader.events()).toHaveLength(1);
});
