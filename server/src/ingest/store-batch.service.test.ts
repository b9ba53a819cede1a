import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '#platform/log';
import { type TestStores, startTestStores } from '#platform/test-stores';
import type { WaitingEvent } from './batch.ts';
import { findDeadLetters } from './dead-letter.store.ts';
import { markEnvironmentErased, markErased } from './erased.store.ts';
import { findStored } from './events.store.ts';
import { findMark } from './mark.store.ts';
import { type Batch, claimBatch, resumeBatch, storeClaimed } from './store-batch.service.ts';
import { listWarnings } from './warning.store.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const AT = Date.UTC(2026, 10, 20, 12);
const ENVIRONMENT = 1;

function anEvent(change: { timestamp?: string; distinctId?: string } = {}): WaitingEvent {
  const uuid = v7();
  const { timestamp = '2026-11-20 12:00:00.000', distinctId = 'u' } = change;
  return {
    environmentId: ENVIRONMENT,
    receivedMs: AT,
    uuid,
    claimedMs: AT,
    person: { event: 'e', distinctId, atMs: AT, processing: 'default', set: { a: 1 } },
    row:
      `{"environment_id":${ENVIRONMENT},"uuid":"${uuid}","event":"e","timestamp":"${timestamp}"` +
      `,"distinct_id":"${distinctId}","props":{"a":"1"},"received_at":"2026-11-20 12:00:00.000"`,
  };
}

function aBatch(from: number, to: number): Batch {
  return { from: { segment: 1, offset: from }, to: { segment: 1, offset: to }, records: [] };
}

const depsOf = (nodeId: string) => ({ ...stores, log: createLog('silent'), nodeId });

async function isStored(event: WaitingEvent): Promise<boolean> {
  const found = await findStored(stores.clickhouse, [{ ...event, atMs: undefined }]);
  return found.size === 1;
}

test('a row that the store refuses does not hold up the others', async () => {
  const events = [anEvent(), anEvent({ timestamp: 'nonsense' }), anEvent(), anEvent(), anEvent()];
  const deps = depsOf('refused');
  const batch = aBatch(16, 100);
  const claimed = await claimBatch(deps, batch, events);
  await storeClaimed(deps, batch, claimed);
  const stored = await Promise.all(events.map(isStored));
  expect(stored).toEqual([true, false, true, true, true]);
  expect(await listWarnings(stores.db, ENVIRONMENT, 0)).toMatchObject([
    { kind: 'event_not_storable', count: 1, example: { uuid: events[1]?.uuid, distinctId: 'u' } },
  ]);
  const [letter, ...others] = await findDeadLetters(stores.db, ENVIRONMENT, {});
  expect(others).toEqual([]);
  expect(letter).toMatchObject({ uuid: events[1]?.uuid, event: 'e', distinctId: 'u', attempts: 1 });
  expect(JSON.parse(letter?.row ?? '')).toMatchObject({ timestamp: 'nonsense', props: { a: '1' } });
});

test('a batch with a refused row that is cut differently after a crash loses nothing', async () => {
  const deps = depsOf('cut differently');
  const batch = aBatch(16, 100);
  const events = [anEvent(), anEvent(), anEvent(), anEvent({ timestamp: 'nonsense' })];
  const claimed = await claimBatch(deps, batch, events);
  // Killed after the first half; its rows are found when the batch is taken up again.
  let inserts = 0;
  const clickhouse = new Proxy(stores.clickhouse, {
    get: (client, name) => {
      const value: unknown = Reflect.get(client, name);
      if (name === 'exec' && (inserts += 1) > 2) return () => Promise.reject(new Error('killed'));
      return typeof value === 'function' ? value.bind(client) : value;
    },
  });
  await expect(storeClaimed({ ...deps, clickhouse }, batch, claimed)).rejects.toThrow('killed');
  expect(await Promise.all(events.map(isStored))).toEqual([true, true, false, false]);
  const rest = { ...claimed, stamps: claimed.stamps.slice(2), events: events.slice(2) };
  await storeClaimed(deps, batch, rest);
  expect(await Promise.all(events.map(isStored))).toEqual([true, true, true, false]);
});

test('a batch that was claimed already changes nobody a second time', async () => {
  const deps = depsOf('claimed');
  const event = anEvent({ distinctId: 'once' });
  const batch = aBatch(16, 100);
  const first = await claimBatch(deps, batch, [event]);
  expect(first.changed.get(ENVIRONMENT)?.distinctIds).toEqual(['once']);
  const second = await claimBatch(deps, batch, [event]);
  expect(second.stamps).toEqual(first.stamps);
  expect(second.changed.size).toBe(0);
  expect(await findMark(stores.db, 'claimed')).toEqual({
    stored: batch.from,
    batchEnd: batch.to,
  });
});

test('claiming the next batch says that the one before is stored', async () => {
  const deps = depsOf('next');
  await claimBatch(deps, aBatch(16, 100), []);
  await claimBatch(deps, aBatch(100, 200), []);
  const mark = await findMark(stores.db, 'next');
  expect(mark.stored.offset).toBe(100);
  await expect(claimBatch(deps, aBatch(16, 120), [])).rejects.toThrow('another process');
});

test('a second insert of the same batch adds nothing', async () => {
  const deps = depsOf('token');
  const batch = aBatch(16, 100);
  const events = [anEvent(), anEvent()];
  const claimed = await claimBatch(deps, batch, events);
  await storeClaimed(deps, batch, claimed);
  await storeClaimed(deps, batch, claimed);
  const result = await stores.clickhouse.query({
    query: 'SELECT count() AS rows FROM events WHERE uuid IN {uuids:Array(UUID)}',
    query_params: { uuids: events.map((event) => event.uuid) },
    format: 'JSONEachRow',
  });
  expect(await result.json()).toEqual([{ rows: 2 }]);
});

test('events from before their person was erased are left out, whether claimed or taken up again', async () => {
  const deps = depsOf('erased');
  const [early, late, other] = [anEvent(), anEvent(), anEvent({ distinctId: 'other' })].map(
    (event, place) => ({ ...event, receivedMs: AT + place }),
  ) as [WaitingEvent, WaitingEvent, WaitingEvent];
  const batch = aBatch(16, 100);
  const before = await claimBatch(deps, batch, [early]);
  expect(before.events).toEqual([early]);
  await markErased(stores.db, ENVIRONMENT, ['u'], { beforeMs: AT, what: 'everything' });
  expect((await resumeBatch(deps, [early, late])).events).toEqual([late]);
  const next = await claimBatch(deps, aBatch(100, 200), [early, other, late]);
  expect(next.events).toEqual([other, late]);
  expect(next.stamps).toHaveLength(2);
  await storeClaimed(deps, aBatch(100, 200), next);
  expect(await Promise.all([early, other, late].map(isStored))).toEqual([false, true, true]);
  await markEnvironmentErased(stores.db, ENVIRONMENT);
  const none = await claimBatch(deps, aBatch(200, 300), [other, late]);
  expect(none.events).toEqual([]);
});
