// Rollouts over HTTP: create one from a plan, command it, and see why it does what it does.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, page, queryInt, route } from '#kernel/http.contract';
import { GOAL_KINDS } from './gate/goal.ts';
import { PlanWire } from './plan/plan.contract.ts';
import {
  EvaluationBody,
  RolloutBody,
  RolloutEventBody,
  RolloutSummary,
  SeriesBody,
} from './rollout-body.contract.ts';

const expected_version = z
  .number()
  .int()
  .positive()
  .optional()
  .describe('Refuse (409) when the rollout has moved past this version.');
const seen_version = expected_version
  .unwrap()
  .describe('The version that was looked at; refused (409) when the rollout has moved past it.');
const reason = z.string().trim().max(2000).optional();
/**
 * Typed by whoever accepts what a command costs; see `confirmations` of the rollout. Without it such a command is refused
 * (400, `confirmation_required`, attr `confirm`), and the detail says what is at stake.
 */
const confirm = z
  .string()
  .max(400)
  .optional()
  .describe('The flag’s key: data is at stake, see `confirmations` of the rollout.');
const Command = z.strictObject({ expected_version, reason }).prefault({});
const RiskyCommand = z.strictObject({ expected_version, reason, confirm }).prefault({});
const Params = ProjectParams.extend({ rollout_id: z.string().min(1).max(64) });
const Paging = { limit: queryInt(1, 500).default(50), offset: queryInt(0, 1_000_000).default(0) };

const base = '/api/projects/:project_id/rollouts/';
const one = `${base}:rollout_id/`;

/** A command on one rollout; answers with the rollout as it is afterwards. */
function command<const N extends string, B extends z.ZodType>(name: N, summary: string, body: B) {
  return route({
    method: 'POST',
    path: `${one}${name}/`,
    summary,
    tag: 'rollouts',
    auth: 'rollout:write',
    params: Params,
    query: EnvironmentQuery,
    body,
    response: RolloutBody,
  });
}

export const rolloutsRoutes = {
  list: route({
    method: 'GET',
    path: base,
    summary: 'List rollouts of an environment: those that are not over first, then the newest',
    tag: 'rollouts',
    auth: 'rollout:read',
    params: ProjectParams,
    query: EnvironmentQuery.extend({
      flag_key: z.string().max(400).optional(),
      search: z.string().trim().max(400).optional().describe('Part of the key of the flag.'),
      status: z.enum(['open', 'over']).optional().describe('Left out: both.'),
      ...Paging,
    }),
    response: page(RolloutSummary),
  }),
  create: route({
    method: 'POST',
    path: base,
    summary: 'Create a rollout from a plan; it starts with its start command',
    tag: 'rollouts',
    auth: 'rollout:write',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: PlanWire,
    status: 201,
    response: RolloutBody,
  }),
  get: route({
    method: 'GET',
    path: one,
    summary: 'One rollout with its evidence and its next step',
    tag: 'rollouts',
    auth: 'rollout:read',
    params: Params,
    query: EnvironmentQuery,
    response: RolloutBody,
  }),
  wait: route({
    method: 'GET',
    path: `${one}wait/`,
    summary:
      'One rollout, answered once what is waited for is reached or cannot be any more, or the time is over',
    tag: 'rollouts',
    auth: 'rollout:read',
    params: Params,
    query: EnvironmentQuery.extend({
      until: z.enum(GOAL_KINDS).default('completed'),
      stage_index: queryInt(0, 29)
        .optional()
        .describe('For `stage`: reached by any later one, too.'),
      or_held: z
        .enum(['true', 'false'])
        .default('false')
        .describe('Ends as well when it is held or waits for an approval.'),
      timeout: queryInt(1, 60).default(30).describe('Seconds; ask again for longer waits.'),
    }),
    response: RolloutBody,
  }),
  evaluations: route({
    method: 'GET',
    path: `${one}evaluations/`,
    summary: 'Looks at the evidence, newest first',
    tag: 'rollouts',
    auth: 'rollout:read',
    params: Params,
    query: EnvironmentQuery.extend(Paging),
    response: page(EvaluationBody),
  }),
  evaluation: route({
    method: 'GET',
    path: `${one}evaluations/:evaluation_id/`,
    summary: 'One look with every input of its decision',
    tag: 'rollouts',
    auth: 'rollout:read',
    params: Params.extend({ evaluation_id: z.string().regex(/^\d{1,18}$/) }),
    query: EnvironmentQuery,
    response: EvaluationBody.extend({ inputs: z.record(z.string(), z.unknown()) }),
  }),
  series: route({
    method: 'GET',
    path: `${one}series/`,
    summary: 'How estimates and evidence came about over the looks of one run of a stage',
    tag: 'rollouts',
    auth: 'rollout:read',
    params: Params,
    query: EnvironmentQuery.extend({
      stage_index: queryInt(0, 29)
        .optional()
        .describe('Left out: the last run, of the stage it is at.'),
      attempt: queryInt(1, 1_000_000).optional(),
      points: queryInt(2, 200).default(60).describe('Looks at most.'),
    }),
    response: SeriesBody,
  }),
  events: route({
    method: 'GET',
    path: `${one}events/`,
    summary: 'Decisions, newest first',
    tag: 'rollouts',
    auth: 'rollout:read',
    params: Params,
    query: EnvironmentQuery.extend(Paging),
    response: page(RolloutEventBody),
  }),
  stream: route({
    method: 'GET',
    path: `${one}stream/`,
    summary: 'The rollout as server-sent events named "rollout", at every change',
    tag: 'rollouts',
    auth: 'rollout:read',
    params: Params,
    query: EnvironmentQuery,
    stream: true,
  }),
  replan: route({
    method: 'PUT',
    path: `${one}plan/`,
    summary:
      'Change the plan: all of a draft; of a running rollout the stages to come, and what is watched, which begins the stage anew',
    tag: 'rollouts',
    auth: 'rollout:write',
    params: Params,
    query: EnvironmentQuery,
    body: z.strictObject({ expected_version: seen_version, reason, confirm, plan: PlanWire }),
    response: RolloutBody,
  }),
  start: command(
    'start',
    'Start the first stage, at once or at a time; a scheduled rollout starts at once',
    z
      .strictObject({
        expected_version,
        reason,
        confirm,
        start_at: z.iso
          .datetime({ offset: true })
          .optional()
          .describe('Not before this; and in a change window, if the plan has some.'),
      })
      .prefault({}),
  ),
  ack: command(
    'ack',
    'Take over a hold, so that it neither escalates nor ends by itself; or acknowledge a rollback',
    Command,
  ),
  extend: command(
    'extend',
    'Give a hold more time before its deadline',
    z.strictObject({
      expected_version,
      reason,
      seconds: z
        .number()
        .int()
        .min(60)
        .max(7 * 86_400)
        .describe('Added to the deadline.'),
    }),
  ),
  jump: command(
    'jump',
    'Go to another stage, forward or back, without waiting for the gates',
    z.strictObject({
      expected_version: seen_version,
      reason: z.string().trim().min(1, 'Say why the plan is left.').max(2000),
      confirm,
      stage_index: z.number().int().min(0).max(29),
    }),
  ),
  retry: command(
    'retry',
    'Begin again at a stage after a rollback that somebody has acknowledged',
    z.strictObject({
      expected_version: seen_version,
      reason: z.string().trim().min(1, 'Say what is different now.').max(2000),
      confirm,
      stage_index: z.number().int().min(0).max(29),
    }),
  ),
  pause: command('pause', 'Hold; evidence is still collected', Command),
  resume: command('resume', 'End a hold', Command),
  promote: command(
    'promote',
    'Go to the next stage without waiting for the gates',
    z.strictObject({
      expected_version: seen_version,
      reason: z.string().trim().min(1, 'Say why the gates are passed over.').max(2000),
      confirm,
    }),
  ),
  rollback: command('rollback', 'Take the change back', RiskyCommand),
  approve: command(
    'approve',
    'Approve the promotion that every gate has passed',
    z.strictObject({ expected_version: seen_version, reason, confirm }),
  ),
  cancel: command(
    'cancel',
    'End the rollout; the flag stays at its stage, or goes back',
    z
      .strictObject({
        expected_version,
        reason,
        confirm,
        flag: z.enum(['keep', 'revert']).default('keep'),
      })
      .prefault({}),
  ),
} as const;

export type CommandBody = z.output<typeof Command> & {
  readonly confirm?: string | undefined;
  readonly flag?: 'keep' | 'revert';
  readonly start_at?: string | undefined;
  readonly stage_index?: number;
  readonly seconds?: number;
};
