// Routes of holdouts: contract → service.
import type { FastifyInstance } from 'fastify';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { holdoutsRoutes } from './holdouts.contract.ts';
import {
  type HoldoutWithFlags,
  createHoldout,
  deleteHoldout,
  listProjectHoldouts,
  updateHoldout,
} from './holdouts.service.ts';
import type { FlagSnapshots } from './snapshot.service.ts';

export function registerHoldouts(
  app: FastifyInstance,
  http: HttpDeps,
  snapshots: FlagSnapshots,
): void {
  registerRoutes(app, http, holdoutsRoutes, {
    list: async (request) => ({
      results: (await listProjectHoldouts(projectCtx(request))).map(toBody),
    }),
    create: async (request, { body }) =>
      toBody(
        await createHoldout(projectCtx(request), {
          name: body.name,
          description: body.description ?? '',
          exclusionPercentage: body.exclusion_percentage,
        }),
      ),
    update: async (request, { params, body }) => {
      const { exclusion_percentage: exclusionPercentage, ...rest } = body;
      const change = { ...rest, exclusionPercentage };
      const holdout = await updateHoldout(projectCtx(request), params.id, change);
      await snapshots.settled();
      return toBody(holdout);
    },
    remove: (request, { params }) => deleteHoldout(projectCtx(request), params.id),
  });
}

function toBody(holdout: HoldoutWithFlags) {
  return {
    id: holdout.id,
    name: holdout.name,
    description: holdout.description,
    exclusion_percentage: holdout.exclusionPercentage,
    flags: holdout.flags.map(({ id, key }) => ({ id, key })),
    created_at: holdout.createdAt.toISOString(),
    updated_at: holdout.updatedAt.toISOString(),
  };
}
