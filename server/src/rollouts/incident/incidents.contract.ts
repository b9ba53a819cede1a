// Incidents over HTTP: what is known of each, what people write about it, and who was affected.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, page, queryInt, route } from '#kernel/http.contract';
import { WayBack } from '../plan/way-back.contract.ts';
import { EvaluationBody } from '../rollout-body.contract.ts';
import { CLOSINGS, INCIDENT_KINDS } from './incident.ts';

const tag = 'incidents';
const when = z.iso.datetime();

export const ActionItemBody = z
  .strictObject({
    id: z.string().min(1).max(64),
    text: z.string().trim().min(1).max(1000),
    owner: z.string().trim().max(200).default(''),
    done: z.boolean().default(false),
  })
  .meta({ id: 'IncidentActionItem' });

const Session = z.object({
  session_id: z.string(),
  person_id: z.string(),
  at: when,
  open_at_ms: z
    .number()
    .int()
    .nullable()
    .describe('Where its recording is opened, from its start; null where there is none to play.'),
});
const ArmHurt = z.object({ people: z.number().int(), with_event: z.number().int() });

const GuardrailHurtBody = z
  .object({
    id: z.string(),
    event: z.string(),
    direction: z.enum(['up', 'down']).describe('`down`: the event is what people are missing.'),
    treatment: ArmHurt,
    control: ArmHurt,
    first_at: when.nullable(),
    sessions: z
      .object({ treatment: z.array(Session), control: z.array(Session) })
      .describe(
        'Up to 20 of each arm, by their `$session_id`: those with a recording first, from different pages; recordings are kept for 365 days.',
      ),
  })
  .meta({ id: 'IncidentGuardrail' });

const IncidentSummary = z
  .object({
    id: z.string(),
    rollout_id: z.string(),
    flag_id: z.number().int(),
    flag_key: z.string(),
    environment: z.string(),
    kind: z.enum(INCIDENT_KINDS),
    opened_at: when,
    flag_off_at: when.nullable().describe('When the change was taken back.'),
    closed_at: when.nullable(),
    closing: z.enum(CLOSINGS).nullable(),
    closed_by: z.string().nullable(),
    stage: z.object({ index: z.number().int(), name: z.string(), percent: z.number() }),
    culprits: z.array(z.string()).describe('Guardrails at fault; none where a person decided.'),
    reasons: z.array(z.string()),
    affected: z
      .number()
      .int()
      .nullable()
      .describe('People who had the change; null: not counted yet.'),
    post_mortem_version: z.number().int().describe('0: nobody has written any.'),
  })
  .meta({ id: 'IncidentSummary' });

const Point = z.object({
  at: when,
  verdict: z.enum(['red', 'yellow', 'green', 'unknown']),
  ln_e: z.number(),
  guardrails: z.array(
    z.object({
      id: z.string(),
      treatment: z.number().nullable(),
      control: z.number().nullable(),
      ln_e: z.number(),
    }),
  ),
});

export const IncidentBody = IncidentSummary.extend({
  acknowledgement: z
    .enum(['none', 'needed', 'given'])
    .describe('`needed`: until somebody acknowledges it the flag takes no other rollout.'),
  decision: z.object({
    look: EvaluationBody.nullable().describe('The look that decided, or the last one before.'),
    looks: z.array(Point).describe('The stage’s looks, oldest first, evenly spread.'),
    rollback_line: z.number().describe('ln E at which the change is taken back.'),
    pause_line: z.number(),
  }),
  way_back: WayBack.describe('What going back from the stage of the incident does to data.'),
  evidence: z
    .object({
      collected_at: when,
      from: when,
      to: when,
      affected: z.number().int(),
      opted_in: z.number().int(),
      active: z.number().int().describe('Everybody who did anything in that time.'),
      blast_radius: z.number().nullable().describe('Affected among active people, 0 to 1.'),
      first_hurt_at: when.nullable(),
      exposure_seconds: z
        .number()
        .nullable()
        .describe('From the first person hurt to the flag taken back.'),
      guardrails: z.array(GuardrailHurtBody),
    })
    .nullable()
    .describe('Null until the event store has answered.'),
  timeline: z.array(
    z.object({
      at: when,
      kind: z.enum(['harm', 'decision', 'flag', 'told', 'person']),
      text: z.string(),
      by: z.string().nullable(),
    }),
  ),
  messages: z.object({
    status_page: z.string(),
    email: z.object({ subject: z.string(), body: z.string() }),
    banner: z.string(),
  }),
  post_mortem: z.object({
    text: z.string().describe('Markdown; a template while nobody has written.'),
    version: z.number().int(),
    saved_by: z.string().nullable(),
    saved_at: when.nullable(),
  }),
  action_items: z.array(ActionItemBody),
  banner: z.object({ flag_key: z.string(), set_at: when, cleared_at: when.nullable() }).nullable(),
}).meta({ id: 'Incident' });

const Written = z
  .strictObject({
    post_mortem: z.string().max(100_000).optional(),
    post_mortem_version: z
      .number()
      .int()
      .min(0)
      .optional()
      .describe('The version that was changed; refused (409) when there is another by now.'),
    action_items: z.array(ActionItemBody).max(100).optional(),
    seen_action_items: z
      .array(ActionItemBody)
      .max(100)
      .optional()
      .describe('The action items that were changed; refused (409) when they are others by now.'),
  })
  .refine((body) => body.action_items === undefined || body.seen_action_items !== undefined, {
    path: ['seen_action_items'],
    error: 'Say which action items were changed.',
  })
  .refine((body) => body.post_mortem === undefined || body.post_mortem_version !== undefined, {
    path: ['post_mortem_version'],
    error: 'Say which version was changed.',
  })
  .meta({ id: 'IncidentUpdate' });

const base = '/api/projects/:project_id/incidents/';
const one = `${base}:incident_id/`;
const Params = ProjectParams.extend({ incident_id: z.string().min(1).max(64) });
const of = { tag, params: Params, query: EnvironmentQuery } as const;

export const incidentsRoutes = {
  list: route({
    method: 'GET',
    path: base,
    summary: 'List incidents of an environment, newest first',
    tag,
    auth: 'rollout:read',
    params: ProjectParams,
    query: EnvironmentQuery.extend({
      rollout_id: z.string().max(64).optional(),
      open: z.stringbool().optional(),
      limit: queryInt(1, 200).default(50),
      offset: queryInt(0, 100_000).default(0),
    }),
    response: page(IncidentSummary),
  }),
  get: route({
    method: 'GET',
    path: one,
    summary: 'One incident with everything that is known of it',
    auth: 'rollout:read',
    ...of,
    response: IncidentBody,
  }),
  write: route({
    method: 'PATCH',
    path: one,
    summary: 'Save the post-mortem, the action items, or both',
    auth: 'rollout:write',
    ...of,
    body: Written,
    response: IncidentBody,
  }),
  versions: route({
    method: 'GET',
    path: `${one}post_mortem_versions/`,
    summary: 'The last hundred versions of the post-mortem, newest first',
    auth: 'rollout:read',
    ...of,
    response: z.object({
      results: z.array(
        z.object({ version: z.number().int(), saved_by: z.string(), saved_at: when }),
      ),
    }),
  }),
  version: route({
    method: 'GET',
    path: `${one}post_mortem_versions/:version/`,
    summary: 'One version of the post-mortem',
    tag,
    auth: 'rollout:read',
    params: Params.extend({ version: queryInt(1, 1_000_000) }),
    query: EnvironmentQuery,
    response: z.object({
      version: z.number().int(),
      text: z.string(),
      saved_by: z.string(),
      saved_at: when,
    }),
  }),
  people: route({
    method: 'GET',
    path: `${one}people/`,
    summary: 'People who had the change, those it hurt first',
    tag,
    auth: 'person:read',
    params: Params,
    query: EnvironmentQuery.extend({
      limit: queryInt(1, 500).default(50),
      offset: queryInt(0, 100_000).default(0),
    }),
    response: z.object({
      results: z.array(
        z.object({
          person_id: z.string(),
          distinct_id: z.string(),
          had_it_since: when,
          hurt_at: when.nullable(),
        }),
      ),
      has_more: z.boolean(),
    }),
  }),
  peopleFile: route({
    method: 'GET',
    path: `${one}people.csv`,
    summary: 'People who had the change, as a file; x-serin-cut says whether there are more',
    auth: 'person:read',
    ...of,
    file: ['text/csv'],
  }),
  cohort: route({
    method: 'POST',
    path: `${one}cohort/`,
    summary: 'List the people who had the change in a new static cohort',
    auth: 'cohort:write',
    ...of,
    body: z.strictObject({ name: z.string().trim().min(1).max(400).optional() }).prefault({}),
    status: 201,
    response: z.object({ id: z.number().int(), name: z.string(), count: z.number().int() }),
  }),
  markdown: route({
    method: 'GET',
    path: `${one}report.md`,
    summary: 'The whole report as Markdown',
    auth: 'rollout:read',
    ...of,
    file: ['text/markdown'],
  }),
} as const;

export type IncidentSummaryWire = z.input<typeof IncidentSummary>;
export type IncidentWire = z.input<typeof IncidentBody>;
