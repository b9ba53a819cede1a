import { mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ManualClock } from '#kernel/clock';
import { type EventLog, type EventLogOptions, openEventLog } from './event-log.store.ts';
import { FRAME_BYTES, type LogPosition } from './log-format.ts';

let folder = '';
const clock = new ManualClock(1_000_000);
const START: LogPosition = { segment: 0, offset: 0 };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'serin-log-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function open(
  options: Partial<EventLogOptions> = {},
): Promise<{ log: EventLog; recovered: string[] }> {
  const recovered: string[] = [];
  const log = await openEventLog(
    { folder, clock, log: pino({ level: 'silent' }), minFreeBytes: 0, ...options },
    (record) => recovered.push(record.payload.toString()),
  );
  return { log, recovered };
}

function frame(text: string): Buffer {
  return Buffer.concat([Buffer.alloc(FRAME_BYTES), Buffer.from(text)]);
}

async function readAll(log: EventLog, from = START, maxBytes = 1024): Promise<string[]> {
  const found: string[] = [];
  let at = from;
  for (;;) {
    const { records, next } = await log.read(at, maxBytes);
    if (records.length === 0 && next.segment === at.segment && next.offset === at.offset) break;
    found.push(...records.map((record) => record.payload.toString()));
    at = next;
  }
  return found;
}

test('gives back what was appended, in order, also after opening again', async () => {
  const texts = Array.from({ length: 100 }, (_, i) => `record ${i} ${'x'.repeat(i * 7)}`);
  const { log } = await open({ segmentBytes: 2000 });
  for (const text of texts) await log.append(frame(text), clock.now());
  expect(await readAll(log)).toEqual(texts);
  await log.close();
  expect((await readdir(folder)).length).toBeGreaterThan(5);
  const again = await open();
  expect(again.recovered).toEqual(texts);
  await again.log.append(frame('more'), clock.now());
  expect(await readAll(again.log)).toEqual([...texts, 'more']);
  await again.log.close();
});

test('one sync serves all that arrive together', async () => {
  let syncs = 0;
  const { log } = await open({
    sync: async () => {
      syncs += 1;
    },
  });
  await Promise.all(Array.from({ length: 50 }, (_, i) => log.append(frame(`r${i}`), i)));
  expect(syncs).toBe(1);
  expect(await readAll(log)).toHaveLength(50);
  await log.close();
});

test('while one group is synced, the next collects, and readers see only what is on disk', async () => {
  const gates: (() => void)[] = [];
  const { log } = await open({ sync: () => new Promise((resolve) => gates.push(resolve)) });
  const durable: number[] = [];
  log.onDurable((receivedMs) => durable.push(receivedMs));
  const first = log.append(frame('a'), 1);
  await expect.poll(() => gates.length).toBe(1);
  const later = [log.append(frame('b'), 2), log.append(frame('c'), 3)];
  expect(await readAll(log)).toEqual([]);
  expect(log.oldestQueuedMs()).toBe(1);
  gates[0]?.();
  await first;
  expect(await readAll(log)).toEqual(['a']);
  await expect.poll(() => gates.length).toBe(2);
  expect(log.oldestQueuedMs()).toBe(2);
  gates[1]?.();
  await Promise.all(later);
  expect(durable).toEqual([1, 2]);
  expect(log.oldestQueuedMs()).toBeUndefined();
  await log.close();
});

test('a torn tail is cut at the last sound record, wherever the tear is', async () => {
  const { log } = await open();
  const texts = ['first', 'second', 'the third and last one'];
  for (const text of texts) await log.append(frame(text), 1);
  await log.close();
  const path = join(folder, (await readdir(folder))[0] ?? '');
  const whole = await readFile(path);
  const ends = texts.map((_, i) =>
    texts.slice(0, i + 1).reduce((sum, text) => sum + FRAME_BYTES + text.length, 16),
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.byteLength), fc.boolean(), async (length, isGarbled) => {
      for (const name of await readdir(folder)) await rm(join(folder, name));
      const torn = Buffer.from(whole);
      if (isGarbled) torn.fill(0xa5, length);
      await writeFile(path, torn);
      if (!isGarbled) await truncate(path, length);
      const expected = texts.filter((_, i) => (ends[i] ?? 0) <= length);
      const { log: reopened, recovered } = await open();
      expect(recovered).toEqual(length < 16 ? [] : expected);
      await reopened.append(frame('next'), 1);
      expect(await readAll(reopened)).toEqual([...recovered, 'next']);
      await reopened.close();
    }),
    { numRuns: 60 },
  );
});

test('after a failed sync it refuses, leaves the file alone, and goes on in a new one', async () => {
  const fail = { next: false };
  const synced: number[] = [];
  const { log } = await open({
    sync: async (fd) => {
      synced.push(fd);
      if (fail.next) throw Object.assign(new Error('EIO'), { code: 'EIO' });
    },
  });
  await log.append(frame('kept'), 1);
  fail.next = true;
  await expect(log.append(frame('lost'), 2)).rejects.toMatchObject({
    code: 'unavailable',
    retryAfterSeconds: 5,
  });
  const syncsSoFar = synced.length;
  await expect(log.append(frame('too early'), 3)).rejects.toMatchObject({ code: 'unavailable' });
  expect(synced).toHaveLength(syncsSoFar);
  fail.next = false;
  await expect
    .poll(
      () =>
        log.append(frame('resent'), 4).then(
          () => true,
          () => false,
        ),
      { timeout: 5000 },
    )
    .toBe(true);
  expect(await readAll(log)).toEqual(['kept', 'resent']);
  await log.close();
  // The bytes of the refused record lie on disk, yet they are not part of the log.
  const { log: reopened, recovered } = await open();
  expect(recovered).toEqual(['kept', 'resent']);
  await reopened.close();
});

test('refuses with 503 when too much waits, and accepts again once it is stored', async () => {
  const { log } = await open({ maxWaitingBytes: 500 });
  await log.append(frame('x'.repeat(600)), 1);
  await expect(log.append(frame('y'), 2)).rejects.toMatchObject({
    status: 503,
    retryAfterSeconds: 30,
  });
  const { records } = await log.read(START, 10_000);
  await log.release(records[0]?.end ?? START, 0);
  await log.append(frame('y'), 3);
  await log.close();
});

test('refuses when the disk is nearly full', async () => {
  const { log } = await open({ minFreeBytes: Number.MAX_SAFE_INTEGER });
  await expect
    .poll(
      () =>
        log.append(frame('x'), 1).then(
          () => 'kept',
          (error: { status: number }) => error.status,
        ),
      { timeout: 5000 },
    )
    .toBe(503);
  await log.close();
});

test('forgets old segments behind the mark only', async () => {
  const { log } = await open({ segmentBytes: 50 });
  for (let i = 0; i < 5; i += 1) await log.append(frame(`${i}${'x'.repeat(40)}`), 100 + i);
  expect(await readdir(folder)).toHaveLength(5);
  await log.release({ segment: 4, offset: 16 }, 102);
  expect(await readdir(folder)).toHaveLength(3);
  expect((await readAll(log)).map((text) => text[0])).toEqual(['2', '3', '4']);
  await log.close();
  const { log: small } = await open({ maxKeptBytes: 100 });
  await small.release({ segment: 5, offset: 16 }, 0);
  expect(await readdir(folder)).toHaveLength(2);
  await small.close();
});

test('damage in the middle costs the rest of that segment and nothing more', async () => {
  const { log } = await open({ segmentBytes: 60 });
  for (const text of ['a', 'b', 'c']) await log.append(frame(text.repeat(30)), 1);
  await log.close();
  const [first = ''] = (await readdir(folder)).toSorted();
  const bytes = await readFile(join(folder, first));
  bytes[30] = (bytes[30] ?? 0) ^ 0xff;
  await writeFile(join(folder, first), bytes);
  const { log: reopened, recovered } = await open();
  expect(recovered.map((text) => text[0])).toEqual(['c']);
  await reopened.close();
});

test('goes on after the known end when its files are gone or older', async () => {
  const { log } = await open({ segmentBytes: 50 });
  for (let i = 0; i < 3; i += 1) await log.append(frame(`${i}${'x'.repeat(40)}`), 100 + i);
  await log.close();
  for (const name of (await readdir(folder)).toSorted().slice(1)) await rm(join(folder, name));
  const knownEnd = { segment: 57, offset: 600 };
  let gaps = 0;
  const { log: older } = await open({ knownEnd, onGap: () => (gaps += 1) });
  expect(gaps).toBe(1);
  await older.append(frame('new'), 1);
  expect(await readAll(older, knownEnd)).toEqual(['new']);
  expect((await readdir(folder)).toSorted()).toEqual(['0000000001.log', '0000000058.log']);
  await older.close();
});

test('a log that reaches its known end has no gap', async () => {
  const { log } = await open();
  await log.append(frame('a'), 1);
  const { next } = await log.read(START, 100);
  await log.close();
  let gaps = 0;
  const { log: again } = await open({ knownEnd: next, onGap: () => (gaps += 1) });
  expect(gaps).toBe(0);
  await again.close();
});

test('on a nearly full disk nothing is kept behind the mark', async () => {
  const { log } = await open({ segmentBytes: 50 });
  for (let i = 0; i < 3; i += 1) await log.append(frame(`${i}${'x'.repeat(40)}`), 100 + i);
  await log.close();
  const { log: full } = await open({ minFreeBytes: Number.MAX_SAFE_INTEGER });
  await full.release({ segment: 3, offset: 16 }, 0);
  expect(await readdir(folder)).toHaveLength(3);
  const behind = async (): Promise<string[]> =>
    (await readdir(folder)).filter((name) => name < '0000000003.log');
  await full.append(frame('x'), 1).catch(() => undefined);
  await expect.poll(behind).toEqual([]);
  await full.close();
});
