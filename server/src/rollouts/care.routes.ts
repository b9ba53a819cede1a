// Routes around a rollout for the people in charge of it: checklists, incidents.
import type { FastifyInstance } from 'fastify';
import type { HttpDeps } from '#platform/http/register';
import { registerChecklists } from './checklist/checklist.routes.ts';
import { registerIncidents } from './incident/incidents.routes.ts';
import type { RolloutsRuntime } from './rollouts.routes.ts';

export function registerRolloutCare(
  app: FastifyInstance,
  http: HttpDeps,
  runtime: RolloutsRuntime,
): void {
  registerChecklists(app, http);
  registerIncidents(app, http, runtime);
}
