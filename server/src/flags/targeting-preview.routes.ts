// Counting a draft's people over HTTP: contract → service.
import type { FastifyInstance } from 'fastify';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { blastRadius } from './blast-radius.service.ts';
import { toDraft } from './explanation-wire.routes.ts';
import type { FlagSnapshots } from './snapshot.service.ts';
import { targetingPreviewRoutes } from './targeting-preview.contract.ts';
import { previewTargeting } from './targeting-preview.service.ts';

export function registerTargetingPreview(
  app: FastifyInstance,
  http: HttpDeps,
  snapshots: FlagSnapshots,
): void {
  registerRoutes(app, http, targetingPreviewRoutes, {
    preview: async (request, { body }) => {
      const ctx = projectCtx(request);
      const preview = await previewTargeting(ctx, snapshots, body.flag, toDraft(body));
      return {
        people: preview.people,
        looked_at: preview.lookedAt,
        is_estimate: preview.isEstimate,
        sets: preview.sets.map(({ matching, taken, asksForGroups }) => ({
          matching,
          taken,
          asks_for_groups: asksForGroups,
        })),
        values: [...preview.values],
        changes: preview.changes,
      };
    },
    blastRadius: async (request, { body }) => {
      const { condition, group_type_index: groupType } = body;
      const radius = await blastRadius(
        projectCtx(request),
        snapshots,
        condition,
        groupType ?? null,
      );
      return {
        users_affected: radius.affected,
        total_users: radius.total,
        is_estimate: radius.isEstimate,
      };
    },
  });
}
