// Door of the experiments feature: routes, and what watches them and keeps their numbers from day to day. Contracts
// have doors of their own.
import type { Ctx } from '#platform/ctx';
import { type KeepingDeps, startKeeping } from './keep-days.job.ts';
import { startWatching } from './watch.job.ts';

export { registerExperiments } from './experiments.routes.ts';

/** Keeps the numbers of running experiments, and stops those that do harm, until closed. */
export function openExperiments(ctx: Ctx, deps: KeepingDeps): { close(): Promise<void> } {
  const keeping = startKeeping(ctx, deps);
  const watching = startWatching(ctx, deps);
  return {
    close: async () => {
      await Promise.all([keeping.stop(), watching.stop()]);
    },
  };
}
