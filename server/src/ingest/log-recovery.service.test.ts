import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { v4, v5, v7 } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestIngest, anEvent, startTestIngest } from './test-ingest.service.ts';

const DAY_MS = 86_400_000;
/** Within one segment of the log. */
const FIVE_MINUTES_MS = 300_000;

let bench: TestIngest;
beforeAll(async () => {
  bench = await startTestIngest();
});
afterAll(() => bench.close());
beforeEach(() => bench.begin());
afterEach(() => bench.end());

test('a uuid counts once: in a batch, again, and after a restart', async () => {
  const repeated = anEvent();
  const first = await bench.open();
  await bench.accept(first, repeated, repeated, anEvent());
  await bench.accept(first, repeated);
  expect(await bench.storedFinally(first)).toHaveLength(2);
  await first.close();
  const second = await bench.open();
  await bench.accept(second, repeated, anEvent());
  expect(await bench.storedFinally(second)).toHaveLength(3);
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
  const first = await bench.open();
  await bench.accept(first, ...old);
  await bench.stored(4);
  await first.close();
  await rm(join(bench.dataDir, 'event-log'), { recursive: true });
  const second = await bench.open();
  await bench.accept(second, ...old, anEvent());
  expect(await bench.storedFinally(second)).toHaveLength(5);
});

test('a uuid counts once when it comes again with another time, or was made from a name', async () => {
  let nowMs = Date.now();
  const ctx = () => ({ ...bench.ctx(), clock: { now: () => nowMs } });
  const repeat = () =>
    [v5('order 1', v5.URL), random, ahead].map((uuid) =>
      anEvent({ uuid, timestamp: new Date(nowMs).toISOString() }),
    );
  const random = v4();
  const ahead = v7({ msecs: nowMs + 5 * DAY_MS });
  const first = await bench.open(ctx());
  await bench.accept(first, ...repeat());
  await bench.stored(3);
  await first.close();
  await rm(join(bench.dataDir, 'event-log'), { recursive: true });
  const second = await bench.open(ctx());
  nowMs += 3 * DAY_MS;
  await bench.accept(second, ...repeat());
  expect(await bench.storedFinally(second)).toHaveLength(3);
});

test('goes on when the files of the log are gone and the mark is not', async () => {
  const first = await bench.open();
  await bench.accept(first, anEvent());
  await bench.stored(1);
  await first.close();
  const folder = join(bench.dataDir, 'event-log');
  for (const name of await readdir(folder)) {
    if (name.endsWith('.log')) await rm(join(folder, name));
  }
  const second = await bench.open();
  await bench.accept(second, anEvent());
  expect(await bench.stored(2)).toHaveLength(2);
});

test('also goes on when a batch was under way in the files that are gone', async () => {
  const crashing = await bench.open(bench.ctx(bench.failing({ when: 'before' })));
  await bench.accept(crashing, anEvent());
  const isClaimed = () =>
    bench.stores.db
      .selectFrom('ingest_mark')
      .select('batch_segment')
      .where('batch_segment', 'is not', null)
      .orderBy('updated_at', 'desc')
      .executeTakeFirst();
  await expect.poll(isClaimed).toBeDefined();
  await crashing.close();
  const folder = join(bench.dataDir, 'event-log');
  for (const name of await readdir(folder)) {
    if (name.endsWith('.log')) await rm(join(folder, name));
  }
  const second = await bench.open();
  await bench.accept(second, anEvent());
  expect(await bench.stored(1)).toHaveLength(1);
});

test('a mark that is older than the rows doubles nothing', async () => {
  let nowMs = Date.now();
  const ctx = () => ({ ...bench.ctx(), clock: { now: () => nowMs } });
  const first = await bench.open(ctx());
  await bench.accept(first, anEvent());
  await bench.stored(1);
  nowMs += FIVE_MINUTES_MS;
  await bench.accept(first, anEvent({ uuid: v7({ msecs: nowMs }) }));
  await bench.stored(2);
  await first.close();
  await bench.stores.db.deleteFrom('ingest_mark').execute();
  const second = await bench.open(ctx());
  await bench.accept(second, anEvent());
  await bench.stored(3);
  expect(await bench.storedFinally(second)).toHaveLength(3);
});
