// Everything that is asked before a rollout starts.
import type { FastifyInstance } from 'fastify';
import type { HttpDeps } from '#platform/http/register';
import { registerChecks } from './check.routes.ts';
import { registerDryRuns } from './dry-run.routes.ts';
import { registerTemplates } from './templates.routes.ts';

/** @param options what divides the smallest allowed durations of plans */
export function registerAdvice(
  app: FastifyInstance,
  http: HttpDeps,
  { timeScale }: { readonly timeScale: number },
): void {
  registerTemplates(app, http, timeScale);
  registerChecks(app, http, timeScale);
  registerDryRuns(app, http);
}
