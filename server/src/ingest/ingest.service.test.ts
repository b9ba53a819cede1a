import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { v4, v7 } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { derivePersonId } from '#identity';
import { createEventBus } from '#kernel/events';
import { type Ctx, systemActor } from '#platform/ctx';
import { createLog } from '#platform/log';
import { type TestStores, startTestStores } from '#platform/test-stores';
import { type Ingest, openIngest } from './ingest.service.ts';
import { listWarnings } from './warning.store.ts';

let stores: TestStores;
let dataDir = '';
let environmentId = 0;
const opened: Ingest[] = [];

beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'serin-ingest-'));
  environmentId += 1;
});
afterEach(async () => {
  for (const ingest of opened.splice(0)) await ingest.close();
  await rm(dataDir, { recursive: true, force: true });
});

function aCtx(clickhouse = stores.clickhouse): Ctx {
  return {
    db: stores.db,
    clickhouse,
    events: createEventBus(),
    clock: { now: () => Date.now() },
    log: createLog('silent'),
    actor: systemActor('test'),
  };
}

async function open(ctx = aCtx()): Promise<Ingest> {
  const ingest = await openIngest(ctx, { dataDir, minFreeBytes: 0 });
  opened.push(ingest);
  return ingest;
}

type Raw = Record<string, unknown>;

function anEvent(change: Raw = {}): Raw {
  const timestamp = new Date().toISOString();
  return { event: 'e', distinct_id: 'u', uuid: v7(), timestamp, ...change };
}

const accept = (ingest: Ingest, ...events: Raw[]) =>
  ingest.accept({ environmentId, events, sentAt: undefined });

type Row = Record<string, unknown> & { uuid: string };

async function storedRows(): Promise<Row[]> {
  const result = await stores.clickhouse.query({
    query: `SELECT *, toString(uuid) AS uuid FROM events
      WHERE environment_id = {environmentId:UInt32} ORDER BY timestamp, event`,
    query_params: { environmentId },
    format: 'JSONEachRow',
  });
  return result.json<Row>();
}

async function stored(count: number): Promise<Row[]> {
  await expect.poll(async () => (await storedRows()).length, { timeout: 20_000 }).toBe(count);
  return storedRows();
}

/** Waits until nothing is on its way, then counts. */
async function storedFinally(ingest: Ingest): Promise<Row[]> {
  await expect.poll(() => ingest.stats().waitingBytes, { timeout: 20_000 }).toBe(0);
  return storedRows();
}

/** A client whose inserts into events fail: before they are done, or after, so that the answer is lost. */
function failing(mode: { when: 'before' | 'after' | 'never' }): ClickHouseClient {
  return new Proxy(stores.clickhouse, {
    get: (client, name) => {
      if (name !== 'exec') {
        const value: unknown = Reflect.get(client, name);
        return typeof value === 'function' ? value.bind(client) : value;
      }
      return async (params: Parameters<ClickHouseClient['exec']>[0]) => {
        if (mode.when === 'before') throw new Error('connection refused');
        const result = await client.exec(params);
        if (mode.when === 'never') return result;
        for await (const _chunk of (result as { stream: AsyncIterable<unknown> }).stream);
        throw new Error('connection lost');
      };
    },
  });
}

test('an accepted event is stored with everything it said', async () => {
  const ingest = await open();
  const uuid = v7();
  const outcomes = await accept(
    ingest,
    anEvent({
      uuid,
      event: '$feature_flag_called',
      properties: {
        $feature_flag: 'checkout',
        $feature_flag_response: true,
        '$feature/checkout': true,
        $groups: { company: 'acme' },
        $session_id: 's',
        text: 'ü "quoted"',
        number: 5,
      },
    }),
  );
  expect(outcomes).toEqual([{ uuid, result: 'ok' }]);
  const [row] = await stored(1);
  expect(row).toMatchObject({
    environment_id: environmentId,
    uuid,
    event: '$feature_flag_called',
    distinct_id: 'u',
    person_id: derivePersonId(environmentId, 'u'),
    person_mode: 'full',
    session_id: 's',
    flag: 'checkout',
    flag_response: 'true',
    flags: { checkout: 'true' },
    groups: { company: 'acme' },
    props: { text: '"ü \\"quoted\\""', number: '5' },
  });
});

test('events are visible well within a second, and the bus says so', async () => {
  const ctx = aCtx();
  const heard: unknown[] = [];
  ctx.events.on('events.stored', (payload) => heard.push(payload));
  ctx.events.on('person.changed', (payload) => heard.push(payload));
  const ingest = await open(ctx);
  await accept(ingest, anEvent({ event: 'a' }), anEvent({ event: 'b' }), anEvent({ event: 'a' }));
  await expect.poll(() => heard.length, { timeout: 5000 }).toBe(2);
  expect(heard).toEqual([
    { environmentId, distinctIds: ['u'] },
    { environmentId, count: 3, names: ['a', 'b'] },
  ]);
  expect(await storedRows()).toHaveLength(3);
});

test('a uuid counts once: in a batch, again, and after a restart', async () => {
  const repeated = anEvent();
  const first = await open();
  await accept(first, repeated, repeated, anEvent());
  await accept(first, repeated);
  expect(await storedFinally(first)).toHaveLength(2);
  await first.close();
  const second = await open();
  await accept(second, repeated, anEvent());
  expect(await storedFinally(second)).toHaveLength(3);
});

test('a uuid counts once however old it is, also when the log is gone', async () => {
  const day = 86_400_000;
  const old = [
    anEvent({ uuid: v4(), timestamp: new Date(Date.now() - 3 * day).toISOString() }),
    anEvent({ uuid: v4(), timestamp: new Date(Date.now() - 400 * day).toISOString() }),
    // Without a time of its own it could be from any day.
    anEvent({ uuid: v4(), timestamp: undefined }),
    anEvent({ uuid: v7({ msecs: Date.now() - 2 * day }), timestamp: undefined }),
  ];
  const first = await open();
  await accept(first, ...old);
  await stored(4);
  await first.close();
  await rm(join(dataDir, 'event-log'), { recursive: true });
  const second = await open();
  await accept(second, ...old, anEvent());
  expect(await storedFinally(second)).toHaveLength(5);
});

test.each(['before', 'after'] as const)(
  'a crash %s the insert is done leaves every event exactly once',
  async (when) => {
    const crashing = await open(aCtx(failing({ when })));
    const events = [
      anEvent({ event: '$identify', properties: { $anon_distinct_id: 'anon', $set: { n: 1 } } }),
      anEvent({ timestamp: '2026-01-01T00:00:00Z' }),
      anEvent({ timestamp: '2025-01-01T00:00:00Z' }),
    ];
    await accept(crashing, ...events);
    const isClaimed = () =>
      stores.db
        .selectFrom('person')
        .select('version')
        .where('environment_id', '=', environmentId)
        .executeTakeFirst();
    await expect.poll(isClaimed).toBeDefined();
    await crashing.close();
    const versionBefore = (await isClaimed())?.version;

    const again = await open();
    await accept(again, ...events);
    const rows = await storedFinally(again);
    expect(new Set(rows.map((row) => row.uuid)).size).toBe(3);
    expect(rows).toHaveLength(3);
    expect(new Set(rows.map((row) => row['person_id']))).toEqual(
      new Set([derivePersonId(environmentId, 'u')]),
    );
    // What the events changed about people was not done a second time.
    expect((await isClaimed())?.version).toBe(versionBefore);
  },
);

test('while the event store is down events wait, and the watermark says since when', async () => {
  const mode: Parameters<typeof failing>[0] = { when: 'before' };
  const ingest = await open(aCtx(failing(mode)));
  const before = Date.now();
  await accept(ingest, anEvent());
  await accept(ingest, anEvent());
  expect(ingest.watermarkMs()).toBeGreaterThanOrEqual(before);
  expect(ingest.watermarkMs()).toBeLessThanOrEqual(Date.now());
  const since = ingest.watermarkMs();
  await expect.poll(() => Date.now() - since).toBeGreaterThan(300);
  expect(ingest.watermarkMs()).toBe(since);
  mode.when = 'never';
  expect(await storedFinally(ingest)).toHaveLength(2);
  await expect.poll(() => ingest.watermarkMs()).toBeGreaterThan(since + 300);
});

test('an accepted event is not lost when the process ends before it is stored', async () => {
  const first = await open(aCtx(failing({ when: 'before' })));
  await accept(first, anEvent(), anEvent());
  await first.close();
  const second = await open();
  expect(second.watermarkMs()).toBeLessThanOrEqual(Date.now());
  expect(await storedFinally(second)).toHaveLength(2);
});

test('history of several years goes in at once', async () => {
  const ingest = await open();
  const events = Array.from({ length: 15 }, (_, quarter) =>
    anEvent({ timestamp: new Date(Date.UTC(2020, quarter * 3, 3)).toISOString() }),
  );
  await accept(ingest, ...events);
  expect(await stored(15)).toHaveLength(15);
});

test('single unusable events do not fail the others, and are counted', async () => {
  const ingest = await open();
  const outcomes = await accept(
    ingest,
    { event: 'e' },
    anEvent(),
    anEvent({ uuid: 'nonsense' }),
    anEvent({ timestamp: 'soon' }),
    { event: '$snapshot', distinct_id: 'u', uuid: v7() },
    anEvent({
      event: '$identify',
      distinct_id: 'guest',
      properties: { $anon_distinct_id: 'anonymous' },
    }),
  );
  expect(outcomes.map(({ result, details }) => [result, details])).toEqual([
    ['drop', 'distinct_id_missing'],
    ['ok', undefined],
    ['drop', 'uuid_invalid'],
    ['warning', 'timestamp_unreadable'],
    ['drop', undefined],
    ['ok', undefined],
  ]);
  expect(await storedFinally(ingest)).toHaveLength(3);
  const warnings = await listWarnings(stores.db, environmentId);
  expect(Object.fromEntries(warnings.map(({ kind, count }) => [kind, count]))).toEqual({
    distinct_id_missing: 1,
    uuid_invalid: 1,
    timestamp_unreadable: 1,
    cannot_merge_with_illegal_distinct_id: 1,
  });
});

test('a request without a single usable event is refused with the field at fault', async () => {
  const ingest = await open();
  await expect(accept(ingest, { event: 'e' }, { distinct_id: 'u' })).rejects.toMatchObject({
    code: 'invalid_input',
    attr: 'distinct_id',
  });
});

test('after closing nothing is accepted, with a reason to try again', async () => {
  const ingest = await open();
  await ingest.close();
  await expect(accept(ingest, anEvent())).rejects.toMatchObject({ code: 'unavailable' });
});
