// Saved filters over HTTP: contract → service.
import type { FastifyInstance } from 'fastify';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { RecordingFilterBody } from '../list/filter.contract.ts';
import { MOST_SAVED, savedFiltersRoutes } from './saved-filters.contract.ts';
import {
  type SavedFilter,
  archiveSavedFilter,
  createSavedFilter,
  listSavedFilters,
  updateSavedFilter,
} from './saved-filters.service.ts';

export function registerSavedFilters(app: FastifyInstance, http: HttpDeps): void {
  registerRoutes(app, http, savedFiltersRoutes, {
    list: async (ctx) => ({ results: (await listSavedFilters(projectCtx(ctx))).map(toBody) }),
    create: async (ctx, { body }) =>
      toBody(await createSavedFilter(projectCtx(ctx), body, MOST_SAVED)),
    update: async (ctx, { params, body: { version, name, filter } }) => {
      const change = { ...(name === undefined ? {} : { name }), ...(filter ? { filter } : {}) };
      return toBody(await updateSavedFilter(projectCtx(ctx), params.id, change, version));
    },
    archive: (ctx, { params }) => archiveSavedFilter(projectCtx(ctx), params.id),
  });
}

const toBody = (saved: SavedFilter) => ({
  id: saved.id,
  name: saved.name,
  filter: RecordingFilterBody.parse(saved.filter),
  version: saved.version,
  created_by: saved.createdBy,
  created_at: saved.createdAt.toISOString(),
  updated_at: saved.updatedAt.toISOString(),
});
