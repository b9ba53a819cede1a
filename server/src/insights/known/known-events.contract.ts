// What is known to choose from when a question is written: names of events, their properties, and values of
// those, in the shape that users of PostHog's API know. Properties and values are those of a sample of the
// newest events.
import { z } from 'zod';
import { PROPERTY_TYPES } from './definition.ts';
import { EnvironmentQuery, ProjectParams, page, queryInt, route } from '#kernel/http.contract';

const tag = 'events';
const auth = 'event:read';
const Name = z.string().min(1).max(400);

const Paged = EnvironmentQuery.extend({
  search: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Part of the name, the description or a tag, letter case aside.'),
  tag: z.string().min(1).max(200).optional(),
  verified: z.stringbool().optional(),
  exclude_hidden: z.stringbool().default(false).describe('Leave out what is not offered.'),
  limit: queryInt(1, 1000).default(100),
  offset: queryInt(0, 100_000).default(0),
});

const Description = z.string().max(2_000);
const Tags = z.array(z.string().trim().min(1).max(200)).max(50);
const PropertyTypeName = z.enum(PROPERTY_TYPES);

/** What people say of a name. */
const written = {
  description: Description,
  tags: Tags,
  verified: z.boolean().describe('Checked by somebody: it means what it says.'),
  hidden: z.boolean().describe('Not offered where people choose.'),
  version: z.number().int().describe('0: nobody has said anything.'),
  updated_at: z.iso.datetime().nullable(),
};
const change = {
  description: Description.optional(),
  tags: Tags.optional(),
  verified: z.boolean().optional(),
  hidden: z.boolean().optional(),
  version: z
    .number()
    .int()
    .optional()
    .describe('The version that was read; another one is a conflict.'),
};
const Named = ProjectParams.extend({ name: Name });

const EventDefinition = z.object({ name: z.string(), ...written });
const PropertyDefinition = z.object({ name: z.string(), ...written });

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
      EventDefinition.extend({
        count: z.number().int().describe('How many there were in the last 90 days.'),
        last_seen_at: z.iso.datetime().nullable().describe('Null: not in the last 90 days.'),
      }).meta({ id: 'EventDefinition' }),
    ),
  }),
  describeEvent: route({
    method: 'PATCH',
    path: '/api/projects/:project_id/event_definitions/:name/',
    summary: 'Say what an event means, in every environment of the project',
    tag,
    auth: 'event_definition:write',
    params: Named,
    body: z.strictObject(change),
    response: EventDefinition.meta({ id: 'DescribedEvent' }),
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
      PropertyDefinition.extend({
        name: z.string().describe('Values of flags are called `$feature/<key>`.'),
        count: z.number().int().describe('How many events of the sample have it.'),
        is_numerical: z
          .boolean()
          .describe('It is of type Numeric, or most of its values say a number.'),
        property_type: PropertyTypeName.nullable().describe(
          'As people say; otherwise the one that most values of the sample have.',
        ),
        is_type_given: z.boolean().describe('The type is what people say.'),
        observed_types: z
          .record(PropertyTypeName, z.number().int())
          .describe('How many values of the sample have each type.'),
      }).meta({ id: 'PropertyDefinition' }),
    ),
  }),
  describeProperty: route({
    method: 'PATCH',
    path: '/api/projects/:project_id/property_definitions/:name/',
    summary: 'Say what a property of events means, in every environment of the project',
    tag,
    auth: 'event_definition:write',
    params: Named,
    body: z.strictObject({
      ...change,
      property_type: PropertyTypeName.nullable().optional().describe('Null: as its values say.'),
    }),
    response: PropertyDefinition.extend({ property_type: PropertyTypeName.nullable() }).meta({
      id: 'DescribedProperty',
    }),
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
