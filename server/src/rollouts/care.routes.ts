// Routes around a rollout for the people in charge of it: checklists, drills, feedback, incidents.
import type { FastifyInstance } from 'fastify';
import type { HttpDeps } from '#platform/http/register';
import { registerChecklists } from './checklist/checklist.routes.ts';
import { registerDrills } from './drill/drill.routes.ts';
import type { DrillDeps } from './drill/drill.service.ts';
import { registerFeedback } from './feedback/feedback.routes.ts';
import { registerIncidents } from './incident/incidents.routes.ts';
import { registerUserMessages } from './incident/user-messages.routes.ts';
import type { RolloutsRuntime } from './rollouts.routes.ts';

export function registerRolloutCare(
  app: FastifyInstance,
  http: HttpDeps,
  runtime: RolloutsRuntime & { readonly drills: DrillDeps },
): void {
  registerChecklists(app, http);
  registerDrills(app, http, runtime.drills);
  registerFeedback(app, http);
  registerIncidents(app, http, runtime);
  registerUserMessages(app, http);
}
