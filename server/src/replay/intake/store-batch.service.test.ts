import { zstdCompressSync } from 'node:zlib';
import type { ClickHouseClient } from '@clickhouse/client';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { markErased, withoutErased } from '#ingest';
import { createLog } from '#platform/log';
import { type TestStores, startTestStores } from '#platform/test-stores';
import { readBlock } from '../facts/block-facts.ts';
import { copySession } from '../recordings/recordings.query.ts';
import { DEFAULT_SETTINGS } from '../settings/settings.ts';
import { readFactsBytes } from '../store/blocks.query.ts';
import { deleteRecordingRows } from '../store/erased.store.ts';
import type { WaitingBlock } from './block-record.ts';
import { KnownFacts } from './known-facts.ts';
import { storeReplayBatch } from './store-batch.service.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const ENVIRONMENT = 1;
const AT = Date.UTC(2026, 10, 20, 12);

function aBlock(change: Partial<WaitingBlock> = {}): WaitingBlock {
  const event = { type: 3, timestamp: AT, data: { source: 2, type: 2, id: 1, x: 1, y: 1 } };
  const { facts } = readBlock([event]);
  const line = JSON.stringify(JSON.stringify(event));
  return {
    environmentId: ENVIRONMENT,
    id: v7(),
    sessionId: v7(),
    windowId: v7(),
    distinctId: 'ada',
    firstMs: AT,
    lastMs: AT,
    receivedMs: AT,
    skewMs: 0,
    events: 1,
    hasFull: false,
    bytes: line.length,
    dataBytes: line.length,
    source: 'web',
    library: 'web',
    libraryVersion: '1',
    facts,
    console: [],
    pageRequests: [],
    data: new Uint8Array(zstdCompressSync(line)),
    ...change,
  };
}

const refused: string[] = [];
const depsOf = (nodeId: string) => ({
  ...stores,
  nodeId,
  clock: { now: () => AT },
  log: createLog('silent'),
  settings: { of: () => DEFAULT_SETTINGS },
  known: new KnownFacts(1_000_000),
  onTooLong: () => undefined,
  onRefused: (_environmentId: number, { distinctId }: { distinctId: string }, what: string) => {
    refused.push(`${distinctId}: ${what}`);
  },
});

const batchOf = (blocks: readonly WaitingBlock[]) => ({
  from: { segment: 1, offset: 16 },
  to: { segment: 1, offset: 100 },
  blocks,
});

async function rowsOf(sessionIds: readonly string[]) {
  const result = await stores.clickhouse.query({
    query: `SELECT session_id, blocks, clicks FROM session_replay FINAL
      WHERE session_id IN {ids:Array(String)}`,
    query_params: { ids: sessionIds },
    format: 'JSONEachRow',
  });
  const rows = await result.json<{ session_id: string; blocks: number; clicks: number }>();
  // Of a session on two days there would be two rows.
  expect(new Set(rows.map((row) => row.session_id)).size).toBe(rows.length);
  return sessionIds.map((id) => rows.find((row) => row.session_id === id)?.blocks);
}

test('what the store refuses costs neither other recordings nor what it belongs to, and is told', async () => {
  const sound = Array.from({ length: 4 }, () => aBlock());
  const line = { atMs: 940, level: 'log' as const, message: 'early' };
  const withOddLine = aBlock({
    distinctId: 'odd',
    console: [{ ...line, level: 'shout' as 'log' }],
  });
  const early = aBlock({ console: [line] });
  const broken = aBlock({ distinctId: 'broken', id: 'no uuid' });
  const damaged = aBlock({ distinctId: 'damaged', data: new Uint8Array([1, 2, 3]) });
  // Nobody knows any more whether it was erased while it lay unread.
  const forgotten = aBlock({ receivedMs: AT - 91 * 86_400_000 });
  const blocks = [...sound, withOddLine, broken, damaged, early, forgotten];
  await storeReplayBatch(depsOf('refusing'), batchOf(blocks));
  const stored = await rowsOf(blocks.map((block) => block.sessionId));
  expect(stored).toEqual([1, 1, 1, 1, 1, undefined, undefined, 1, undefined]);
  expect(refused).toEqual(['odd: console lines', 'broken: a part', 'damaged: a part']);
});

/** A store that lets something happen before what is written or asked, and tells what was asked. */
function watchedStore(
  beforeFirstInsert: () => Promise<void>,
  asked: string[] = [],
  beforeQuestion: (query: string) => Promise<void> = () => Promise.resolve(),
): ClickHouseClient {
  let isFirst = true;
  return {
    query: async (question: Parameters<ClickHouseClient['query']>[0]) => {
      asked.push(question.query);
      await beforeQuestion(question.query);
      return stores.clickhouse.query(question);
    },
    exec: async (order: Parameters<ClickHouseClient['exec']>[0]) => {
      if (isFirst) {
        isFirst = false;
        await beforeFirstInsert();
      }
      return stores.clickhouse.exec(order);
    },
  } as unknown as ClickHouseClient;
}

test('two replicas that store one session at the same moment leave the row of both, on one day', async () => {
  // The second tells no time: each replica knows blocks of another day.
  const sessionIds = [v7(), `no-time-${v7()}`];
  const storeOn = (atMs: number, node: string, clickhouse?: ClickHouseClient) =>
    storeReplayBatch(
      { ...depsOf(node), ...(clickhouse ? { clickhouse } : {}) },
      batchOf(sessionIds.map((sessionId) => aBlock({ sessionId, firstMs: atMs, lastMs: atMs }))),
    );
  const other = async () => void (await storeOn(AT + 86_400_000, 'other'));
  await storeOn(AT, 'one', watchedStore(other));
  expect(await rowsOf(sessionIds)).toEqual([2, 2]);
});

test('a session that goes on is not read from its start for each block', async () => {
  const asked: string[] = [];
  const deps = { ...depsOf('warm'), clickhouse: watchedStore(() => Promise.resolve(), asked) };
  const sessionId = v7();
  const store = () => storeReplayBatch(deps, batchOf([aBlock({ sessionId })]));
  await store();
  await store();
  await store();
  expect(asked.filter((query) => /\bfacts\b/.test(query))).toEqual([]);
  // Whoever knows nothing of it reads it, and finds all.
  await storeReplayBatch(depsOf('cold'), batchOf([aBlock({ sessionId })]));
  expect(await rowsOf([sessionId])).toEqual([4]);
});

test('of a session of which a part is known the rest is counted and read', async () => {
  const sessionIds = [v7(), v7()];
  const batch = () => batchOf(sessionIds.map((sessionId) => aBlock({ sessionId })));
  await storeReplayBatch(depsOf('before'), batch());
  const sizes = () => readFactsBytes(stores.clickhouse, ENVIRONMENT, sessionIds);
  const before = await sizes();
  // What is kept for longer lies there twice.
  await copySession(stores.clickhouse, ENVIRONMENT, sessionIds[0] ?? '', 365);
  expect([...before.values()].every((bytes) => bytes > 0)).toBe(true);
  expect(await sizes()).toEqual(before);
  // Whether one session is remembered at a time, or all.
  for (const [maxBytes, blocks] of [
    [1, 2],
    [1_000_000, 3],
  ] as const) {
    const asked: string[] = [];
    const clickhouse = watchedStore(
      () => Promise.resolve(),
      asked,
      async (query) => {
        const isFirst = asked.filter((one) => /\bfacts,/.test(one)).length === 1;
        if (isFirst && /\bfacts,/.test(query)) throw new Error('the store is busy');
      },
    );
    const deps = { ...depsOf(`again ${maxBytes}`), clickhouse, known: new KnownFacts(maxBytes) };
    const added = batch();
    await expect(storeReplayBatch(deps, added)).rejects.toThrow('busy');
    await storeReplayBatch(deps, added);
    expect(asked.filter((query) => query.includes('length(facts)'))).toHaveLength(2);
    expect(await rowsOf(sessionIds)).toEqual([blocks, blocks]);
  }
});

test('whose recordings were erased while they lay unread is left out, and so is nobody else', async () => {
  const blocks = [
    aBlock({ distinctId: 'eve', receivedMs: AT - 1 }),
    aBlock({ distinctId: 'eve', receivedMs: AT + 1 }),
    aBlock({ distinctId: 'bob', receivedMs: AT - 1 }),
  ];
  await markErased(stores.db, ENVIRONMENT, ['eve'], { beforeMs: AT, what: 'recordings' });
  await storeReplayBatch(depsOf('unread'), batchOf(blocks));
  const counts = await Promise.all(
    blocks.map(async ({ sessionId }) => (await rowsOf([sessionId]))[0] ?? 0),
  );
  expect(counts).toEqual([0, 1, 1]);
  // Events of theirs are kept.
  const event = { environmentId: ENVIRONMENT, receivedMs: AT - 1, person: { distinctId: 'eve' } };
  expect(await withoutErased(stores.db, [event])).toEqual([event]);
  expect(await withoutErased(stores.db, [event], 'recordings')).toEqual([]);
});

test('where a session lies is not remembered of what is erased while it is stored', async () => {
  const sessionId = `no-time-${v7()}`;
  let isErased = false;
  const erase = async () => {
    if (isErased) return;
    isErased = true;
    await deleteRecordingRows(stores.db, ENVIRONMENT);
  };
  const clickhouse = watchedStore(() => Promise.resolve(), [], erase);
  await storeReplayBatch({ ...depsOf('erasing'), clickhouse }, batchOf([aBlock({ sessionId })]));
  const places = await stores.db
    .selectFrom('recording_place')
    .select('session_id')
    .where('session_id', '=', sessionId)
    .execute();
  expect([isErased, places]).toEqual([true, []]);
});
