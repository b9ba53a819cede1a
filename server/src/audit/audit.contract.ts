// The audit log over HTTP: who changed what, when, why and from where, newest first.
import { z } from 'zod';
import {
  EnvironmentQuery,
  ProjectParams,
  queryInstant,
  queryInt,
  route,
} from '#kernel/http.contract';

export const AuditEntryBody = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    actor: z.object({
      kind: z.string(),
      id: z.string(),
      label: z.string(),
      user_id: z.string().nullable().describe('The person behind it: a key acts for its owner.'),
    }),
    action: z.string(),
    resource_kind: z.string(),
    resource_id: z.string(),
    resource_label: z.string().nullable().describe("What people call it, such as a flag's key."),
    environment_id: z.number().int().nullable(),
    changes: z.array(
      z.object({
        field: z.string(),
        before: z.unknown().optional(),
        after: z.unknown().optional(),
      }),
    ),
    reason: z.string().nullable(),
    origin: z
      .object({ ip: z.string(), user_agent: z.string().nullable(), session: z.string().nullable() })
      .nullable()
      .describe('Where the request came from; null for what the program did by itself.'),
  })
  .meta({ id: 'AuditEntry' });

const Which = EnvironmentQuery.extend({
  resource_kind: z.string().max(50).optional(),
  resource_id: z.string().max(100).optional(),
  actor: z
    .string()
    .max(100)
    .optional()
    .describe('Id of a user (with all their keys), of a key or of a part of the program.'),
  action: z.string().max(50).optional(),
  after: queryInstant().optional().describe('Only entries from this time on (ISO 8601).'),
  before: queryInstant().optional().describe('Only entries up to this time.'),
  search: z
    .string()
    .max(200)
    .optional()
    .describe('Part of the name of the resource or the actor, of the action or the reason.'),
});

export type AuditQuery = z.output<typeof Which>;

const path = '/api/projects/:project_id/activity_log/';
const tag = 'audit';

export const auditRoutes = {
  list: route({
    method: 'GET',
    path,
    summary: 'List audit entries, newest first',
    tag,
    auth: 'activity_log:read',
    params: ProjectParams,
    query: Which.extend({
      limit: queryInt(1, 500).default(50),
      cursor: z
        .string()
        .regex(/^\d{1,18}$/, 'This is not a cursor of a page.')
        .optional()
        .describe('From `next` of the page before.'),
    }),
    response: z.object({ next: z.string().nullable(), results: z.array(AuditEntryBody) }),
  }),
  facets: route({
    method: 'GET',
    path: `${path}facets/`,
    summary: 'List who and what occurs in the newest 10,000 entries, to filter by',
    tag,
    auth: 'activity_log:read',
    params: ProjectParams,
    query: EnvironmentQuery,
    response: z.object({
      actors: z.array(z.object({ id: z.string(), label: z.string() })),
      actions: z.array(z.string()),
      resource_kinds: z.array(z.string()),
    }),
  }),
  download: route({
    method: 'GET',
    path: `${path}export/`,
    summary:
      'Download the newest entries as CSV or JSON: at most 10,000 and 20 MB; the header X-Serin-Cut says "true" when there are more',
    tag,
    auth: 'activity_log:read',
    params: ProjectParams,
    query: Which.extend({ format: z.enum(['csv', 'json']).default('csv') }),
    file: ['text/csv', 'application/json'],
  }),
};
