// Stored events over HTTP, newest first, and as they arrive.
import { z } from 'zod';
import {
  EnvironmentQuery,
  ProjectParams,
  queryInstant,
  queryInt,
  route,
} from '#kernel/http.contract';

const Element = z.object({
  tag_name: z.string(),
  text: z.string().nullable(),
  href: z.string().nullable(),
  attr_id: z.string().nullable(),
  attr_class: z.array(z.string()),
  nth_child: z.number().int().nullable(),
  nth_of_type: z.number().int().nullable(),
  attributes: z.record(z.string(), z.string()),
  order: z.number().int(),
});

export const EventBodySchema = z
  .object({
    uuid: z.string(),
    event: z.string(),
    distinct_id: z.string(),
    person_id: z.string().describe('UUID of the person the event belongs to now.'),
    properties: z.record(z.string(), z.unknown()),
    timestamp: z.iso
      .datetime()
      .describe("When it happened, corrected by the client's clock error."),
    received_at: z.iso.datetime(),
    elements: z.array(Element).describe('What was clicked, from the inside out; autocapture only.'),
  })
  .meta({ id: 'Event' });

const Scalar = z.union([z.string().max(1000), z.number(), z.boolean(), z.null()]);
/** One condition in the query's `properties`. */
export const PropertyFilter = z.strictObject({
  key: z.string().min(1).max(200),
  value: z.union([Scalar, z.array(Scalar).min(1).max(100)]),
  operator: z.literal('exact').optional(),
  type: z.literal('event').optional(),
});

const propertyFilters = z
  .string()
  .max(10_000)
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'Must be a JSON list of conditions.' });
      return z.NEVER;
    }
  })
  .pipe(z.array(PropertyFilter).max(20));

const Which = EnvironmentQuery.extend({
  event: z.string().min(1).max(400).optional().describe('Name of the event, exactly.'),
  distinct_id: z.string().min(1).max(400).optional(),
});

export const eventsRoutes = {
  list: route({
    method: 'GET',
    path: '/api/projects/:project_id/events/',
    summary: 'List events, newest first',
    tag: 'events',
    auth: 'event:read',
    params: ProjectParams,
    query: Which.extend({
      person_id: z.uuid().optional().describe('Events of all ids of a person.'),
      group_type_index: queryInt(0, 4).optional().describe('Needs `group_key`.'),
      group_key: z.string().min(1).max(400).optional(),
      after: queryInstant()
        .optional()
        .describe('Only events that happened after this time (ISO 8601).'),
      before: queryInstant().optional().describe('Only events that happened before this time.'),
      properties: propertyFilters
        .optional()
        .describe('JSON list of conditions `{"key","value","operator":"exact","type":"event"}`.'),
      limit: queryInt(1, 1000).default(100),
      cursor: z.string().max(100).optional().describe('From `next` of the page before.'),
    }),
    response: z.object({ next: z.string().nullable(), results: z.array(EventBodySchema) }),
  }),
  stream: route({
    method: 'GET',
    path: '/api/projects/:project_id/events/live/',
    summary: 'Follow events as they are stored (server-sent events)',
    tag: 'events',
    auth: 'event:read',
    params: ProjectParams,
    query: Which,
    stream: true,
  }),
};
