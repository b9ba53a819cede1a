// Drill routes: contract → service.
import type { FastifyInstance } from 'fastify';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { drillRoutes, type DrillWire } from './drill.contract.ts';
import {
  type Drill,
  type DrillDeps,
  drillFlag,
  drillRollout,
  listRolloutDrills,
} from './drill.service.ts';

export function registerDrills(app: FastifyInstance, http: HttpDeps, deps: DrillDeps): void {
  registerRoutes(app, http, drillRoutes, {
    drill: async (request, { params }) =>
      toBody(await drillRollout(projectCtx(request), deps, params.rollout_id)),
    drills: async (request, { params }) => ({
      results: (await listRolloutDrills(projectCtx(request), params.rollout_id)).map(toBody),
    }),
    drillFlag: async (request, { params }) =>
      toBody(await drillFlag(projectCtx(request), deps, params.flag)),
  });
}

const toBody = (drill: Drill): DrillWire => ({
  id: drill.id,
  flag_id: drill.flagId,
  rollout_id: drill.rolloutId,
  state: drill.state,
  problem: drill.problem,
  steps: drill.steps.map(({ name, tookMs, detail }) => ({ name, milliseconds: tookMs, detail })),
  started_by: drill.startedBy,
  started_at: drill.startedAt.toISOString(),
});
