// Follows the event store, and puts every exception into an issue: on one replica at a time, never in the way of what
// accepts events.
import { type Ctx, systemActor } from '#platform/ctx';
import { acquireLease, releaseLease, renewLease, runEvery } from '#platform/scheduler';
import { lookForSpikes } from '../alerts/spikes.service.ts';
import { findEarliestMs, readUngrouped } from './exceptions.query.ts';
import { groupBatch, type GroupingDeps } from './group.service.ts';
import { findMarkMs, writeMark } from './mark.store.ts';

export type FollowingDeps = GroupingDeps & {
  /** Every event received before is in the event store. */
  readonly watermarkMs: () => number;
  /** Unique among the replicas. */
  readonly nodeId: string;
};

/** 15 s: for events of other replicas; those of this one wake the job. */
const LOOK_EVERY_MS = 15_000;
/** Exceptions come in bursts: what happened in a second is looked at together. */
const GATHER_MS = 1000;
/** Another replica may be so much later in storing what it has received. */
const LATE_MS = 600_000;
/** 30 d: how much of what was stored before is put into issues when Serin first does that. */
const FIRST_LOOK_BACK_MS = 30 * 86_400_000;
/** 5 min: how often is looked for spikes. */
const SPIKES_EVERY_MS = 300_000;
const LEASE = { name: 'errors', ttlMs: 120_000 };

/** Runs until stopped. */
export function startGrouping(root: Ctx, deps: FollowingDeps): { stop(): Promise<void> } {
  const ctx = { ...root, actor: systemActor('errors') };
  const { db, log, clock, events } = ctx;
  let spikesAtMs = Number.NEGATIVE_INFINITY;
  const job = async (signal: AbortSignal) => {
    const request = { ...LEASE, holder: deps.nodeId };
    const token = await acquireLease(db, request);
    if (token === undefined) return;
    const lease = { ...request, token };
    try {
      await follow(ctx, deps, async () => !signal.aborted && (await renewLease(db, lease)));
      if (signal.aborted || clock.now() - spikesAtMs < SPIKES_EVERY_MS) return;
      spikesAtMs = clock.now();
      await lookForSpikes(ctx, deps);
    } finally {
      await releaseLease(db, lease);
    }
  };
  const loop = runEvery({ name: 'errors', intervalMs: LOOK_EVERY_MS, job, log, clock });
  let waiting: NodeJS.Timeout | undefined;
  const off = events.on('events.stored', ({ names }) => {
    if (!names.includes('$exception')) return;
    waiting ??= setTimeout(() => {
      waiting = undefined;
      loop.wake();
    }, GATHER_MS);
  });
  return {
    stop: () => {
      off();
      clearTimeout(waiting);
      return loop.stop();
    },
  };
}

/** Until every exception that is stored for certain is in an issue. */
async function follow(
  ctx: Ctx,
  deps: FollowingDeps,
  mayGoOn: () => Promise<boolean>,
): Promise<void> {
  const { db, clickhouse } = ctx;
  const toMs = deps.watermarkMs();
  const markMs = await findMarkMs(db);
  let fromMs = markMs ?? (await findEarliestMs(clickhouse, toMs - FIRST_LOOK_BACK_MS)) ?? toMs;
  while (await mayGoOn()) {
    const batch = await readUngrouped(clickhouse, { fromMs: fromMs - LATE_MS, toMs });
    const last = batch.at(-1);
    if (!last) break;
    if (!(await groupBatch(ctx, deps, batch, mayGoOn))) return;
    fromMs = Math.max(fromMs, last.receivedMs);
    await writeMark(db, fromMs);
    ctx.log.debug({ exceptions: batch.length }, 'exceptions are in issues');
  }
  if (fromMs < toMs && (await mayGoOn())) await writeMark(db, toMs);
}
