// The hub on bare sockets: one encoding for all, readers that do not read, heartbeats, pauses.
import { type Server, createServer } from 'node:http';
import { type AddressInfo, type Socket, connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ManualClock } from '#kernel/clock';
import type { FlagSnapshot, SnapshotChange } from '#flags/snapshot';
import { type Channel, type StreamHub, createStreamHub } from './stream-hub.service.ts';
import { openReader } from './test-stream-reader.ts';

const clock = new ManualClock(1_000_000);
const encode = vi.fn<(change: SnapshotChange, listeners: number) => string | undefined>();
let tellSnapshots: (change: SnapshotChange) => void;
let hub: StreamHub;
let channel: Channel;
let server: Server;
let url: string;

/** The hub reads nothing of a snapshot but its environment. */
const snapshotOf = (environmentId: number) => ({ environmentId }) as FlagSnapshot;

function changed(key: string, environmentId = 1): void {
  const current = snapshotOf(environmentId);
  tellSnapshots({ previous: current, current, changedKeys: [key] });
}

beforeEach(async () => {
  encode.mockReset().mockImplementation(({ changedKeys }) => `data: "${changedKeys.join()}"\n\n`);
  hub = createStreamHub({
    snapshots: {
      get: snapshotOf,
      onChange: (listener) => {
        tellSnapshots = listener;
        return () => undefined;
      },
    },
    clock,
    random: () => 0.5,
  });
  channel = hub.channel({ encode, greet: (_snapshot, last) => `data: "${last ?? 'hello'}"\n\n` });
  server = createServer((request, response) => channel.open(1, request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterEach(async () => {
  hub.close();
  server.closeAllConnections();
  await once(server.close(), 'close');
});

test('an event is encoded once for everybody in its environment', async () => {
  const readers = await Promise.all(Array.from({ length: 50 }, () => openReader(url)));
  await Promise.all(readers.map((reader) => reader.until(1)));
  changed('elsewhere', 2);
  changed('here');
  for (const reader of readers) expect((await reader.until(2))[1]?.data).toBe('here');
  expect(encode.mock.calls).toEqual([[expect.objectContaining({ changedKeys: ['here'] }), 50]]);
  for (const reader of readers) reader.close();
  await expect.poll(() => hub.count()).toBe(0);
});

test('the first change is told at once, those that follow closely together, silence for those that concern nobody', async () => {
  encode.mockImplementation(({ changedKeys }) =>
    changedKeys.includes('secret') ? undefined : `data: "${changedKeys.join()}"\n\n`,
  );
  const reader = await openReader(url);
  await reader.until(1);
  changed('secret');
  changed('b');
  changed('c');
  changed('a');
  const told = (await reader.until(3)).map(({ data }) => data);
  expect(told).toEqual(['hello', 'b', 'a,c']);
  clock.advance(1000);
  changed('d');
  expect((await reader.until(4))[3]?.data).toBe('d');
  reader.close();
});

test('a reader that does not read is cut off, the others are not', async () => {
  encode.mockImplementation(() => `data: "${'x'.repeat(60_000)}"\n\n`);
  const { port } = server.address() as AddressInfo;
  const lazy: Socket = connect(port, '127.0.0.1').pause();
  lazy.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const reader = await openReader(url);
  await expect.poll(() => hub.count()).toBe(2);
  let sent = 0;
  // More than the buffers of both sockets hold.
  while (hub.count() > 1 && sent < 1000) {
    clock.advance(1000);
    changed('large');
    sent += 1;
    await reader.until(sent + 1);
  }
  expect(hub.count()).toBe(1);
  lazy.destroy();
  reader.close();
});

test('the stream tells how long to wait, resumes by header or parameter, and is not chunked', async () => {
  const first = await openReader(url);
  expect((await first.until(1))[0]?.data).toBe('hello');
  expect(first.text()).toMatch(/^retry: 2500\n\n/);
  expect(first.headers).not.toHaveProperty('transfer-encoding');
  const byHeader = await openReader(url, { 'last-event-id': '17' });
  expect((await byHeader.until(1))[0]?.data).toBe('17');
  const byParameter = await openReader(`${url}?last_event_id=18`);
  expect((await byParameter.until(1))[0]?.data).toBe('18');
  hub.close();
  await Promise.all([first, byHeader, byParameter].map((reader) => reader.ended));
});

test('everybody gets a heartbeat within 20 seconds', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const readers = await Promise.all(Array.from({ length: 3 }, () => openReader(url)));
    vi.advanceTimersByTime(20_000);
    await expect
      .poll(() => readers.map((reader) => reader.text().split(': keep-alive').length - 1))
      .toEqual([1, 1, 1]);
    for (const reader of readers) reader.close();
  } finally {
    vi.useRealTimers();
  }
});
