// Looks at running experiments by itself, so that harm is stopped and news is told whoever looks.
import { systemActor, type Ctx } from '#platform/ctx';
import { acquireLease, renewLease, runEvery } from '#platform/scheduler';
import { statusOf } from './experiment.ts';
import { type Experiment, listRunning } from './experiments.store.ts';
import { type KeepingDeps, askingFor } from './keep-days.job.ts';
import { watchOne } from './watch.service.ts';
import { findWatches } from './watch.store.ts';

/** 15 s: how often it is asked whether a look is due. */
const LOOK_EVERY_MS = 15_000;
const LEAST_MS = 500;
const LEASE = { name: 'experiment-watch', ttlMs: 300_000 };

export function startWatching(ctx: Ctx, deps: KeepingDeps): { stop(): Promise<void> } {
  return runEvery({
    name: 'experiment-watch',
    intervalMs: Math.max(LEAST_MS, LOOK_EVERY_MS / deps.timeScale),
    job: (signal) => watchAll({ ...ctx, actor: systemActor('experiments') }, deps, signal),
    log: ctx.log,
    clock: ctx.clock,
  });
}

async function watchAll(ctx: Ctx, deps: KeepingDeps, signal: AbortSignal): Promise<void> {
  const running = (await listRunning(ctx.db)).filter((one) => statusOf(one) === 'running');
  if (running.length === 0) return;
  const lease = { ...LEASE, holder: deps.nodeId };
  const token = await acquireLease(ctx.db, lease);
  if (token === undefined) return;
  const watches = await findWatches(
    ctx.db,
    running.map(({ id }) => id),
  );
  for (const experiment of running) {
    // A long round outlives the lease: whoever has it by then goes on.
    if (signal.aborted || !(await renewLease(ctx.db, { ...lease, token }))) return;
    await tryOne(ctx, deps, experiment, watches.get(experiment.id), signal);
  }
}

async function tryOne(
  ctx: Ctx,
  deps: KeepingDeps,
  experiment: Experiment,
  watch: Parameters<typeof watchOne>[2],
  signal: AbortSignal,
): Promise<void> {
  const asking = askingFor(ctx, deps, experiment, signal);
  if (!asking) return;
  try {
    await watchOne(asking, experiment, watch, deps.timeScale);
  } catch (err) {
    if (signal.aborted) return;
    ctx.log.error({ err, experiment: experiment.id }, 'an experiment could not be looked at');
  }
}
