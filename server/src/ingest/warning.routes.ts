// Ingestion warnings over HTTP: contract → service.
import type { FastifyInstance } from 'fastify';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { warningRoutes } from './warning.contract.ts';
import { listExplained } from './warning.service.ts';

export function registerWarnings(app: FastifyInstance, http: HttpDeps): void {
  registerRoutes(app, http, warningRoutes, {
    list: async (ctx, { query }) => {
      const warnings = await listExplained(projectCtx(ctx), query.days);
      return {
        results: warnings.map(({ kind, firstAt, lastAt, example, ...rest }) => ({
          type: kind,
          ...rest,
          first_seen_at: firstAt.toISOString(),
          last_seen_at: lastAt.toISOString(),
          example: {
            detail: example['detail'] ?? null,
            attr: example['attr'] ?? null,
            uuid: example['uuid'] ?? null,
            event: example['event'] ?? null,
            distinct_id: example['distinctId'] ?? null,
          },
        })),
      };
    },
  });
}
