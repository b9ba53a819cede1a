// What is known to choose from when a question is written: names of events, their properties, and values of
// those, in the shape that users of PostHog's API know. Properties and values are those of a sample of the
// newest events.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, page, queryInt, route } from '#kernel/http.contract';

const tag = 'events';
const auth = 'event:read';
const Name = z.string().min(1).max(400);

const Paged = EnvironmentQuery.extend({
  search: z.string().min(1).max(200).optional().describe('Part of the name, letter case aside.'),
  limit: queryInt(1, 1000).default(100),
  offset: queryInt(0, 100_000).default(0),
});

export const knownEventsRoutes = {
  names: route({
    method: 'GET',
    path: '/api/projects/:project_id/event_definitions/',
    summary: 'List the names of events of the last 90 days, the most frequent first',
    tag,
    auth,
    params: ProjectParams,
    query: Paged,
    response: page(
      z
        .object({
          name: z.string(),
          count: z.number().int().describe('How many there were in the last 90 days.'),
          last_seen_at: z.iso.datetime(),
        })
        .meta({ id: 'EventDefinition' }),
    ),
  }),
  properties: route({
    method: 'GET',
    path: '/api/projects/:project_id/property_definitions/',
    summary: 'List the names of properties of events, the most frequent first',
    tag,
    auth,
    params: ProjectParams,
    query: Paged.extend({ event: Name.optional().describe('Of events of this name only.') }),
    response: page(
      z
        .object({
          name: z.string().describe('Values of flags are called `$feature/<key>`.'),
          count: z.number().int().describe('How many events of the sample have it.'),
          is_numerical: z.boolean().describe('Most of its values are numbers.'),
        })
        .meta({ id: 'PropertyDefinition' }),
    ),
  }),
  values: route({
    method: 'GET',
    path: '/api/projects/:project_id/events/values/',
    summary: 'List the values of a property of events, the most frequent first',
    tag,
    auth,
    params: ProjectParams,
    query: EnvironmentQuery.extend({
      key: Name,
      event: Name.optional().describe('Of events of this name only.'),
      value: z.string().max(200).optional().describe('Part of the value, letter case aside.'),
    }),
    response: z.array(z.object({ name: z.string(), count: z.number().int() })),
  }),
};
