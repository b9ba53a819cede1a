// Keeps what every experiment's numbers were at the end of each day, and at last when they stand still.
import type { AccountsDirectory } from '#accounts';
import type { Asking, Insights } from '#insights';
import { timeZone } from '#insights/zone';
import { type Ctx, type ProjectCtx, systemActor } from '#platform/ctx';
import { acquireLease, runEvery } from '#platform/scheduler';
import { type Experiment, listUnsettled } from './experiments.store.ts';
import { FAULTS, lookAt, measuredBy, settledAtMs } from './look.service.ts';
import { LATE_MS, keep } from './results.service.ts';
import { listSnapshots } from './snapshots.store.ts';
import { noteFinal } from './watch.service.ts';

/** 10 min: days end at different times in different zones. */
const LOOK_EVERY_MS = 600_000;
const LEASE = { name: 'experiments', ttlMs: 600_000 };
/** Days that one experiment may catch up with before the others have their turn. */
const MAX_DAYS_AT_ONCE = 10;
const DAY_MS = 86_400_000;

export type KeepingDeps = {
  readonly insights: Insights;
  readonly directory: Pick<AccountsDirectory, 'projectById' | 'environmentById'>;
  /** How many times faster than usual time goes by. */
  readonly timeScale: number;
  /** Unique among the replicas. */
  readonly nodeId: string;
};

export function startKeeping(ctx: Ctx, deps: KeepingDeps): { stop(): Promise<void> } {
  return runEvery({
    name: 'experiments',
    intervalMs: LOOK_EVERY_MS / deps.timeScale,
    job: (signal) => keepAll({ ...ctx, actor: systemActor('experiments') }, deps, signal),
    log: ctx.log,
    clock: ctx.clock,
  });
}

async function keepAll(ctx: Ctx, deps: KeepingDeps, signal: AbortSignal): Promise<void> {
  const lease = await acquireLease(ctx.db, { ...LEASE, holder: deps.nodeId });
  if (lease === undefined) return;
  for (const experiment of await listUnsettled(ctx.db)) {
    if (signal.aborted) return;
    try {
      await keepOne(ctx, deps, experiment, signal);
    } catch (err) {
      if (signal.aborted) return;
      ctx.log.error(
        { err, experiment: experiment.id },
        'the numbers of an experiment were not kept',
      );
    }
  }
}

async function keepOne(
  ctx: Ctx,
  deps: KeepingDeps,
  experiment: Experiment,
  signal: AbortSignal,
): Promise<void> {
  const asking = askingFor(ctx, deps, experiment, signal);
  if (!asking) return;
  const { ctx: own, settings } = asking;
  const measured = await measuredBy(own, experiment);
  const settled = settledAtMs(experiment, measured);
  const readyMs = ctx.clock.now() - LATE_MS;
  const ends = dayEnds(experiment, Math.min(readyMs, settled ?? readyMs), settings.timezone);
  const kept = new Set(
    (await listSnapshots(ctx.db, experiment.id)).map(
      ({ asOf, metricUuid }) => `${asOf.getTime()} ${metricUuid}`,
    ),
  );
  const isMissing = (atMs: number) =>
    measured.some(({ metric }) => !kept.has(`${atMs} ${metric.uuid}`));
  // What could be counted later is not kept as if it could not.
  const look = (atMs: number) => lookAt(experiment, measured, atMs, asking, FAULTS);
  const missing = ends.filter(isMissing);
  for (const atMs of missing.slice(0, MAX_DAYS_AT_ONCE)) {
    await keep(own, experiment, await look(atMs), false);
  }
  if (settled === undefined || settled > readyMs || missing.length > MAX_DAYS_AT_ONCE) return;
  const final = await look(settled);
  // First: of what has final numbers nothing is noted any more.
  await noteFinal(asking, experiment, measured, final);
  await keep(own, experiment, final, true);
}

/** How the events of an experiment's environment are asked for; undefined once that is gone. */
export function askingFor(
  ctx: Ctx,
  { insights, directory }: KeepingDeps,
  experiment: Experiment,
  signal: AbortSignal,
): (Asking & { readonly ctx: ProjectCtx }) | undefined {
  const settings = directory.projectById(experiment.projectId);
  const environment = directory.environmentById(experiment.environmentId);
  if (!settings || !environment) return undefined;
  const own: ProjectCtx = { ...ctx, projectId: experiment.projectId, environment };
  return { ctx: own, insights, settings, signal };
}

/** The ends of the project's days from the start on, the last before `untilMs`; none that is the end itself. */
function dayEnds({ startDate }: Experiment, untilMs: number, zoneName: string): number[] {
  const zone = timeZone(zoneName);
  const firstDay = zone.dayOf(startDate?.getTime() ?? untilMs);
  const ends: number[] = [];
  for (
    let day = firstDay;
    day <= firstDay + (untilMs - zone.startOfDay(firstDay)) / DAY_MS + 1;
    day += 1
  ) {
    const endMs = zone.startOfDay(day + 1);
    if (endMs < untilMs) ends.push(endMs);
  }
  return ends;
}
