// Routes of shared metrics: contract → service.
import type { FastifyInstance } from 'fastify';
import { toUserBody } from '#kernel/http.contract';
import { pageOf } from '#platform/http/paging';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import type { Metric } from './metric.ts';
import { savedMetricsRoutes } from './saved-metrics.contract.ts';
import {
  type SavedMetric,
  createSavedMetric,
  deleteSavedMetric,
  getSavedMetric,
  listSavedMetrics,
  updateSavedMetric,
} from './saved-metrics.service.ts';

export function registerSavedMetrics(app: FastifyInstance, http: HttpDeps): void {
  registerRoutes(app, http, savedMetricsRoutes, {
    listMetrics: async (request, { query }, io) => {
      const { search, limit, offset } = query;
      const page = { search, limit, offset };
      const { count, metrics } = await listSavedMetrics(projectCtx(request), page);
      return pageOf(io.request.url, { count, limit, offset }, metrics.map(toBody));
    },
    createMetric: async (request, { body }) =>
      toBody(
        await createSavedMetric(projectCtx(request), {
          name: body.name,
          description: body.description ?? '',
          query: body.query as Metric,
          tags: body.tags ?? [],
        }),
      ),
    getMetric: async (request, { params }) =>
      toBody(await getSavedMetric(projectCtx(request), params.id)),
    updateMetric: async (request, { params, body }) => {
      const { version, query, description, ...rest } = body;
      const change = {
        ...rest,
        description: description === null ? '' : description,
        query: query as Metric | undefined,
      };
      return toBody(await updateSavedMetric(projectCtx(request), params.id, change, version));
    },
    removeMetric: (request, { params }) => deleteSavedMetric(projectCtx(request), params.id),
  });
}

function toBody(metric: SavedMetric) {
  return {
    id: metric.id,
    name: metric.name,
    description: metric.description,
    query: { ...metric.query },
    tags: [...metric.tags],
    used_by: metric.usedBy.map(({ id, name }) => ({ id, name })),
    version: metric.version,
    created_by: toUserBody(metric.createdBy),
    created_at: metric.createdAt.toISOString(),
    updated_at: metric.updatedAt.toISOString(),
  };
}
