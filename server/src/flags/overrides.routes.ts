// Routes of overrides: contract → service. A change is answered once it is in force here.
import type { FastifyInstance } from 'fastify';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import {
  type OverrideRow,
  listFlagOverrides,
  removeFlagOverrides,
  setFlagOverrides,
} from './flag-overrides.service.ts';
import { overridesRoutes } from './overrides.contract.ts';
import { flagsOfPerson } from './person-flags.service.ts';
import type { FlagSnapshots } from './snapshot.service.ts';

export function registerOverrides(
  app: FastifyInstance,
  http: HttpDeps,
  snapshots: FlagSnapshots,
): void {
  const inForce = async (change: Promise<OverrideRow[]>) => {
    const rows = await change;
    await snapshots.settled();
    return toList(rows);
  };
  registerRoutes(app, http, overridesRoutes, {
    list: async (request, { params }) =>
      toList(await listFlagOverrides(projectCtx(request), params.flag)),
    set: (request, { params, body }) => {
      const { distinct_ids: distinctIds, value, reason } = body;
      const change = { distinctIds, reason };
      const ctx = projectCtx(request);
      return inForce(
        value === null
          ? removeFlagOverrides(ctx, params.flag, change)
          : setFlagOverrides(ctx, params.flag, { ...change, value }),
      );
    },
    remove: (request, { params, query }) => {
      const change = { distinctIds: [query.distinct_id], reason: query.reason };
      return inForce(removeFlagOverrides(projectCtx(request), params.flag, change));
    },
    forPerson: async (request, { query }) => {
      const subject = { distinctId: query.distinct_id, groups: query.groups ?? {} };
      const evaluations = await flagsOfPerson(projectCtx(request), snapshots, subject);
      return Object.fromEntries(
        evaluations.map(({ key, enabled, variant, reason }) => [
          key,
          {
            value: enabled && (variant ?? true),
            evaluation: {
              reason: reason.code,
              condition_index: reason.conditionIndex,
              forced_by: reason.forcedBy ?? null,
            },
          },
        ]),
      );
    },
  });
}

function toList(rows: readonly OverrideRow[]) {
  return {
    results: rows.map(({ distinctId, value, createdBy, createdAt }) => ({
      distinct_id: distinctId,
      value,
      created_by: createdBy,
      created_at: createdAt.toISOString(),
    })),
  };
}
