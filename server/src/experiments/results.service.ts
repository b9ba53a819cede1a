// Results of an experiment: from what is kept once they stand still, else from a look at the event store.
import { LRUCache } from 'lru-cache';
import type { Asking } from '#insights';
import { fail } from '#kernel/errors';
import type { ProjectCtx } from '#platform/ctx';
import { statusOf } from './experiment.ts';
import { getExperiment } from './experiments.service.ts';
import {
  FAULTS_NOW,
  type Measured,
  decisiveGoals,
  lookAt,
  measuredBy,
  settingsHashOf,
  settledAtMs,
  unitsOf,
} from './look.service.ts';
import { Flights } from './flights.ts';
import { type Results, resultsOf } from './results.ts';
import { type Snapshot, insertSnapshots, listSnapshots } from './snapshots.store.ts';
import { EXPOSURES } from './statistics.ts';
import type { Experiment } from './experiments.store.ts';
import { findWatch } from './watch.store.ts';

/** 5 min: how old results may be that are told without looking again. */
const FRESH_MS = 300_000;
/** 1 min: what arrives late still counts for a moment that is kept. */
export const LATE_MS = 60_000;
const MAX_KEPT = 200;

type Look = { readonly snapshots: Snapshot[]; readonly asOfMs: number };
/** Looks that were taken a moment ago, and those that are being taken. */
export type Looks = { readonly taken: LRUCache<string, Look>; readonly underWay: Flights<Look> };
export const openLooks = (): Looks => ({
  taken: new LRUCache({ max: MAX_KEPT }),
  underWay: new Flights(),
});

/**
 * @param refresh looks again, whatever was seen a moment ago
 * @throws conflict before the launch; not_found; what the event store does when it does not answer
 */
export async function getResults(
  asking: Asking,
  looks: Looks,
  id: number,
  refresh: boolean,
): Promise<Results> {
  const { ctx } = asking;
  const experiment = await getExperiment(ctx, id);
  if (statusOf(experiment) === 'draft') {
    fail('conflict', { detail: 'The experiment has not been launched.' });
  }
  const measured = await measuredBy(ctx, experiment);
  const kept = await listSnapshots(ctx.db, id);
  const final = kept.filter(({ isFinal }) => isFinal);
  const settled = settledAtMs(experiment, measured);
  const nowMs = ctx.clock.now();
  const asOfMs = Math.min(settled ?? nowMs, nowMs);
  const latest =
    final.length > 0
      ? final
      : await takeLook(experiment, measured, asOfMs, { asking, looks, refresh });
  return resultsOf({
    experiment,
    measured,
    latest,
    isFinal: final.length > 0,
    settledAtMs: settled,
    decisive: decisiveGoals(experiment, measured, await findWatch(ctx.db, id)),
    daily: kept.filter(({ isFinal }) => !isFinal),
    hashes: hashesOf(experiment, measured),
    timeZone: asking.settings.timezone,
    units: await unitsOf(ctx, experiment),
  });
}

function hashesOf(experiment: Experiment, measured: readonly Measured[]): Map<string, string> {
  const own = measured.map(
    ({ metric }) => [metric.uuid, settingsHashOf(experiment, metric)] as const,
  );
  return new Map([[EXPOSURES, settingsHashOf(experiment, undefined)], ...own]);
}

async function takeLook(
  experiment: Experiment,
  measured: readonly Measured[],
  asOfMs: number,
  { asking, looks, refresh }: { asking: Asking; looks: Looks; refresh: boolean },
): Promise<Snapshot[]> {
  const key = `${experiment.id} ${[...hashesOf(experiment, measured)].join(' ')} ${experiment.endDate?.getTime()}`;
  const known = looks.taken.get(key);
  if (known && !refresh && asOfMs - known.asOfMs < FRESH_MS) return known.snapshots;
  const look = async (signal: AbortSignal): Promise<Look> => {
    const all = { ...asking, signal };
    const snapshots = await lookAt(experiment, measured, asOfMs, all, FAULTS_NOW);
    looks.taken.set(key, { snapshots, asOfMs });
    return { snapshots, asOfMs };
  };
  return (await looks.underWay.join(key, look, asking.signal)).snapshots;
}

/** Keeps the numbers of a moment. @param isFinal nothing comes after it */
export async function keep(
  ctx: ProjectCtx,
  experiment: Experiment,
  snapshots: readonly Snapshot[],
  isFinal: boolean,
): Promise<void> {
  const rows = snapshots.map((one) => ({ ...one, isFinal }));
  await insertSnapshots(ctx.db, experiment.id, rows, new Date(ctx.clock.now()));
}
