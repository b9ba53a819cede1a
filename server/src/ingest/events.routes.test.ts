import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import type { EventBody } from './event-body.ts';

let serin: TestApp;
beforeAll(async () => {
  serin = await startTestApp();
});
afterAll(() => serin.close());

type Raw = Record<string, unknown>;
type Page = { next: string | null; results: EventBody[] };

const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();

async function send(events: Raw[], token = serin.production.token): Promise<void> {
  const batch = events.map((event) => ({
    distinct_id: 'u',
    uuid: v7(),
    timestamp: ago(0),
    ...event,
  }));
  const answer = await serin.inject({
    method: 'POST',
    url: '/batch/',
    payload: gzipSync(JSON.stringify({ api_key: token, batch })),
    headers: { 'content-type': 'text/plain' },
  });
  expect(answer.statusCode).toBe(200);
}

async function list(query: Record<string, string>): Promise<Page> {
  const { status, body } = await serin.ask(
    'GET',
    `/api/projects/@current/events/?${new URLSearchParams(query).toString()}`,
  );
  expect(status).toBe(200);
  return body as Page;
}

async function arrived(query: Record<string, string>, count: number): Promise<EventBody[]> {
  await expect
    .poll(async () => (await list(query)).results.length, { timeout: 60_000 })
    .toBe(count);
  return (await list(query)).results;
}

test('an event is listed as it was sent', async () => {
  await send([
    {
      event: 'bought',
      uuid: '01a1f921-288b-7738-869e-a9b17bc3b697',
      timestamp: '2026-11-20T10:00:00.123Z',
      properties: {
        amount: 12.5,
        items: ['a', { b: null }],
        $elements_chain: 'button.big:attr__id="go"text="Buy; now"nth-child="1";body:',
      },
    },
  ]);
  const [event] = await arrived({ event: 'bought' }, 1);
  expect(event).toMatchObject({
    uuid: '01a1f921-288b-7738-869e-a9b17bc3b697',
    event: 'bought',
    distinct_id: 'u',
    timestamp: '2026-11-20T10:00:00.123Z',
    properties: { amount: 12.5, items: ['a', { b: null }] },
    elements: [
      { tag_name: 'button', text: 'Buy; now', attr_class: ['big'], order: 0 },
      { tag_name: 'body', order: 1 },
    ],
  });
});

test('pages are newest first and do not shift when events arrive meanwhile', async () => {
  const names = Array.from({ length: 25 }, (_, i) => `n${i}`);
  const at = ago(5000);
  await send(
    names.map((n, i) => ({
      event: 'paged',
      properties: { n },
      // Some share their time: the id decides, the same way every time.
      timestamp: i < 10 ? at : ago(1000 * (100 - i)),
    })),
  );
  await arrived({ event: 'paged' }, 25);
  const seen: EventBody[] = [];
  let page = await list({ event: 'paged', limit: '7' });
  for (;;) {
    seen.push(...page.results);
    if (!page.next) break;
    await send([{ event: 'paged', properties: { n: 'late' } }]);
    page = (await serin.ask('GET', page.next)).body as Page;
  }
  expect(seen).toHaveLength(names.length);
  expect(new Set(seen.map((event) => event.properties['n']))).toEqual(new Set(names));
  const times = seen.map((event) => event.timestamp);
  expect(times).toEqual(times.toSorted().toReversed());
});

test('filters by name, person, time and exact properties', async () => {
  await send([
    { event: 'f', distinct_id: 'a', timestamp: ago(60_000), properties: { id: 'x', n: 5 } },
    { event: 'f', distinct_id: 'b', timestamp: ago(120_000), properties: { id: 'y', n: '5' } },
    { event: 'f', distinct_id: 'a', timestamp: ago(40 * 86_400_000), properties: { id: 'z' } },
  ]);
  await arrived({ event: 'f' }, 3);
  const ids = async (query: Record<string, string>): Promise<unknown[]> =>
    (await list({ event: 'f', ...query })).results.map((event) => event.properties['id']);
  expect(await ids({})).toEqual(['x', 'y', 'z']);
  expect(await ids({ distinct_id: 'a' })).toEqual(['x', 'z']);
  expect(await ids({ after: ago(90_000) })).toEqual(['x']);
  expect(await ids({ before: ago(90_000) })).toEqual(['y', 'z']);
  const where = (...conditions: object[]) => ids({ properties: JSON.stringify(conditions) });
  expect(await where({ key: 'id', value: ['x', 'z'], operator: 'exact', type: 'event' })).toEqual([
    'x',
    'z',
  ]);
  expect(await where({ key: 'n', value: 5 })).toEqual(['x', 'y']);
  expect(await where({ key: 'n', value: '5' }, { key: 'id', value: 'y' })).toEqual(['y']);
  expect(await where({ key: 'absent', value: '' })).toEqual([]);
});

test('environments do not see each other', async () => {
  await send([{ event: 'apart' }], serin.development.token);
  await arrived({ event: 'apart', environment: 'development' }, 1);
  expect((await list({ event: 'apart' })).results).toEqual([]);
});

test('an event shows the person it belongs to now', async () => {
  await send([
    { event: 'before', distinct_id: 'anon', properties: { $process_person_profile: false } },
  ]);
  const [before] = await arrived({ event: 'before' }, 1);
  await send([
    { event: '$identify', distinct_id: 'grace', properties: { $anon_distinct_id: 'anon' } },
  ]);
  const [identify] = await arrived({ event: '$identify' }, 1);
  const [after] = (await list({ event: 'before' })).results;
  expect(after?.person_id).toBe(identify?.person_id);
  expect(after?.person_id).not.toBe(before?.person_id);
  const person = await serin.ask('GET', `/api/projects/@current/persons/${identify?.person_id}/`);
  expect(person.body).toMatchObject({ distinct_ids: ['anon', 'grace'], is_identified: true });
  const found = await serin.ask('GET', '/api/projects/@current/persons/?search=grac');
  expect(found.body).toMatchObject({
    count: 1,
    next: null,
    results: [{ id: identify?.person_id }],
  });
});

test('internal events are listed only when they are asked for', async () => {
  await send([{ event: 'visible', distinct_id: 'internal' }]);
  await send([{ event: '$feature_flag_evaluated', distinct_id: 'internal' }]);
  await arrived({ event: '$feature_flag_evaluated' }, 1);
  expect(await arrived({ distinct_id: 'internal' }, 1)).toMatchObject([{ event: 'visible' }]);
});

test('what went wrong with events is listed with its count, an example and what to do', async () => {
  const address = '/api/projects/@current/ingestion_warnings/';
  type Listed = { results: { type: string; count: number }[] };
  const listed = async (query: string) => (await serin.ask('GET', address + query)).body as Listed;
  const token = serin.development.token;
  await send(
    [
      { event: 'odd', timestamp: 'last tuesday' },
      { event: 'odd', uuid: 'none' },
    ],
    token,
  );
  await send([{ event: 'odd', distinct_id: 'v', timestamp: 'tomorrow' }], token);
  const query = '?environment=development&days=1';
  const counts = async () =>
    Object.fromEntries((await listed(query)).results.map(({ type, count }) => [type, count]));
  await expect.poll(counts).toEqual({ timestamp_unreadable: 2, uuid_invalid: 1 });
  const { results } = await listed(query);
  expect(results.find(({ type }) => type === 'timestamp_unreadable')).toMatchObject({
    effect: 'changed',
    total: 2,
    fix: expect.stringContaining('ISO 8601'),
    example: { event: 'odd', attr: 'timestamp', detail: expect.stringContaining('"') },
  });
  expect(await listed('')).toEqual({ results: [] });
  const refused = await serin.ask('GET', `${address}?days=31`);
  expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_input', attr: 'days' } });
  const unknown = await serin.inject({ method: 'GET', url: address });
  expect(unknown.statusCode).toBe(401);
});

test.each<[string, string]>([
  ['limit=0', 'limit'],
  ['limit=1001', 'limit'],
  ['after=yesterday', 'after'],
  ['cursor=abc', 'cursor'],
  ['properties=nonsense', 'properties'],
  [
    'properties=%5B%7B%22key%22%3A%22a%22%2C%22value%22%3A1%2C%22operator%22%3A%22icontains%22%7D%5D',
    'properties.0.operator',
  ],
])('refuses %s and names the field', async (query, attr) => {
  const { status, body } = await serin.ask('GET', `/api/projects/@current/events/?${query}`);
  expect(status).toBe(400);
  expect(body).toMatchObject({ type: 'validation_error', code: 'invalid_input', attr });
});

test('nobody reads events without a key', async () => {
  const answer = await serin.inject({ method: 'GET', url: '/api/projects/@current/events/' });
  expect(answer.statusCode).toBe(401);
});

test('a page follows events live, within its environment and filter', async () => {
  await serin.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = serin.app.server.address() as AddressInfo;
  const stream = httpRequest({
    host: '127.0.0.1',
    port,
    path: '/api/projects/@current/events/live/?event=live',
    headers: { authorization: `Bearer ${serin.apiKey}` },
  }).end();
  let text = '';
  const lines = (): string[] => text.split('\n');
  const isOpen = new Promise<void>((resolve) => {
    stream.on('response', (response) => {
      response.on('error', () => undefined);
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      resolve();
    });
  });
  stream.on('error', () => undefined);
  await isOpen;
  await send([{ event: 'other' }, { event: 'live', properties: { n: 1 } }]);
  await send([{ event: 'live' }], serin.development.token);
  await expect.poll(() => lines().filter((line) => line.startsWith('data: ')).length).toBe(1);
  expect(lines()).toContain('event: event');
  const data = lines().find((line) => line.startsWith('data: ')) ?? '';
  expect(JSON.parse(data.slice(6))).toMatchObject({ event: 'live', properties: { n: 1 } });
  stream.destroy();
});

test('a page that would be too large to send is refused; smaller ones are not', async () => {
  const filler = 'x'.repeat(900_000);
  for (let i = 0; i < 4; i += 1) {
    await send(
      Array.from({ length: 20 }, () => ({ event: 'large', properties: { filler } })),
      serin.production.token,
    );
  }
  const ask = (limit: number) =>
    serin.ask('GET', `/api/projects/@current/events/?event=large&limit=${limit}`);
  await expect
    .poll(() => ask(1000))
    .toMatchObject({ status: 400, body: { code: 'invalid_input', attr: 'limit' } });
  expect((await list({ event: 'large', limit: '20' })).results).toHaveLength(20);
});
