// What is known to choose from when a condition is written: property names and frequent
// values, in the shape that users of PostHog's API know. Counts are of a sample.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, queryInt, route } from '#kernel/http.contract';

const Counted = z
  .object({
    name: z.string(),
    count: z.number().int().describe('How many of the people or groups looked at have it.'),
  })
  .meta({ id: 'CountedName' });
const ValuesQuery = EnvironmentQuery.extend({
  key: z.string().min(1).max(400),
  value: z.string().max(200).optional().describe('Part of the value, letter case aside.'),
});

const tag = 'properties';
const auth = 'person:read';

export const knownPropertiesRoutes = {
  personProperties: route({
    method: 'GET',
    path: '/api/projects/:project_id/persons/properties/',
    summary: 'List the names of people’s properties, the most frequent first',
    tag,
    auth,
    params: ProjectParams,
    query: EnvironmentQuery,
    response: z.array(Counted),
  }),
  personValues: route({
    method: 'GET',
    path: '/api/projects/:project_id/persons/values/',
    summary: 'List the values of a property of people, the most frequent first',
    tag,
    auth,
    params: ProjectParams,
    query: ValuesQuery,
    response: z.array(Counted),
  }),
  groupProperties: route({
    method: 'GET',
    path: '/api/projects/:project_id/groups/property_definitions/',
    summary: 'List the names of groups’ properties by group type index, the most frequent first',
    tag,
    auth,
    params: ProjectParams,
    query: EnvironmentQuery,
    response: z.record(z.string(), z.array(Counted)),
  }),
  groupValues: route({
    method: 'GET',
    path: '/api/projects/:project_id/groups/property_values/',
    summary: 'List the values of a property of groups, the most frequent first',
    tag,
    auth,
    params: ProjectParams,
    query: ValuesQuery.extend({ group_type_index: queryInt(0, 255) }),
    response: z.array(Counted),
  }),
};
