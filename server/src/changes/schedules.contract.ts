// Scheduled changes over HTTP: one flag in one environment, at a time of somebody's choosing.
import { z } from 'zod';
import { FiltersBody, FiltersInput } from '#flags/filters';
import { EnvironmentQuery, ProjectParams, page, queryInt, route } from '#kernel/http.contract';
import { DueBody, DueInput } from './due.contract.ts';
import { SCHEDULE_STATES } from './schedule.ts';

const tag = 'changes';
const version = z.number().int();
const reason = z.string().trim().max(1_000).nullable();

const Share = z.strictObject({
  /** Place of the condition set, from 0. */
  condition_set: z.number().int().min(0).max(1_000),
  rollout_percentage: z.number().min(0).max(100),
});

const SettingInput = z
  .strictObject({
    active: z.boolean().optional(),
    /** Sets the share of one condition set and leaves the rest as it is then. */
    share: Share.optional(),
    /** Replaces targeting, variants and payloads, as far as they differ from now. */
    filters: FiltersInput.optional(),
  })
  .refine((setting) => Object.values(setting).some((value) => value !== undefined), {
    message: 'Say what to change: active, share or filters.',
  })
  .refine(({ share, filters }) => share === undefined || filters === undefined, {
    message: 'Give the share of a condition set, or filters as a whole.',
    path: ['share'],
  })
  .meta({ id: 'ScheduledSettingInput' });

const ScheduleBody = z
  .object({
    id: z.string(),
    flag: z.object({ id: z.number().int(), key: z.string() }),
    environment: z.string(),
    change: z.object({
      active: z.boolean().optional(),
      share: z.object({ condition_set: z.number(), rollout_percentage: z.number() }).optional(),
      filters: FiltersBody.optional(),
    }),
    due: DueBody,
    reason: z.string().nullable(),
    state: z.enum(SCHEDULE_STATES),
    /** What happened, in words. */
    outcome: z.string().nullable(),
    /** It was made noticeably after its time. */
    is_late: z.boolean(),
    author: z.object({ id: z.string(), label: z.string() }),
    version,
    created_at: z.iso.datetime(),
    finished_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'ScheduledChange' });

const base = '/api/projects/:project_id/scheduled_changes/';
const Params = ProjectParams.extend({ id: z.string().max(100) });

export const schedulesRoutes = {
  listSchedules: route({
    method: 'GET',
    path: base,
    summary: 'List scheduled changes of an environment: those to come, or what became of others',
    tag,
    auth: 'feature_flag:read',
    params: ProjectParams,
    query: EnvironmentQuery.extend({
      show: z.enum(['pending', 'done']).default('pending'),
      /** Only those of this flag, by number. */
      flag_id: queryInt(1, 2_000_000_000).optional(),
      limit: queryInt(1, 200).default(100),
      offset: queryInt(0, 1_000_000).default(0),
    }),
    response: page(ScheduleBody),
  }),
  schedule: route({
    method: 'POST',
    path: base,
    summary: 'Plan a change of a flag',
    tag,
    auth: 'feature_flag:write',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: z.strictObject({
      /** Number or key. */
      flag: z.union([z.number().int(), z.string().min(1).max(400)]),
      change: SettingInput,
      due: DueInput,
      reason: reason.default(null),
    }),
    status: 201,
    response: ScheduleBody,
  }),
  getSchedule: route({
    method: 'GET',
    path: `${base}:id/`,
    summary: 'Get a scheduled change',
    tag,
    auth: 'feature_flag:read',
    params: Params,
    response: ScheduleBody,
  }),
  editSchedule: route({
    method: 'PATCH',
    path: `${base}:id/`,
    summary: 'Plan a change otherwise, as long as it is to come',
    tag,
    auth: 'feature_flag:write',
    params: Params,
    body: z.strictObject({
      version,
      change: SettingInput.optional(),
      due: DueInput.optional(),
      reason: reason.optional(),
    }),
    response: ScheduleBody,
  }),
  cancelSchedule: route({
    method: 'POST',
    path: `${base}:id/cancel/`,
    summary: 'Cancel a change that is to come',
    tag,
    auth: 'feature_flag:write',
    params: Params,
    body: z.strictObject({ version, reason: reason.default(null) }),
    response: ScheduleBody,
  }),
};
