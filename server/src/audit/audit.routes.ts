// Audit log routes: contract → store.
import type { FastifyInstance } from 'fastify';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { pageOf } from '#platform/http/paging';
import { auditRoutes } from './audit.contract.ts';
import { type AuditRow, listAudit } from './audit.store.ts';
import { changedFields } from './entry.ts';

export function registerAudit(app: FastifyInstance, http: HttpDeps): void {
  registerRoutes(app, http, auditRoutes, {
    list: async (ctx, { query }, { request }) => {
      const { projectId, environment } = projectCtx(ctx);
      const { count, rows } = await listAudit(ctx.db, {
        projectId,
        environmentId: query.environment === undefined ? undefined : environment.id,
        resourceKind: query.resource_kind,
        resourceId: query.resource_id,
        limit: query.limit,
        offset: query.offset,
      });
      return pageOf(
        request.url,
        { count, limit: query.limit, offset: query.offset },
        rows.map(toBody),
      );
    },
  });
}

/** The wire form of one entry; features that show their own history use it too. */
export function toBody(row: AuditRow) {
  return {
    id: row.id,
    at: row.at.toISOString(),
    actor: { kind: row.actor_kind, id: row.actor_id, label: row.actor_label },
    action: row.action,
    resource_kind: row.resource_kind,
    resource_id: row.resource_id,
    changes: changedFields(row.before, row.after),
    reason: row.reason,
  };
}
