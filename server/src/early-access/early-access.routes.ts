// Routes of early-access features: contract → service. A change is answered once it is in force here.
import type { FastifyInstance } from 'fastify';
import type { FlagSnapshots } from '#flags';
import { toPersonBody } from '#identity';
import { pageOf } from '#platform/http/paging';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { earlyAccessRoutes } from './early-access.contract.ts';
import {
  type CountedFeature,
  createFeature,
  deleteFeature,
  getFeature,
  listChoosers,
  listFeatures,
  updateFeature,
} from './early-access.service.ts';

export function registerEarlyAccess(
  app: FastifyInstance,
  http: HttpDeps,
  snapshots: FlagSnapshots,
): void {
  registerRoutes(app, http, earlyAccessRoutes, {
    list: async (request, _input, io) => {
      const results = (await listFeatures(projectCtx(request))).map(toBody);
      const count = results.length;
      return pageOf(io.request.url, { count, limit: Math.max(1, count), offset: 0 }, results);
    },
    create: async (request, { body }) => {
      const feature = await createFeature(projectCtx(request), {
        name: body.name,
        description: body.description ?? '',
        stage: body.stage,
        documentationUrl: body.documentation_url ?? '',
        payload: body.payload ?? {},
        flag: body.feature_flag_id ? String(body.feature_flag_id) : undefined,
        reason: body.reason,
      });
      await snapshots.settled();
      return toBody(feature);
    },
    get: async (request, { params }) => toBody(await getFeature(projectCtx(request), params.id)),
    update: async (request, { params, body }) => {
      const { documentation_url: url, ...rest } = body;
      const change = { ...rest, documentationUrl: url === null ? '' : url };
      const feature = await updateFeature(projectCtx(request), params.id, change);
      await snapshots.settled();
      return toBody(feature);
    },
    remove: async (request, { params, query }) => {
      await deleteFeature(projectCtx(request), params.id, query.reason);
      await snapshots.settled();
    },
    people: async (request, { params, query }, io) => {
      const { choice, limit, offset } = query;
      const page = { isOptedIn: choice === 'in', limit, offset };
      const { count, persons } = await listChoosers(projectCtx(request), params.id, page);
      return pageOf(io.request.url, { count, limit, offset }, persons.map(toPersonBody));
    },
  });
}

function toBody(feature: CountedFeature) {
  return {
    id: feature.id,
    name: feature.name,
    description: feature.description,
    stage: feature.stage,
    documentation_url: feature.documentationUrl,
    payload: { ...feature.payload },
    feature_flag: { id: feature.flagId, key: feature.flagKey },
    opted_in_count: feature.optedIn,
    opted_out_count: feature.optedOut,
    created_at: feature.createdAt.toISOString(),
    updated_at: feature.updatedAt.toISOString(),
  };
}
