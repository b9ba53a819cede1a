// Events that the event store refused, over HTTP: list, look, store again, give up.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, page, queryInt, route } from '#kernel/http.contract';

const LetterBody = z
  .object({
    uuid: z.string(),
    event: z.string(),
    distinct_id: z.string(),
    reason: z.string().describe('Code of the event store.'),
    detail: z.string().describe('What the event store said last.'),
    received_at: z.iso.datetime(),
    failed_at: z.iso.datetime(),
    attempts: z.number().int(),
    bytes: z.number().int(),
  })
  .meta({ id: 'RefusedEvent' });

const Reason = z.string().min(1).max(20);
const Which = z.strictObject({
  uuids: z.array(z.uuid()).min(1).max(200).optional(),
  reason: Reason.optional().describe('Every event with this reason.'),
});

const tag = 'events';
const path = '/api/projects/:project_id/refused_events/';

export const deadLetterRoutes = {
  list: route({
    method: 'GET',
    path,
    summary: 'List events that the event store refused, the latest first',
    tag,
    auth: 'event:read',
    params: ProjectParams,
    query: EnvironmentQuery.extend({
      reason: Reason.optional(),
      limit: queryInt(1, 200).default(100),
      offset: queryInt(0, 100_000).default(0),
    }),
    response: page(LetterBody).extend({
      reasons: z
        .array(z.object({ reason: z.string(), count: z.number().int() }))
        .describe('How many there are of each reason.'),
    }),
  }),
  get: route({
    method: 'GET',
    path: `${path}:uuid/`,
    summary: 'Get a refused event with all it holds',
    tag,
    auth: 'event:read',
    params: ProjectParams.extend({ uuid: z.uuid() }),
    query: EnvironmentQuery,
    response: LetterBody.extend({
      row: z.string().describe('JSON, as it was to be stored.'),
    }),
  }),
  replay: route({
    method: 'POST',
    path: `${path}replay/`,
    summary: 'Store refused events again; what is refused once more stays',
    tag,
    auth: 'project:write',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: Which,
    response: z.object({ stored: z.number().int(), refused: z.number().int() }),
  }),
  drop: route({
    method: 'POST',
    path: `${path}drop/`,
    summary: 'Give refused events up for good',
    tag,
    auth: 'project:write',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: Which,
    response: z.object({ dropped: z.number().int() }),
  }),
};
