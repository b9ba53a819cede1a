// Changing people by hand over HTTP: by the names that PostHog's API has for it, and `merge`.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, page, queryInt, route } from '#kernel/http.contract';
import { PersonBody } from './identity.contract.ts';

const tag = 'persons';
const params = ProjectParams.extend({ id: z.uuid() });
const query = EnvironmentQuery;
const path = '/api/projects/:project_id/persons/:id/' as const;
const distinctId = z.string().min(1).max(400);
const reason = z.string().max(1_000).nullable().optional().describe('Kept in the audit log.');
/** Any JSON value; typed as unknown, as types of the web app are too deep otherwise. */
export const AnyJson = z.unknown().refine((value) => value !== undefined, 'A value is required.');
const propertyKey = z.string().min(1).max(400);

export const personEditsRoutes = {
  merge: route({
    method: 'POST',
    path: `${path}merge/`,
    summary: 'Make other people part of this one, with all their events',
    tag,
    auth: 'person:write',
    params,
    query,
    body: z.strictObject({
      ids: z
        .array(z.uuid())
        .min(1)
        .max(100)
        .describe('People that become part of this one, whose own properties win.'),
      reason,
    }),
    response: PersonBody.extend({
      people_merged: z.number().int(),
      distinct_ids_moved: z.number().int(),
    }).meta({ id: 'MergedPerson' }),
  }),
  split: route({
    method: 'POST',
    path: `${path}split/`,
    summary: 'Make ids of a person people of their own, each with all its events',
    tag,
    auth: 'person:write',
    params,
    query,
    body: z.strictObject({
      main_distinct_id: distinctId
        .optional()
        .describe('Stays with its person, who keeps the properties; every other id leaves.'),
      distinct_ids: z
        .array(distinctId)
        .min(1)
        .max(1000)
        .optional()
        .describe(
          'Only these leave. With neither field all but the first id leave, and no properties stay.',
        ),
      reason,
    }),
    status: 201,
    response: z.object({
      success: z.literal(true),
      person_ids: z.record(z.string(), z.string()).describe('Id that left → the person it is now.'),
    }),
  }),
  updateProperty: route({
    method: 'POST',
    path: `${path}update_property/`,
    summary: 'Set a property of a person',
    tag,
    auth: 'person:write',
    params,
    query,
    body: z.strictObject({ key: propertyKey, value: AnyJson, reason }),
    response: PersonBody,
  }),
  deleteProperty: route({
    method: 'POST',
    path: `${path}delete_property/`,
    summary: 'Delete a property of a person',
    tag,
    auth: 'person:write',
    params,
    query,
    body: z.strictObject({ $unset: propertyKey, reason }),
    response: PersonBody,
  }),
  sessions: route({
    method: 'GET',
    path: `${path}sessions/`,
    summary: 'List the sessions of a person, the latest first',
    tag,
    auth: 'person:read',
    params,
    query: EnvironmentQuery.extend({
      limit: queryInt(1, 500).default(100),
      offset: queryInt(0, 1_000_000).default(0),
    }),
    response: z.object({
      has_next: z.boolean(),
      results: z.array(
        z.object({
          session_id: z.string(),
          start_time: z.iso.datetime(),
          end_time: z.iso.datetime(),
          duration: z.number().describe('Seconds from the first event to the last.'),
          events: z.number().int(),
          pages: z.number().int().describe('Pages and screens that were looked at.'),
          entry_url: z.string().nullable(),
        }),
      ),
    }),
  }),
  distinctIds: route({
    method: 'GET',
    path: `${path}distinct_ids/`,
    summary: 'List the ids of a person, with how many events came with each',
    tag,
    auth: 'person:read',
    params,
    query: EnvironmentQuery.extend({
      limit: queryInt(1, 500).default(100),
      offset: queryInt(0, 1_000_000).default(0),
    }),
    response: page(
      z.object({
        distinct_id: z.string(),
        events: z.number().int(),
        first_seen: z.iso.datetime().nullable().describe('Of its events.'),
        last_seen: z.iso.datetime().nullable(),
      }),
    ),
  }),
};
