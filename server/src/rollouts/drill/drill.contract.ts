// Rollback drills over HTTP.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, route } from '#kernel/http.contract';

const when = z.iso.datetime();
const tag = 'rollouts';

const DrillBody = z
  .object({
    id: z.string(),
    flag_id: z.number().int(),
    rollout_id: z.string().nullable(),
    state: z.enum(['passed', 'failed']),
    problem: z.string().nullable(),
    steps: z.array(
      z.object({
        name: z.string(),
        milliseconds: z.number().nullable().describe('Null: it did not happen in time.'),
        detail: z.string().nullable(),
      }),
    ),
    started_by: z.string(),
    started_at: when,
  })
  .meta({ id: 'RollbackDrill' });

const rollout = '/api/projects/:project_id/rollouts/:rollout_id/';
const RolloutParams = ProjectParams.extend({ rollout_id: z.string().min(1).max(64) });

export const drillRoutes = {
  drill: route({
    method: 'POST',
    path: `${rollout}drill/`,
    summary: 'Prove that the way back works, and time it; nobody real is touched',
    tag,
    auth: 'rollout:write',
    params: RolloutParams,
    query: EnvironmentQuery,
    response: DrillBody,
  }),
  drills: route({
    method: 'GET',
    path: `${rollout}drills/`,
    summary: 'The last drills of the rollout’s flag, newest first',
    tag,
    auth: 'rollout:read',
    params: RolloutParams,
    query: EnvironmentQuery,
    response: z.object({ results: z.array(DrillBody) }),
  }),
  drillFlag: route({
    method: 'POST',
    path: '/api/projects/:project_id/feature_flags/:flag/drill/',
    summary: 'Time how fast switching a flag off reaches everyone; nobody real is touched',
    tag,
    auth: 'rollout:write',
    params: ProjectParams.extend({ flag: z.string().min(1).max(400) }),
    query: EnvironmentQuery,
    response: DrillBody,
  }),
} as const;

export type DrillWire = z.input<typeof DrillBody>;
