// Takes up the squash of environments when it is time, one after the other, on one replica at a time.
import { findMutating } from '#platform/clickhouse/mutations';
import type { Ctx } from '#platform/ctx';
import { type Loop, acquireLease, releaseLease, renewLease, runEvery } from '#platform/scheduler';
import { countMerged } from './squash.query.ts';
import { beginSquash, stepSquash } from './squash.service.ts';
import { findHours, findSquashes } from './squash.store.ts';
import { isDue } from './squash.ts';

const STEP_EVERY_MS = 5_000;
/** 10 min: how often is looked whether it is time. */
const LOOK_EVERY_MS = 600_000;
/** Longer than any single step may take. */
const LEASE = { name: 'squash', ttlMs: 600_000 };

/** Runs until stopped. */
export function startSquashing(ctx: Ctx, holder: string): Loop {
  const { db, log, clock } = ctx;
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  const job = async (signal: AbortSignal) => {
    const isLooking = clock.now() - lookedAtMs >= LOOK_EVERY_MS;
    if (!isLooking && (await findSquashes(db)).length === 0) return;
    const request = { ...LEASE, holder };
    const token = await acquireLease(db, request);
    if (token === undefined) return;
    const lease = { ...request, token };
    try {
      const mayGoOn = async () => !signal.aborted && (await renewLease(db, lease));
      const hasMore = await squashOnce(ctx, mayGoOn);
      if (isLooking && !hasMore) lookedAtMs = clock.now();
    } finally {
      await releaseLease(db, lease);
    }
  };
  return runEvery({ name: 'squash', intervalMs: STEP_EVERY_MS, job, log, clock });
}

/**
 * One step of every squash under way; without one, begins with an environment where it is time.
 * @returns whether there is more to do
 */
async function squashOnce(ctx: Ctx, mayGoOn: () => Promise<boolean>): Promise<boolean> {
  const open = await findSquashes(ctx.db);
  for (const environmentId of open) {
    if (!(await mayGoOn())) return true;
    await stepAlone(ctx, environmentId);
  }
  if (open.length > 0) return true;
  return (await mayGoOn()) && beginNext(ctx);
}

/** One that fails is tried again with the next round, and keeps no other one up. */
async function stepAlone(ctx: Ctx, environmentId: number): Promise<void> {
  try {
    const step = await stepSquash(ctx, environmentId);
    ctx.log.debug({ environmentId, step }, 'merges are being written into events');
  } catch (error) {
    ctx.log.error({ err: error, environmentId }, 'merges could not be written into events');
  }
}

/** One at a time, and only while nothing else rewrites the event store. */
async function beginNext(ctx: Ctx): Promise<boolean> {
  const piles = await countMerged(ctx.clickhouse);
  if (piles.length === 0 || (await findMutating(ctx.clickhouse)).size > 0) return false;
  const hours = await findHours(ctx.db, new Date(ctx.clock.now()));
  for (const { environmentId, ids } of piles) {
    const hour = hours.get(environmentId);
    if (hour === undefined || !isDue({ ids, hour })) continue;
    const begun = await beginSquash(ctx, environmentId);
    if (begun === 0) continue;
    ctx.log.info({ environmentId, ids: begun, of: ids }, 'writing merges into events');
    return true;
  }
  return false;
}
