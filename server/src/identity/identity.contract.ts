// People over HTTP, in the shape that users of PostHog's API know.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, page, queryInt, route } from '#kernel/http.contract';

export const PersonBody = z
  .object({
    id: z.string().describe('UUID of the person.'),
    distinct_ids: z.array(z.string()).describe('At most 100 of them.'),
    properties: z.record(z.string(), z.unknown()),
    is_identified: z.boolean(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Person' });

export const personsRoutes = {
  list: route({
    method: 'GET',
    path: '/api/projects/:project_id/persons/',
    summary: 'List people, newest first',
    tag: 'persons',
    auth: 'person:read',
    params: ProjectParams,
    query: EnvironmentQuery.extend({
      distinct_id: z.string().min(1).max(400).optional(),
      search: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe('Part of a distinct id, an e-mail address or a name.'),
      property: z
        .string()
        .min(1)
        .max(400)
        .optional()
        .describe('Search in this property instead; alone: people who have it.'),
      limit: queryInt(1, 500).default(100),
      offset: queryInt(0, 1_000_000).default(0),
    }),
    response: page(PersonBody),
  }),
  get: route({
    method: 'GET',
    path: '/api/projects/:project_id/persons/:id/',
    summary: 'Get a person',
    tag: 'persons',
    auth: 'person:read',
    params: ProjectParams.extend({ id: z.uuid() }),
    query: EnvironmentQuery,
    response: PersonBody,
  }),
};
