// Results of an experiment: from what is kept once they stand still, else from a look at the event store.
import { LRUCache } from 'lru-cache';
import { listEntries } from '#audit';
import type { Asking } from '#insights';
import { fail } from '#kernel/errors';
import type { ProjectCtx } from '#platform/ctx';
import { dayOfEnd } from './answers.ts';
import { type Change, changesOf } from './changes.ts';
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
import { type Results, type View, resultsOf } from './results.ts';
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

/** How somebody looks at results; what is left out is as planned and now. */
export type Asked = {
  readonly baseline?: string | undefined;
  readonly level?: number | undefined;
  /** Looks again, whatever was seen a moment ago. */
  readonly refresh?: boolean;
  /** The end of this day, as it was counted then: `2026-03-01`. */
  readonly day?: string | undefined;
};

/**
 * @throws conflict before the launch; not_found; invalid_input naming `baseline` or `as_of` that there is none of; what
 *   the event store does when it does not answer
 */
export async function getResults(
  asking: Asking,
  looks: Looks,
  id: number,
  { refresh = false, day, baseline, level }: Asked,
): Promise<Results> {
  const { ctx } = asking;
  const experiment = await getLaunched(ctx, id);
  refuseUnknown(experiment, baseline);
  const measured = await measuredBy(ctx, experiment);
  const kept = await listSnapshots(ctx.db, id);
  const zone = asking.settings.timezone;
  const ofDay = day === undefined ? undefined : keptOn(kept, day, zone);
  const latest = ofDay ?? (await latestOf(experiment, measured, kept, { asking, looks, refresh }));
  const asOfMs = latest[0]?.asOf.getTime() ?? 0;
  return resultsOf({
    experiment,
    measured,
    latest,
    isFinal: latest.some(({ isFinal }) => isFinal),
    settledAtMs: settledAtMs(experiment, measured),
    decisive: decisiveGoals(experiment, measured, await findWatch(ctx.db, id)),
    daily: kept.filter(({ isFinal, asOf }) => !isFinal && asOf.getTime() <= asOfMs),
    hashes: hashesOf(experiment, measured),
    timeZone: zone,
    units: await unitsOf(ctx, experiment),
    changes: await changesWhile(ctx, experiment, asOfMs),
    view: baseline === undefined && level === undefined ? undefined : viewOf({ baseline, level }),
  });
}

const viewOf = ({ baseline, level }: Asked): View => ({
  ...(baseline === undefined ? {} : { baseline }),
  ...(level === undefined ? {} : { level }),
});

/** @throws not_found; conflict before the launch */
export async function getLaunched(ctx: ProjectCtx, id: number): Promise<Experiment> {
  const experiment = await getExperiment(ctx, id);
  if (statusOf(experiment) === 'draft') {
    fail('conflict', { detail: 'The experiment has not been launched.' });
  }
  return experiment;
}

function refuseUnknown({ parameters }: Experiment, baseline: string | undefined): void {
  const keys = parameters.feature_flag_variants.map(({ key }) => key);
  if (baseline === undefined || keys.includes(baseline)) return;
  fail('invalid_input', { attr: 'baseline', detail: `There is no variant “${baseline}”.` });
}

function keptOn(kept: readonly Snapshot[], day: string, zone: string): readonly Snapshot[] {
  const own = kept.filter(({ isFinal, asOf }) => !isFinal && dayOfEnd(asOf, zone) === day);
  if (own.length > 0) return own;
  return fail('invalid_input', { attr: 'as_of', detail: `Nothing was kept of the end of ${day}.` });
}

/** The last numbers there will be, or those of now, at most 5 minutes old. */
export async function latestOf(
  experiment: Experiment,
  measured: readonly Measured[],
  kept: readonly Snapshot[],
  how: { readonly asking: Asking; readonly looks: Looks; readonly refresh: boolean },
): Promise<readonly Snapshot[]> {
  const final = kept.filter(({ isFinal }) => isFinal);
  if (final.length > 0) return final;
  const nowMs = how.asking.ctx.clock.now();
  const asOfMs = Math.min(settledAtMs(experiment, measured) ?? nowMs, nowMs);
  return takeLook(experiment, measured, asOfMs, how);
}

/** More are not marked. */
const MAX_ENTRIES = 200;

async function changesWhile(
  ctx: ProjectCtx,
  { id, flagId, startDate, endDate }: Experiment,
  asOfMs: number,
): Promise<Change[]> {
  const fromMs = startDate?.getTime() ?? 0;
  const toMs = Math.min(endDate?.getTime() ?? asOfMs, asOfMs);
  const read = async (resourceKind: string, resourceId: number) => {
    const place = { projectId: ctx.projectId, environmentId: ctx.environment.id };
    const filter = { ...place, resourceKind, resourceId: String(resourceId), fromMs, toMs };
    return (await listEntries(ctx, filter, { limit: MAX_ENTRIES, offset: 0 })).entries;
  };
  const [experiment, flag] = [await read('experiment', id), await read('flag', flagId)];
  return changesOf({ experiment, flag }, fromMs, toMs);
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
  { asking, looks, refresh }: Parameters<typeof latestOf>[3],
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
