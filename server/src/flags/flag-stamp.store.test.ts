// Changes are found by their numbers: in order, without two transactions waiting for each other, and also
// after the store was set back or written past the numbers.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createEventBus } from '#kernel/events';
import { type EnvironmentRef, type ProjectCtx, inTransaction } from '#platform/ctx';
import { type FlagsWorld, startFlagsWorld, withSnapshots } from '#app/test-flags';
import { createFlag, updateFlag } from './flags.service.ts';

let world: FlagsWorld;
let ctx: ProjectCtx;
let production: EnvironmentRef;

beforeAll(async () => {
  world = await startFlagsWorld();
  ({ ctx, production } = world);
});

afterAll(async () => {
  await world.close();
});

const everyone = { groups: [{ properties: [], rollout_percentage: 100 }] };

test('numbers become visible in order: a replica that looks all the time misses nothing', async () => {
  const keys = Array.from({ length: 6 }, (_, i) => `order-${i}`);
  const flags = await Promise.all(keys.map((key) => createFlag(ctx, { key, filters: everyone })));
  await withSnapshots(
    ctx,
    async (snapshots) => {
      let isDone = false;
      const looking = (async () => {
        while (!isDone) {
          snapshots.look();
          await snapshots.settled();
        }
      })();
      await Promise.all(
        flags.flatMap(({ id }) =>
          Array.from({ length: 8 }, (_, i) =>
            inTransaction(ctx, async (tx) => {
              await updateFlag(tx, String(id), { name: `change ${i}` });
              // Transactions of very different length, so that they would commit out of order.
              if (i % 2 === 0) await new Promise((resolve) => setTimeout(resolve, 5 * (i + 1)));
            }),
          ),
        ),
      );
      isDone = true;
      await looking;
      snapshots.look();
      await snapshots.settled();
      for (const key of keys) {
        expect(snapshots.get(production.id).byKey.get(key)).toMatchObject({ version: 9 });
      }
    },
    createEventBus(),
  );
});

test('transactions that change the same flags in opposite order both go through', async () => {
  const [a, b] = await Promise.all(
    ['crossing-a', 'crossing-b'].map((key) => createFlag(ctx, { key, filters: everyone })),
  );
  const inOrder = (ids: (number | undefined)[], name: string) =>
    inTransaction(ctx, async (tx) => {
      for (const id of ids) await updateFlag(tx, String(id), { name });
    });
  await Promise.all(
    Array.from({ length: 6 }, (_, i) =>
      inOrder(i % 2 === 0 ? [a?.id, b?.id] : [b?.id, a?.id], `round ${i}`),
    ),
  );
});

test('a database that was set back is read as a whole', async () => {
  await withSnapshots(ctx, async (snapshots) => {
    const flag = await createFlag(ctx, { key: 'set-back', filters: everyone });
    await snapshots.settled();
    await ctx.db.updateTable('project').set({ change_seq: 1 }).execute();
    await ctx.db
      .updateTable('flag_environment')
      .set({ active: false, changed_seq: 1 })
      .where('flag_id', '=', flag.id)
      .execute();
    snapshots.look();
    await snapshots.settled();
    expect(snapshots.get(production.id).byKey.get('set-back')).toMatchObject({ active: false });
  });
});

test('what was written past the numbers is found by counting', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    await withSnapshots(ctx, async (snapshots) => {
      const flag = await createFlag(ctx, { key: 'stray', filters: everyone });
      await snapshots.settled();
      await ctx.db
        .updateTable('flag_environment')
        .set((eb) => ({ active: false, version: eb('version', '+', 1) }))
        .where('flag_id', '=', flag.id)
        .execute();
      snapshots.look();
      await snapshots.settled();
      expect(snapshots.get(production.id).byKey.get('stray')).toMatchObject({ active: true });
      vi.advanceTimersByTime(5 * 60_000);
      await snapshots.settled();
      expect(snapshots.get(production.id).byKey.get('stray')).toMatchObject({ active: false });
    });
  } finally {
    vi.useRealTimers();
  }
});
