// Door of the changes feature: requests, schedules, and the runner that makes what is due.
import type { FastifyInstance } from 'fastify';
import { type Ctx, systemActor } from '#platform/ctx';
import type { HttpDeps } from '#platform/http/register';
import { Runner, type RunnerOptions } from './runner.job.ts';
import { type ChangesRuntime, registerRequests } from './requests.routes.ts';
import { registerSchedules } from './schedules.routes.ts';

export { changesUsingCohort } from './cohort-uses.service.ts';

export function registerChanges(
  app: FastifyInstance,
  http: HttpDeps,
  runtime: ChangesRuntime,
): void {
  registerRequests(app, http, runtime);
  registerSchedules(app, http);
}

/** Starts making what is due, until closed. */
export function openChanges(ctx: Ctx, options: RunnerOptions): { close(): Promise<void> } {
  const runner = new Runner({ ...ctx, actor: systemActor('schedule') }, options);
  return { close: () => runner.stop() };
}
