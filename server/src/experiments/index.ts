// Door of the experiments feature: routes, and what keeps its numbers from day to day. Contracts have doors of
// their own.
import type { Ctx } from '#platform/ctx';
import { type KeepingDeps, startKeeping } from './keep-days.job.ts';

export { registerExperiments } from './experiments.routes.ts';

/** Keeps the numbers of running experiments until closed. */
export function openExperiments(ctx: Ctx, deps: KeepingDeps): { close(): Promise<void> } {
  const keeping = startKeeping(ctx, deps);
  return { close: () => keeping.stop() };
}
