// Audit log routes: contract → service.
import type { FastifyInstance } from 'fastify';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { pageOf } from '#platform/http/paging';
import { auditRoutes } from './audit.contract.ts';
import { listEntries } from './audit.service.ts';

export function registerAudit(app: FastifyInstance, http: HttpDeps): void {
  registerRoutes(app, http, auditRoutes, {
    list: async (ctx, { query }, { request }) => {
      const { projectId, environment } = projectCtx(ctx);
      const { count, entries } = await listEntries(ctx, {
        projectId,
        environmentId: query.environment === undefined ? undefined : environment.id,
        resourceKind: query.resource_kind,
        resourceId: query.resource_id,
        limit: query.limit,
        offset: query.offset,
      });
      return pageOf(request.url, { count, limit: query.limit, offset: query.offset }, entries);
    },
  });
}
