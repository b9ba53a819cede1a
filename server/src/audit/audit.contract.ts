// The audit log over HTTP: who changed what, newest first.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, page, queryInt, route } from '#kernel/http.contract';

export const AuditEntryBody = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    actor: z.object({ kind: z.string(), id: z.string(), label: z.string() }),
    action: z.string(),
    resource_kind: z.string(),
    resource_id: z.string(),
    changes: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })),
    reason: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' });

export const auditRoutes = {
  list: route({
    method: 'GET',
    path: '/api/projects/:project_id/activity_log/',
    summary: 'List audit entries, newest first',
    tag: 'audit',
    auth: 'activity_log:read',
    params: ProjectParams,
    query: EnvironmentQuery.extend({
      resource_kind: z.string().max(50).optional(),
      resource_id: z.string().max(100).optional(),
      limit: queryInt(1, 500).default(50),
      offset: queryInt(0, 1_000_000).default(0),
    }),
    response: page(AuditEntryBody),
  }),
};
