// Guardrails of a plan on the wire. What a missing field means depends on the kind (guardrail-kinds.ts).
import { z } from 'zod';
import { EVENT_OPERATORS, GUARDRAIL_FAMILIES, RED_ACTIONS } from '#metrics/guardrail';
import { COMPARE_MODES, GUARDRAIL_KINDS, STATUSES, UNITS, VITALS } from './guardrail-kinds.ts';

const scalar = z.union([z.string().max(2000), z.number(), z.boolean()]);
/** Shares, times, milliseconds or money, by kind and compare. */
const band = z.number().min(-1e12).max(1e12);
const eventName = z.string().min(1).max(200);
const propertyName = z.string().min(1).max(400);

const promQl = z.string().trim().min(1).max(4000).optional();

const EventProperty = z.strictObject({
  key: propertyName,
  operator: z.enum(EVENT_OPERATORS).default('exact'),
  value: z.union([scalar, z.array(scalar).max(100), z.null()]).default(null),
});

const EventProperties = z.array(EventProperty).max(10).default([]);

/** 31 days: later than that, nobody ties a conversion to a change. */
const MAX_WINDOW_SECONDS = 2_678_400;

/** One guardrail; which fields go together is checked by guardrail-faults.ts. */
export const GuardrailWireFields = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,60}$/, 'Use 1 to 60 letters, digits, - or _.')
    .describe('Short name, unique in the plan.'),
  kind: z
    .enum(GUARDRAIL_KINDS)
    .describe('What is counted of each exposed person; brings defaults for the rest.'),
  event: eventName.optional(),
  properties: EventProperties,
  steps: z
    .array(z.union([eventName, z.strictObject({ event: eventName, properties: EventProperties })]))
    .min(2)
    .max(10)
    .optional()
    .describe('funnel: events that a person does in this order.'),
  window_seconds: z
    .number()
    .positive()
    .max(MAX_WINDOW_SECONDS)
    .optional()
    .describe(
      'conversion, funnel: how long after the exposure it counts, default an hour. retention: how long after it people come back, default a day. prometheus: length of a window, default a minute.',
    ),
  property: propertyName
    .optional()
    .describe(
      'latency, mean, revenue_per_user, ratio: the property that holds the number. latency without event and property: the largest contentful paint of $web_vitals.',
    ),
  percentile: z
    .number()
    .min(1)
    .max(99.9)
    .optional()
    .describe('latency: which percentile of the durations; default 95.'),
  per: z
    .strictObject({
      event: eventName,
      properties: EventProperties,
      property: propertyName.optional(),
    })
    .optional()
    .describe('ratio: what the numbers are divided by, events or a property of theirs.'),
  status: z
    .enum(STATUSES)
    .optional()
    .describe('api_error_users with an event of your own: which answers are errors; default 5xx.'),
  status_property: propertyName
    .optional()
    .describe('Property of that event that holds the status; default status.'),
  unit: z
    .enum(UNITS)
    .optional()
    .describe(
      'Whose share is counted: people with such an event, or their sessions with one; default by kind.',
    ),
  vital: z
    .enum(VITALS)
    .optional()
    .describe('web_vitals: which one, at the 75th percentile by default; default LCP.'),
  estimate: z
    .strictObject({
      windows: z.number().int().min(1).max(100).default(5),
      over: z.number().int().min(1).max(100).default(3),
      min_sample: z.number().int().min(1).max(1_000_000).default(100),
    })
    .nullable()
    .optional()
    .describe(
      'Decide by estimates instead of evidence: beyond a band in `over` of the last `windows` windows of `min_sample` people in each arm. Takes harmless releases back far more often; the check of the plan says how often.',
    ),
  query: promQl.describe('prometheus: one value, held against `absolute` limits.'),
  bad_query: promQl.describe(
    'prometheus: bad events of a window, by `label`: sum by (variant) (increase(http_requests_total{code=~"5.."}[$window])).',
  ),
  total_query: promQl.describe('prometheus: all events of a window, by `label`.'),
  label: z
    .string()
    .regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,199}$/, 'Must be the name of a label.')
    .optional()
    .describe('prometheus: tells the arms apart; default variant.'),
  treatment_value: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('prometheus: `label` of those with the change; default the treatment, or true.'),
  control_value: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('prometheus: `label` of the others; default the control, or false.'),
  group: z
    .enum(GUARDRAIL_FAMILIES)
    .optional()
    .describe('Two yellow guardrails of different groups count as red; default by kind.'),
  direction: z
    .enum(['up', 'down'])
    .optional()
    .describe('The direction that is harm; default by kind.'),
  compare: z
    .enum(COMPARE_MODES)
    .optional()
    .describe(
      'What yellow and red are: a ratio to control, a relative change (-0.1 is a tenth less), percentage points (0.01 is one), milliseconds more, or limits of the value itself. Default by kind.',
    ),
  yellow: band.optional().describe('Where people should look; default by compare and direction.'),
  red: band
    .optional()
    .describe('Where the change is taken back; default by compare and direction.'),
  absolute: z
    .strictObject({ yellow: band, red: band })
    .nullable()
    .optional()
    .describe(
      'Limits of the value besides; crash_free takes shares without a crash. Default by kind, else none.',
    ),
  min_affected_users: z.number().int().min(1).max(1_000_000).optional(),
  require: z
    .enum(['safe', 'no_harm'])
    .optional()
    .describe(
      'What promotion asks for; default no_harm for business numbers and for what only notifies, else safe.',
    ),
  allow_no_baseline: z
    .boolean()
    .default(false)
    .describe('Start although no such event has arrived in the last seven days.'),
  on_red: z
    .enum(RED_ACTIONS)
    .default('rollback')
    .describe(
      'What it may do: take the change back, stop expansion, or only tell people. The last two do not count in the evidence that rolls back.',
    ),
});
