// Dry runs: what a plan would have done to the people of the past.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, page, queryInt, route } from '#kernel/http.contract';
import { PlanWire } from '../plan/plan.contract.ts';
import { HOLD_REASONS, ROLLOUT_EVENT_TYPES } from '../gate/rollout.ts';

const tag = 'rollouts';
const when = z.iso.datetime();
const END = z.enum(['rolled_back', 'released', 'held', 'running']);

const settings = {
  days: z.number().int().min(1).max(14).default(7).describe('How far back it goes.'),
  until: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('Where the past ends; default now. The same plan and end give the same again.'),
  splits: z
    .number()
    .int()
    .min(1)
    .max(50)
    .default(20)
    .describe('Random splits of the same people, where nobody had the change.'),
};

const EventBody = z.object({
  at: when,
  type: z.enum(ROLLOUT_EVENT_TYPES),
  stage: z.string(),
  hold_reason: z.enum(HOLD_REASONS).nullable(),
  reasons: z.array(z.string()),
  treatment_people: z.number().int().describe('With the change in the stage by then.'),
});

const StoryBody = z.object({
  end: END,
  stage: z.string(),
  events: z.array(EventBody),
});

const DryRunBody = z
  .object({
    id: z.string(),
    rollout_id: z.string().nullable(),
    flag_key: z.string(),
    created_at: when,
    plan: PlanWire,
    from: when,
    until: when,
    mode: z
      .enum(['actual', 'a_a'])
      .describe(
        'actual: the arms that people really had. a_a: nobody had the change, so every alarm is a false one.',
      ),
    people: z.number().int(),
    sample_of: z.number().int().describe('How many people there were in all.'),
    look_seconds: z.number().describe('Time between looks; a plan may look more often.'),
    left_out: z.array(z.object({ id: z.string(), reason: z.string() })),
    played_otherwise: z
      .array(z.object({ id: z.string(), reason: z.string() }))
      .default([])
      .describe('Guardrails that are played in another way than they are watched.'),
    actual: StoryBody.nullable(),
    false_alarms: z
      .object({
        runs: z.number().int().describe('Fewer than asked for, when time ran out.'),
        rolled_back: z.number().int(),
        held: z
          .number()
          .int()
          .describe('On hold at the end, for whatever reason: for want of people, say.'),
        paused: z.number().int().describe('Paused for suspected harm at least once.'),
        guardrails: z.array(
          z.object({ id: z.string(), yellow: z.number().int(), red: z.number().int() }),
        ),
        stories: z.array(StoryBody),
      })
      .nullable(),
  })
  .meta({ id: 'RolloutDryRun' });

const base = '/api/projects/:project_id/rollouts/';
const kept = '/api/projects/:project_id/rollout_dry_runs/';

export const dryRunRoutes = {
  dryRunPlan: route({
    method: 'POST',
    path: `${base}dry-run/`,
    summary: 'Play a plan over the people of the past; the result is kept',
    tag,
    auth: 'rollout:write',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: z.strictObject({ plan: PlanWire, ...settings }),
    status: 201,
    response: DryRunBody,
  }),
  dryRun: route({
    method: 'POST',
    path: `${base}:rollout_id/dry-run/`,
    summary: 'Play the plan of a rollout over the people of the past; the result is kept',
    tag,
    auth: 'rollout:write',
    params: ProjectParams.extend({ rollout_id: z.string().min(1).max(64) }),
    query: EnvironmentQuery,
    body: z.strictObject(settings).prefault({}),
    status: 201,
    response: DryRunBody,
  }),
  listDryRuns: route({
    method: 'GET',
    path: kept,
    summary: 'List dry runs of an environment, newest first',
    tag,
    auth: 'rollout:read',
    params: ProjectParams,
    query: EnvironmentQuery.extend({
      rollout_id: z.string().max(64).optional(),
      limit: queryInt(1, 100).default(20),
      offset: queryInt(0, 1_000_000).default(0),
    }),
    response: page(DryRunBody),
  }),
  getDryRun: route({
    method: 'GET',
    path: `${kept}:dry_run_id/`,
    summary: 'Get a dry run',
    tag,
    auth: 'rollout:read',
    params: ProjectParams.extend({ dry_run_id: z.string().min(1).max(64) }),
    query: EnvironmentQuery,
    response: DryRunBody,
  }),
} as const;

export type DryRunResult = Omit<
  z.output<typeof DryRunBody>,
  'id' | 'rollout_id' | 'flag_key' | 'created_at' | 'plan'
>;
export type DryRunWire = z.input<typeof DryRunBody>;
