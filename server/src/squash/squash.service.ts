// The squash of one environment, step by step. Every step can be repeated and looks before it acts, so that a
// crash at any moment loses nothing and no event is counted wrongly meanwhile.
import { lockPeople, sendOverrides } from '#identity';
import {
  countRows,
  findMutating,
  startDeleting,
  startUpdating,
} from '#platform/clickhouse/mutations';
import { type Ctx, inTransaction } from '#platform/ctx';
import { readMerged } from './squash.query.ts';
import {
  type Squash,
  deleteSquash,
  findSquash,
  insertSquash,
  noteSettled,
} from './squash.store.ts';
import { doneMerges, EVENT_TABLES, outdoneMerges, staleEvents, withinBounds } from './squash.ts';

/** 60 s: no question reads one table so much earlier than the other. */
const SETTLE_MS = 60_000;
const SETTINGS = {
  log_comment: 'squash',
  max_execution_time: 300,
  max_query_size: '16000000',
} as const;

/** Where a squash is after a step. */
type Step = 'ended' | 'waiting' | 'rewriting' | 'settling' | 'clearing';

/**
 * Copies down what merges say about the next ids.
 * @returns how many ids it is about; 0 when there is nothing to do now
 */
export async function beginSquash(ctx: Ctx, environmentId: number): Promise<number> {
  await sendOverrides(ctx.db, ctx.clickhouse);
  for (let afterId = ''; ;) {
    const page = await readMerged(ctx.clickhouse, environmentId, afterId);
    const last = page.distinctIds.at(-1);
    if (last === undefined) return 0;
    const count = await inTransaction(ctx, async (tx) => {
      await lockPeople(tx.db, environmentId);
      const at = new Date(tx.clock.now());
      return insertSquash(tx.db, environmentId, withinBounds(page), at);
    });
    if (count > 0) return count;
    afterId = last;
  }
}

/** Takes the next step, or finds that the last one is still under way. */
export async function stepSquash(ctx: Ctx, environmentId: number): Promise<Step> {
  const squash = await findSquash(ctx.db, environmentId);
  if (!squash) return 'ended';
  if (squash.mapping.distinctIds.length === 0) {
    await deleteSquash(ctx.db, environmentId);
    return 'ended';
  }
  if (squash.isWaiting) return 'waiting';
  return squash.settledAt === null
    ? rewrite(ctx, squash)
    : clear(ctx, squash, squash.settledAt.getTime());
}

async function rewrite(ctx: Ctx, { environmentId, mapping }: Squash): Promise<Step> {
  const { clickhouse } = ctx;
  for (const table of EVENT_TABLES) {
    if ((await findMutating(clickhouse)).has(table)) return 'rewriting';
    const stale = staleEvents(table, environmentId, mapping);
    if ((await countRows(clickhouse, stale, SETTINGS)) === 0) continue;
    await underLock(ctx, environmentId, async (now) => {
      const { set, ...rows } = staleEvents(table, environmentId, now.mapping);
      await startUpdating(clickhouse, rows, set, SETTINGS);
    });
    return 'rewriting';
  }
  await noteSettled(ctx.db, environmentId, new Date(ctx.clock.now()));
  return 'settling';
}

async function clear(ctx: Ctx, squash: Squash, settledAtMs: number): Promise<Step> {
  const { clickhouse } = ctx;
  const { environmentId, mapping } = squash;
  if (ctx.clock.now() - settledAtMs < SETTLE_MS) return 'settling';
  if ((await findMutating(clickhouse)).has('person_overrides')) return 'clearing';
  for (const rowsOf of [outdoneMerges, doneMerges]) {
    if ((await countRows(clickhouse, rowsOf(environmentId, mapping), SETTINGS)) === 0) continue;
    await underLock(ctx, environmentId, (now) =>
      startDeleting(clickhouse, rowsOf(environmentId, now.mapping), SETTINGS),
    );
    return 'clearing';
  }
  await deleteSquash(ctx.db, environmentId);
  ctx.log.info(
    { environmentId, ids: mapping.distinctIds.length },
    'merges are written into events',
  );
  return 'ended';
}

/**
 * Starts a mutation for what holds at this moment. A mutation is about rows that are there when it starts: what
 * people become later, it does not touch.
 */
async function underLock(
  ctx: Ctx,
  environmentId: number,
  start: (now: Squash) => Promise<void>,
): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    await lockPeople(tx.db, environmentId);
    const now = await findSquash(tx.db, environmentId);
    if (now && now.mapping.distinctIds.length > 0) await start(now);
  });
}
