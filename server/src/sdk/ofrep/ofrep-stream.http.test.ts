// Change notification over a real port: the address in the bulk answer, what the stream says, and until when.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { AddressInfo } from 'node:net';
import { ManualClock } from '#kernel/clock';
import { type StreamReader, openReader } from '#sdk/stream/test-stream-reader';
import { RefetchEvent } from './test-ofrep-schema.ts';
import { BULK, type OfrepApp, share, startOfrepApp } from './test-ofrep.ts';

const HOUR_MS = 3_600_000;
const clock = new ManualClock(Date.UTC(2026, 10, 20, 12));
const context = { targetingKey: 'listener' };
const readers: StreamReader[] = [];
let serin: OfrepApp;
let origin: string;

beforeAll(async () => {
  serin = await startOfrepApp(clock);
  await serin.app.listen({ port: 0, host: '127.0.0.1' });
  origin = `http://127.0.0.1:${(serin.app.server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  for (const reader of readers) reader.close();
  await Promise.all(readers.splice(0).map((reader) => reader.ended));
});

afterAll(() => serin.close());

async function open(address: string, headers: Record<string, string> = {}): Promise<StreamReader> {
  const reader = await openReader(`${origin}${address}`, headers);
  readers.push(reader);
  return reader;
}

async function addressOf(token = serin.production.token): Promise<string> {
  const { streams } = await serin.bulk(context, { token });
  expect(streams).toEqual([
    { type: 'sse', endpoint: { requestUri: expect.any(String) }, inactivityDelaySec: 120 },
  ]);
  return streams[0]?.endpoint?.requestUri ?? '';
}

async function versionNow(): Promise<string> {
  return String((await serin.bulk(context)).metadata?.['version']);
}

const edit = (id: number, fields: object) =>
  serin.ask('PATCH', `/api/projects/@current/feature_flags/${id}/`, fields);

test('tells once on connection, then of each change, with the version that it is about', async () => {
  const { id } = await serin.createFlag({ key: 'told' });
  const reader = await open(await addressOf());
  expect(reader.status).toBe(200);
  expect(reader.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'x-accel-buffering': 'no',
    'cache-control': 'no-cache, no-transform',
    'access-control-allow-origin': '*',
  });
  const [first] = await reader.until(1);
  expect(reader.text()).toMatch(/^retry: \d+\n\n/);
  const before = await versionNow();
  expect(first).toMatchObject({ id: before, event: 'message' });
  expect(RefetchEvent.parse(first?.data).etag).toBe(before);

  clock.advance(1000);
  await edit(id, { filters: { groups: [share(100)] } });
  const [, second] = await reader.until(2);
  const after = await versionNow();
  expect(after).not.toBe(before);
  expect(second).toMatchObject({ id: after, data: { type: 'refetchEvaluation', etag: after } });
});

test('says nothing to a listener that comes back and missed nothing, and tells the others', async () => {
  const address = await addressOf();
  const current = await open(address, { 'last-event-id': await versionNow() });
  const behind = await open(address, { 'last-event-id': 'older' });
  await behind.until(1);
  expect(current.events()).toEqual([]);
});

test('changes in quick succession are one event, edits of flags that are off none', async () => {
  const { id: draft } = await serin.createFlag({ key: 'draft', active: false });
  const { id } = await serin.createFlag({ key: 'busy' });
  clock.advance(1000);
  const reader = await open(await addressOf());
  await reader.until(1);
  await edit(draft, { filters: { groups: [share(10)] } });
  for (const percentage of [1, 2, 3, 4, 5]) {
    await edit(id, { filters: { groups: [share(percentage)] } });
  }
  const events = await reader.until(3);
  expect(events).toHaveLength(3);
  expect(events[2]?.id).toBe(await versionNow());
});

test('an address is of one environment', async () => {
  const reader = await open(await addressOf(serin.development.token));
  const elsewhere = await open(await addressOf());
  await Promise.all([reader.until(1), elsewhere.until(1)]);
  clock.advance(1000);
  await serin.createFlag({ key: 'only-production' });
  await elsewhere.until(2);
  // Created in every environment, on in the one asked for.
  expect(reader.events()).toHaveLength(1);
});

test('refuses addresses that are forged or too old, and offers a new one in time', async () => {
  const address = await addressOf();
  const token = new URL(address, origin).searchParams.get('token') ?? '';
  const [environment = '', closesAt = '', signature = ''] = token.split('.');
  const forged = [
    '',
    'nonsense',
    `${Number(environment) + 1}.${closesAt}.${signature}`,
    `${environment}.${Number(closesAt) + 1}.${signature}`,
    `${environment}.${closesAt}.${'A'.repeat(43)}`,
  ];
  for (const bad of forged) {
    const reader = await open(`/ofrep/v1/stream?token=${bad}`);
    await reader.ended;
    expect(reader.status).toBe(401);
    expect(JSON.parse(reader.text())).toMatchObject({ errorCode: 'GENERAL' });
  }
  expect((await open('/ofrep/v1/stream')).status).toBe(401);

  const { etag } = await serin.bulk(context);
  const headers = { 'if-none-match': etag };
  const askAgain = async () => (await serin.post(BULK, { context }, { headers })).status;
  expect(await askAgain()).toBe(304);
  clock.advance(6 * HOUR_MS);
  // With 304 the client would stay with the old address.
  expect(await askAgain()).toBe(200);
  expect(await addressOf()).not.toBe(address);
  expect((await open(address)).status).toBe(200);
  clock.advance(6 * HOUR_MS);
  expect((await open(address)).status).toBe(401);
});

test('a replica that has not heard of the change that a client knows looks first', async () => {
  const { id } = await serin.createFlag({ key: 'behind', filters: { groups: [share(0)] } });
  // What another replica does; its notice is lost.
  await serin.ctx.db
    .updateTable('flag_environment')
    .set({ version: 7, filters: JSON.stringify({ groups: [share(100)] }) })
    .where('flag_id', '=', id)
    .execute();
  const valueOf = async (query: string) => {
    const { text } = await serin.post(BULK + query, { context });
    const { flags } = JSON.parse(text) as { flags: { key: string; value: unknown }[] };
    return flags.find(({ key }) => key === 'behind')?.value;
  };
  expect(await valueOf('')).toBe(false);
  expect(await valueOf(`?flagConfigEtag=${await versionNow()}`)).toBe(false);
  clock.advance(1000);
  expect(await valueOf('?flagConfigEtag=newer&flagConfigLastModified=1771000000')).toBe(true);
});
