// Saved insights over HTTP: contract → service.
import type { FastifyInstance } from 'fastify';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { pageOf } from '#platform/http/paging';
import { savedInsightsRoutes } from './saved-insights.contract.ts';
import {
  type SavedInsight,
  getInsight,
  listSavedInsights,
  saveInsight,
  updateInsight,
} from './saved-insights.service.ts';

export function registerSavedInsights(app: FastifyInstance, http: HttpDeps): void {
  registerRoutes(app, http, savedInsightsRoutes, {
    listSaved: async (ctx, { query }, { request }) => {
      const { limit, offset, search, favorited, short_id: shortId } = query;
      const filter = { search, shortId, favorited, limit, offset };
      const { count, insights } = await listSavedInsights(projectCtx(ctx), filter);
      return pageOf(request.url, { count, limit, offset }, insights.map(insightBody));
    },
    save: async (ctx, { body }) =>
      insightBody(
        await saveInsight(
          projectCtx(ctx),
          {
            name: body.name ?? '',
            description: body.description ?? '',
            query: body.query,
            tags: body.tags ?? [],
          },
          body.favorited,
        ),
      ),
    getSaved: async (ctx, { params }) => insightBody(await getInsight(projectCtx(ctx), params.id)),
    updateSaved: async (ctx, { params, body: { version, ...change } }) => {
      const given = Object.fromEntries(
        Object.entries(change).filter(([, value]) => value !== undefined),
      );
      return insightBody(await updateInsight(projectCtx(ctx), params.id, given, version));
    },
  });
}

/** The wire form of a saved insight. */
export const insightBody = (insight: SavedInsight) => ({
  id: insight.id,
  short_id: insight.shortId,
  name: insight.name,
  description: insight.description,
  query: insight.query,
  tags: [...insight.tags],
  favorited: insight.favorited,
  saved: true as const,
  deleted: insight.deleted,
  version: insight.version,
  created_by: insight.createdBy,
  created_at: insight.createdAt.toISOString(),
  last_modified_by: insight.updatedBy,
  last_modified_at: insight.updatedAt.toISOString(),
});
