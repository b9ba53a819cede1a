// The newest numbers of an experiment: those that stay, those of a look of a moment ago, or a new look. What is older, by
// a day at most, is told at once while somebody counts anew behind it, and while the event store does not answer.
import { LRUCache } from 'lru-cache';
import type { Asking } from '#insights';
import { Flights } from './flights.ts';
import type { Experiment } from './experiments.store.ts';
import { FAULTS_NOW, type Measured, lookAt, settingsHashOf, settledAtMs } from './look.service.ts';
import { changedMsOf, newestKept } from './newest-kept.ts';
import type { Snapshot } from './snapshots.store.ts';
import { EXPOSURES } from './statistics.ts';

/** 5 min: how old numbers may be that are told without looking again. */
const FRESH_MS = 300_000;
/** 1 min: how long a look that failed is not tried again by itself. */
const RETRY_MS = 60_000;
/** A day and what is fresh: what is older is waited for. */
const OLDEST_MS = 86_400_000 + FRESH_MS;
const MAX_KEPT = 200;

type Look = { readonly snapshots: readonly Snapshot[]; readonly asOfMs: number };

/** Looks that were taken a moment ago, those that are being taken, and when one failed. */
export type Looks = {
  readonly taken: LRUCache<string, Look>;
  readonly underWay: Flights<Look>;
  readonly failedMs: LRUCache<string, number>;
};
export const openLooks = (): Looks => ({
  taken: new LRUCache({ max: MAX_KEPT }),
  underWay: new Flights(),
  failedMs: new LRUCache({ max: MAX_KEPT }),
});

export type Latest = {
  readonly snapshots: readonly Snapshot[];
  /** `refreshing`: older, and being counted anew; `stale`: older, and could not be. */
  readonly freshness: 'current' | 'refreshing' | 'stale';
};

type How = {
  readonly asking: Asking;
  readonly looks: Looks;
  /** Waits for a new look, whatever is known. */
  readonly refresh: boolean;
};

/**
 * @param kept what is kept of the experiment, the oldest first
 * @throws what the event store does when it does not answer, and nothing older is known
 */
export async function latestOf(
  experiment: Experiment,
  measured: readonly Measured[],
  kept: readonly Snapshot[],
  { asking, looks, refresh }: How,
): Promise<Latest> {
  const final = kept.filter(({ isFinal }) => isFinal);
  if (final.length > 0) return { snapshots: final, freshness: 'current' };
  const nowMs = asking.ctx.clock.now();
  const asOfMs = Math.min(settledAtMs(experiment, measured) ?? nowMs, nowMs);
  const hashes = hashesOf(experiment, measured);
  const changedMs = changedMsOf(experiment);
  const key = `${experiment.id} ${[...hashes].join(' ')} ${changedMs}`;
  const taken = looks.taken.get(key);
  if (taken && !refresh && asOfMs - taken.asOfMs < FRESH_MS) {
    return { snapshots: taken.snapshots, freshness: 'current' };
  }
  const look = async (signal: AbortSignal): Promise<Look> => {
    const snapshots = await lookAt(experiment, measured, asOfMs, { ...asking, signal }, FAULTS_NOW);
    looks.taken.set(key, { snapshots, asOfMs });
    looks.failedMs.delete(key);
    return { snapshots, asOfMs };
  };
  const older = taken?.snapshots ?? newestKept(kept, { hashes, changedMs });
  const isOld = older?.some(({ asOf }) => asOfMs - asOf.getTime() > OLDEST_MS);
  if (refresh || !older || isOld) {
    const { snapshots } = await looks.underWay.join(key, look, asking.signal);
    return { snapshots, freshness: 'current' };
  }
  if (nowMs - (looks.failedMs.get(key) ?? -RETRY_MS) < RETRY_MS) {
    return { snapshots: older, freshness: 'stale' };
  }
  // Nobody waits for it, so nobody's going ends it; it has bounds of its own.
  looks.underWay.join(key, look, new AbortController().signal).catch((err: unknown) => {
    looks.failedMs.set(key, nowMs);
    asking.ctx.log.warn({ err, experiment: experiment.id }, 'an experiment was not counted anew');
  });
  return { snapshots: older, freshness: 'refreshing' };
}

/** What numbers depend on by now, by metric. */
export function hashesOf(
  experiment: Experiment,
  measured: readonly Measured[],
): Map<string, string> {
  const own = measured.map(
    ({ metric }) => [metric.uuid, settingsHashOf(experiment, metric)] as const,
  );
  return new Map([[EXPOSURES, settingsHashOf(experiment, undefined)], ...own]);
}
