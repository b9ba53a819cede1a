import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createLog } from '#platform/log';
import { type TestStores, startTestStores } from '#platform/test-stores';
import { acquireLease, releaseLease, renewLease, runEvery } from './scheduler.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const every = { name: 'test', log: createLog('silent'), clock: { now: () => 0 } };

test('a loop never overlaps, survives a failure, and stops after the run under way', async () => {
  let running = 0;
  let most = 0;
  let runs = 0;
  const loop = runEvery({
    ...every,
    intervalMs: 1,
    job: async () => {
      running += 1;
      most = Math.max(most, running);
      await sleep(5);
      running -= 1;
      runs += 1;
      if (runs === 1) throw new Error('the first run fails');
    },
  });
  await vi.waitFor(() => expect(runs).toBeGreaterThan(3));
  await loop.stop();
  const runsAtStop = runs;
  expect({ most, running }).toEqual({ most: 1, running: 0 });
  await sleep(20);
  expect(runs).toBe(runsAtStop);
});

test('a loop can be woken before its time, also while it runs', async () => {
  const job = vi.fn<() => Promise<void>>(async () => sleep(10));
  const loop = runEvery({ ...every, intervalMs: 3_600_000, job });
  await vi.waitFor(() => expect(job).toHaveBeenCalledTimes(1));
  loop.wake();
  await vi.waitFor(() => expect(job).toHaveBeenCalledTimes(2));
  await sleep(30);
  loop.wake();
  await vi.waitFor(() => expect(job).toHaveBeenCalledTimes(3));
  await loop.stop();
});

const lease = { name: 'digest', ttlMs: 60_000 };

test('one holder at a time; its token stays the same while it holds', async () => {
  expect(await acquireLease(stores.db, { ...lease, holder: 'a' })).toBe(1);
  expect(await acquireLease(stores.db, { ...lease, holder: 'a' })).toBe(1);
  expect(await acquireLease(stores.db, { ...lease, holder: 'b' })).toBeUndefined();
  expect(await renewLease(stores.db, { ...lease, holder: 'a', token: 1 })).toBe(true);
  expect(await renewLease(stores.db, { ...lease, holder: 'b', token: 1 })).toBe(false);
});

test('an expired lease goes to the next with a higher token, and its old holder is refused', async () => {
  await sql`update lease set expires_at = now() - interval '1 second'`.execute(stores.db);
  expect(await renewLease(stores.db, { ...lease, holder: 'a', token: 1 })).toBe(false);
  expect(await acquireLease(stores.db, { ...lease, holder: 'b' })).toBe(2);
  await releaseLease(stores.db, { name: lease.name, holder: 'a', token: 1 });
  expect(await acquireLease(stores.db, { ...lease, holder: 'a' })).toBeUndefined();
});

test('a lease that was given back is free at once; its token still grows', async () => {
  await releaseLease(stores.db, { name: lease.name, holder: 'b', token: 2 });
  expect(await acquireLease(stores.db, { ...lease, holder: 'a' })).toBe(3);
});

test('of many who ask at once, one gets it', async () => {
  const holders = Array.from({ length: 8 }, (_, i) => `replica-${i}`);
  const request = { name: 'race', ttlMs: 60_000 };
  const tokens = await Promise.all(
    holders.map((holder) => acquireLease(stores.db, { ...request, holder })),
  );
  expect(tokens.filter((token) => token !== undefined)).toEqual([1]);
});
