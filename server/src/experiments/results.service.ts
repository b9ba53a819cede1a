// Results of an experiment, as planned or as somebody wants to look at them.
import { listEntries } from '#audit';
import type { Asking } from '#insights';
import { fail } from '#kernel/errors';
import type { ProjectCtx } from '#platform/ctx';
import { dayOfEnd } from './answers.ts';
import { type Change, changesOf } from './changes.ts';
import { statusOf } from './experiment.ts';
import { getExperiment } from './experiments.service.ts';
import { type Latest, type Looks, hashesOf, latestOf } from './latest.service.ts';
import { decisiveGoals, measuredBy, settledAtMs, unitsOf } from './look.service.ts';
import { type Results, type View, resultsOf } from './results.ts';
import { type Snapshot, insertSnapshots, listSnapshots } from './snapshots.store.ts';
import type { Experiment } from './experiments.store.ts';
import { findWatch } from './watch.store.ts';

/** 1 min: what arrives late still counts for a moment that is kept. */
export const LATE_MS = 60_000;
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
  const earlier = day === undefined ? undefined : keptOn(kept, day, zone);
  const same = {
    experiment,
    measured,
    settledAtMs: settledAtMs(experiment, measured),
    decisive: decisiveGoals(experiment, measured, await findWatch(ctx.db, id)),
    hashes: hashesOf(experiment, measured),
    timeZone: zone,
    units: await unitsOf(ctx, experiment),
    view: baseline === undefined && level === undefined ? undefined : viewOf({ baseline, level }),
  };
  const at = async ({ snapshots: latest, freshness }: Latest): Promise<Results> => {
    const asOfMs = latest[0]?.asOf.getTime() ?? 0;
    return resultsOf({
      ...same,
      latest,
      freshness,
      isFinal: latest.some(({ isFinal }) => isFinal),
      daily: kept.filter(({ isFinal, asOf }) => !isFinal && asOf.getTime() <= asOfMs),
      changes: await changesWhile(ctx, experiment, asOfMs),
    });
  };
  const now = await at(await latestOf(experiment, measured, kept, { asking, looks, refresh }));
  // What was known on an earlier day decides nothing any more.
  const { checks, recommendation } = now;
  return earlier ? { ...(await at(earlier)), checks, recommendation } : now;
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

function keptOn(kept: readonly Snapshot[], day: string, zone: string): Latest {
  const snapshots = kept.filter(({ isFinal, asOf }) => !isFinal && dayOfEnd(asOf, zone) === day);
  if (snapshots.length > 0) return { snapshots, freshness: 'current' };
  return fail('invalid_input', { attr: 'as_of', detail: `Nothing was kept of the end of ${day}.` });
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
