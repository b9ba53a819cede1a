// A filter of recordings on the wire. It is bounded in every part: links and saved filters hold it as well.
import { z } from 'zod';
import { ActorsSourceBody } from '#insights/actors-contract';
import { PropertyFilter, eventsNode } from '#insights/parts-contract';
import { CONSOLE_LEVELS, MEASURES, ORDERS, type RecordingFilter } from './filter.ts';

const MAX_CONDITIONS = 20;
/** Characters of a filter in an address. */
const MAX_FILTER_TEXT = 16_000;

const Text = z.string().min(1).max(1000);
const FlagKey = z.string().min(1).max(400);
const negated = z.boolean().optional().describe('What must not be true of the session.');
const status = z.number().int().min(0).max(999);

const flagValue = {
  flag: FlagKey,
  values: z.array(z.string().max(400)).min(1).max(20).optional().describe('Left out: any.'),
  negated,
};

const withoutSession = z
  .boolean()
  .optional()
  .describe(
    'Also events that came without a session, as servers send them: of an id of the session, while it was recorded.',
  );

const Condition = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('flag_called'), ...flagValue }),
  z.strictObject({ kind: z.literal('flag_value'), ...flagValue }),
  z.strictObject({ kind: z.literal('flag_changed'), flag: FlagKey, negated }),
  z.strictObject({
    kind: z.literal('event'),
    event: eventsNode.event,
    properties: eventsNode.properties,
    without_session: withoutSession,
    negated,
  }),
  z.strictObject({
    kind: z.literal('exception'),
    type: Text.optional(),
    message: Text.optional().describe('Part of it, in any case.'),
    fingerprint: Text.optional().describe('As the client named it.'),
    issue: z.string().min(1).max(100).optional().describe('Id of the issue that it was put into.'),
    without_session: withoutSession,
    negated,
  }),
  ...(['rage_click', 'dead_click', 'pinned', 'live'] as const).map((kind) =>
    z.strictObject({ kind: z.literal(kind), negated }),
  ),
  z.strictObject({ kind: z.literal('watched'), negated }).describe('By who asks.'),
  z.strictObject({
    kind: z.literal('console'),
    level: z.enum(CONSOLE_LEVELS).optional(),
    text: Text.optional().describe('Part of the message, in any case.'),
    negated,
  }),
  z.strictObject({
    kind: z.literal('request'),
    method: z.string().min(1).max(20).optional(),
    host: Text.optional(),
    path: Text.optional().describe('Part of it.'),
    status_from: status.optional(),
    status_to: status.optional().describe('Inclusive.'),
    unanswered: z.boolean().optional(),
    negated,
  }),
  z.strictObject({
    kind: z.literal('measure'),
    measure: z.enum(MEASURES).describe('Durations in seconds.'),
    min: z.number().min(0).max(1e9).optional(),
    max: z.number().min(0).max(1e9).optional().describe('Inclusive.'),
    negated,
  }),
  z.strictObject({
    kind: z.literal('url'),
    where: z.enum(['visited', 'first']).default('visited'),
    match: z.enum(['contains', 'exact']).default('contains'),
    value: z.string().min(1).max(4000),
    negated,
  }),
  z.strictObject({ kind: z.literal('person'), person_id: z.uuid(), negated }),
  z.strictObject({
    kind: z.literal('property'),
    property: PropertyFilter.describe(
      'Of the person, a cohort or a group as they are now; of `event`: what its pages and screens say.',
    ),
    negated,
  }),
  z.strictObject({ kind: z.literal('source'), source: z.enum(['web', 'mobile']), negated }),
  z.strictObject({
    kind: z.literal('library'),
    library: Text,
    version: Text.optional(),
    negated,
  }),
  z.strictObject({
    kind: z.literal('sessions'),
    ids: z.array(z.string().regex(/^[A-Za-z0-9-]{1,70}$/)).max(500),
    negated,
  }),
  z.strictObject({
    kind: z.literal('people_behind'),
    people: ActorsSourceBody.describe('A number of an insight.'),
    negated,
  }),
]);

const instant = z.string().min(1).max(50).optional();

export const RecordingFilterBody = z
  .strictObject({
    date_from: instant.describe('Of the start: `-7d`, a date, a time; left out: all there are.'),
    date_to: instant.describe('Left out: now.'),
    conditions: z.array(Condition).max(MAX_CONDITIONS).default([]),
    match: z.enum(['all', 'any']).default('all'),
    order: z.enum(ORDERS).default('start_time'),
  })
  .meta({ id: 'RecordingFilter' }) satisfies z.ZodType<RecordingFilter>;

/** The same as text in an address. */
export const FilterInQuery = z
  .string()
  .max(MAX_FILTER_TEXT)
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'Must be JSON, see `RecordingFilter`.' });
      return z.NEVER;
    }
  })
  .pipe(RecordingFilterBody);
