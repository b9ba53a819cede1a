// Groups (companies, projects…) over HTTP, in the shape that users of PostHog's API know.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, page, queryInt, route } from '#kernel/http.contract';
import { PersonBody } from './identity.contract.ts';
import { AnyJson } from './person-edits.contract.ts';

const GroupBody = z
  .object({
    group_type_index: z.number().int(),
    group_key: z.string(),
    group_properties: z.record(z.string(), z.unknown()),
    created_at: z.iso.datetime().describe('When it was first heard of.'),
  })
  .meta({ id: 'Group' });

const GroupTypeBody = z
  .object({
    group_type: z.string().describe('As SDKs name it.'),
    group_type_index: z.number().int(),
    name_singular: z.string().nullable().describe('As people read it; null where nobody said.'),
    name_plural: z.string().nullable(),
  })
  .meta({ id: 'GroupType' });

const tag = 'groups';
const params = ProjectParams;
const path = '/api/projects/:project_id/groups/' as const;
const typeIndex = queryInt(0, 4);
const groupKey = z.string().min(1).max(400);
const Which = EnvironmentQuery.extend({ group_type_index: typeIndex, group_key: groupKey });
const reason = z.string().max(1_000).nullable().optional().describe('Kept in the audit log.');
const propertyKey = z.string().min(1).max(400);
const name = z.string().trim().min(1).max(100).nullable().optional();

export const groupsRoutes = {
  types: route({
    method: 'GET',
    path: '/api/projects/:project_id/groups_types/',
    summary: 'List the group types of an environment, by index',
    tag,
    auth: 'person:read',
    params,
    query: EnvironmentQuery,
    response: z.array(GroupTypeBody),
  }),
  renameTypes: route({
    method: 'PATCH',
    path: '/api/projects/:project_id/groups_types/update_metadata/',
    summary: 'Say what groups of a type are called',
    tag,
    auth: 'person:write',
    params,
    query: EnvironmentQuery,
    body: z
      .array(
        z.strictObject({
          group_type_index: z.number().int().min(0).max(4),
          group_type: z.string().max(400).optional().describe('Is not changed.'),
          name_singular: name,
          name_plural: name,
        }),
      )
      .min(1)
      .max(5),
    response: z.array(GroupTypeBody),
  }),
  list: route({
    method: 'GET',
    path,
    summary: 'List the groups of a type, the newest first',
    tag,
    auth: 'person:read',
    params,
    query: EnvironmentQuery.extend({
      group_type_index: typeIndex,
      search: z.string().min(1).max(200).optional().describe('Part of its key or of its name.'),
      property: z
        .string()
        .min(1)
        .max(400)
        .optional()
        .describe('Search in this property instead; alone: groups that have it.'),
      limit: queryInt(1, 500).default(100),
      offset: queryInt(0, 1_000_000).default(0),
    }),
    response: page(GroupBody),
  }),
  find: route({
    method: 'GET',
    path: `${path}find/`,
    summary: 'Get a group',
    tag,
    auth: 'person:read',
    params,
    query: Which,
    response: GroupBody,
  }),
  related: route({
    method: 'GET',
    path: `${path}related/`,
    summary: 'List people and groups that share events with a group or a person, the latest first',
    tag,
    auth: 'person:read',
    params,
    query: EnvironmentQuery.extend({
      group_type_index: typeIndex.optional(),
      id: groupKey.describe('Key of the group; without group_type_index the id of a person.'),
    }),
    response: z
      .array(
        z.discriminatedUnion('type', [
          PersonBody.extend({
            type: z.literal('person'),
            events: z.number().int(),
            last_seen: z.iso.datetime(),
          }),
          GroupBody.extend({
            type: z.literal('group'),
            events: z.number().int(),
            last_seen: z.iso.datetime(),
          }),
        ]),
      )
      .describe('Of the last 90 days; at most 100 people and 100 groups.'),
  }),
  updateProperty: route({
    method: 'POST',
    path: `${path}update_property/`,
    summary: 'Set a property of a group',
    tag,
    auth: 'person:write',
    params,
    query: Which,
    body: z.strictObject({ key: propertyKey, value: AnyJson, reason }),
    response: GroupBody,
  }),
  deleteProperty: route({
    method: 'POST',
    path: `${path}delete_property/`,
    summary: 'Delete a property of a group',
    tag,
    auth: 'person:write',
    params,
    query: Which,
    body: z.strictObject({ $unset: propertyKey, reason }),
    response: GroupBody,
  }),
  remove: route({
    method: 'DELETE',
    path,
    summary: 'Forget a group and its properties; events keep its key',
    tag,
    auth: 'person:write',
    params,
    query: Which,
    status: 204,
  }),
};
