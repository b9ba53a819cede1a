// Audit log routes: contract → service.
import type { FastifyInstance } from 'fastify';
import { nextCursorUrl } from '#platform/http/paging';
import {
  type HttpDeps,
  type RequestCtx,
  projectCtx,
  registerRoutes,
} from '#platform/http/register';
import { type AuditQuery, auditRoutes } from './audit.contract.ts';
import { type AuditFilter, exportEntries, getFacets, readEntries } from './audit.service.ts';

const CONTENT_TYPES = { csv: 'text/csv; charset=utf-8', json: 'application/json' } as const;

export function registerAudit(app: FastifyInstance, http: HttpDeps): void {
  registerRoutes(app, http, auditRoutes, {
    list: async (ctx, { query }, { request }) => {
      const { limit, cursor } = query;
      const page = { limit, beforeId: cursor };
      const { entries, next } = await readEntries(ctx, filterOf(ctx, query), page);
      return {
        next: next === undefined ? null : nextCursorUrl(request.url, next),
        results: entries,
      };
    },
    facets: async (ctx, { query }) => {
      const { actors, actions, resourceKinds } = await getFacets(ctx, filterOf(ctx, query));
      return { actors: [...actors], actions: [...actions], resource_kinds: [...resourceKinds] };
    },
    download: async (ctx, { query }, { reply }) => {
      const { format } = query;
      const { text, isCut } = await exportEntries(ctx, filterOf(ctx, query), format);
      await reply
        .header('content-type', CONTENT_TYPES[format])
        .header('content-disposition', `attachment; filename="audit-log.${format}"`)
        .header('cache-control', 'no-store')
        .header('x-serin-cut', String(isCut))
        .send(text);
    },
  });
}

function filterOf(ctx: RequestCtx, query: AuditQuery): AuditFilter {
  const { projectId, environment } = projectCtx(ctx);
  return {
    projectId,
    organizationId: ctx.organizationId,
    environmentId: query.environment === undefined ? undefined : environment.id,
    resourceKind: query.resource_kind,
    resourceId: query.resource_id,
    actorId: query.actor,
    action: query.action,
    fromMs: query.after,
    toMs: query.before,
    search: query.search,
  };
}
