import { v7 } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { derivePersonId } from '#identity';
import {
  type FailingInserts,
  type TestIngest,
  anEvent,
  startTestIngest,
} from './test-ingest.service.ts';
import { listWarnings } from './warning.store.ts';

let bench: TestIngest;
beforeAll(async () => {
  bench = await startTestIngest();
});
afterAll(() => bench.close());
beforeEach(() => bench.begin());
afterEach(() => bench.end());

test('an accepted event is stored with everything it said', async () => {
  const ingest = await bench.open();
  const uuid = v7();
  const outcomes = await bench.accept(
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
  const [row] = await bench.stored(1);
  expect(row).toMatchObject({
    environment_id: bench.environmentId,
    uuid,
    event: '$feature_flag_called',
    distinct_id: 'u',
    person_id: derivePersonId(bench.environmentId, 'u'),
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
  const ctx = bench.ctx();
  const heard: unknown[] = [];
  ctx.events.on('events.stored', (payload) => heard.push(payload));
  ctx.events.on('person.changed', (payload) => heard.push(payload));
  const ingest = await bench.open(ctx);
  await bench.accept(
    ingest,
    anEvent({ event: 'a' }),
    anEvent({ event: 'b' }),
    anEvent({ event: 'a' }),
  );
  await expect.poll(() => heard.length, { timeout: 5000 }).toBe(2);
  expect(heard).toEqual([
    { environmentId: bench.environmentId, distinctIds: ['u'] },
    { environmentId: bench.environmentId, count: 3, names: ['a', 'b'] },
  ]);
  expect(await bench.storedRows()).toHaveLength(3);
});

test("a listener's fault does not end the storing", async () => {
  const ctx = bench.ctx();
  const ingest = await bench.open(ctx);
  ctx.events.on('events.stored', () => {
    throw new Error('listener');
  });
  ingest.watch(bench.environmentId, () => {
    throw new Error('watcher');
  });
  await bench.accept(ingest, anEvent());
  await bench.stored(1);
  await bench.accept(ingest, anEvent());
  expect(await bench.stored(2)).toHaveLength(2);
});

test('times of receipt follow a clock that was far ahead', async () => {
  const startMs = Date.now();
  let nowMs = startMs + 3_600_000;
  const ingest = await bench.open({ ...bench.ctx(), clock: { now: () => nowMs } });
  expect(ingest.watermarkMs()).toBe(nowMs);
  nowMs -= 1000;
  expect(ingest.watermarkMs()).toBe(nowMs + 1000);
  nowMs = startMs;
  expect(ingest.watermarkMs()).toBe(startMs);
});

test.each(['before', 'after'] as const)(
  'a crash %s the insert is done leaves every event exactly once',
  async (when) => {
    const crashing = await bench.open(bench.ctx(bench.failing({ when })));
    const events = [
      anEvent({ event: '$identify', properties: { $anon_distinct_id: 'anon', $set: { n: 1 } } }),
      anEvent({ timestamp: '2026-01-01T00:00:00Z' }),
      anEvent({ timestamp: '2025-01-01T00:00:00Z' }),
    ];
    await bench.accept(crashing, ...events);
    const isClaimed = () =>
      bench.stores.db
        .selectFrom('person')
        .select('version')
        .where('environment_id', '=', bench.environmentId)
        .executeTakeFirst();
    await expect.poll(isClaimed).toBeDefined();
    await crashing.close();
    const versionBefore = (await isClaimed())?.version;

    const again = await bench.open();
    await bench.accept(again, ...events);
    const rows = await bench.storedFinally(again);
    expect(new Set(rows.map((row) => row.uuid)).size).toBe(3);
    expect(rows).toHaveLength(3);
    expect(new Set(rows.map((row) => row['person_id']))).toEqual(
      new Set([derivePersonId(bench.environmentId, 'u')]),
    );
    // What the events changed about people was not done a second time.
    expect((await isClaimed())?.version).toBe(versionBefore);
  },
);

test('while the event store is down events wait, and the watermark says since when', async () => {
  const mode: FailingInserts = { when: 'before' };
  const ingest = await bench.open(bench.ctx(bench.failing(mode)));
  const before = Date.now();
  await bench.accept(ingest, anEvent());
  await bench.accept(ingest, anEvent());
  expect(ingest.watermarkMs()).toBeGreaterThanOrEqual(before);
  expect(ingest.watermarkMs()).toBeLessThanOrEqual(Date.now());
  const since = ingest.watermarkMs();
  await expect.poll(() => Date.now() - since).toBeGreaterThan(300);
  expect(ingest.watermarkMs()).toBe(since);
  mode.when = 'never';
  expect(await bench.storedFinally(ingest)).toHaveLength(2);
  await expect.poll(() => ingest.watermarkMs()).toBeGreaterThan(since + 300);
});

test('an accepted event is not lost when the process ends before it is stored', async () => {
  const first = await bench.open(bench.ctx(bench.failing({ when: 'before' })));
  await bench.accept(first, anEvent(), anEvent());
  await first.close();
  const second = await bench.open();
  expect(second.watermarkMs()).toBeLessThanOrEqual(Date.now());
  expect(await bench.storedFinally(second)).toHaveLength(2);
});

test('history of several years goes in at once', async () => {
  const ingest = await bench.open();
  const events = Array.from({ length: 15 }, (_, quarter) =>
    anEvent({ timestamp: new Date(Date.UTC(2020, quarter * 3, 3)).toISOString() }),
  );
  await bench.accept(ingest, ...events);
  expect(await bench.stored(15)).toHaveLength(15);
});

test('single unusable events do not fail the others, and are counted', async () => {
  const ingest = await bench.open();
  const outcomes = await bench.accept(
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
  expect(await bench.storedFinally(ingest)).toHaveLength(3);
  const warnings = await listWarnings(bench.stores.db, bench.environmentId, 0);
  expect(Object.fromEntries(warnings.map(({ kind, count }) => [kind, count]))).toEqual({
    distinct_id_missing: 1,
    uuid_invalid: 1,
    timestamp_unreadable: 1,
    cannot_merge_with_illegal_distinct_id: 1,
  });
});

test('a request without a single usable event is refused with the field at fault', async () => {
  const ingest = await bench.open();
  await expect(bench.accept(ingest, { event: 'e' }, { distinct_id: 'u' })).rejects.toMatchObject({
    code: 'invalid_input',
    attr: 'distinct_id',
  });
});

test('after closing nothing is accepted, with a reason to try again', async () => {
  const ingest = await bench.open();
  await ingest.close();
  await expect(bench.accept(ingest, anEvent())).rejects.toMatchObject({ code: 'unavailable' });
});
