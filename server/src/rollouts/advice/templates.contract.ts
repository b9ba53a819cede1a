// Templates of plans over HTTP: those that come with Serin, those that the project has saved, and the plan that
// one makes for a flag.
import { z } from 'zod';
import {
  EnvironmentQuery,
  ProjectParams,
  UserBody,
  page,
  queryInt,
  route,
} from '#kernel/http.contract';
import { PlanWire } from '../plan/plan.contract.ts';
import { CHANGE_KINDS } from './templates.ts';

const tag = 'rollouts';
const name = z.string().trim().min(1).max(200);
const description = z.string().trim().max(2_000);

/** A plan without what belongs to one flag. */
export const TemplatePlan = PlanWire.omit({
  flag_key: true,
  environment: true,
  treatment: true,
  control: true,
  unit: true,
}).meta({ id: 'RolloutTemplatePlan' });
export type TemplatePlan = z.output<typeof TemplatePlan>;

const LeftOutBody = z
  .object({
    kind: z.enum(['stage', 'guardrail']),
    name: z.string(),
    reason: z.string(),
    how: z.string().describe('How to get it.'),
  })
  .meta({ id: 'RolloutLeftOut' });

const TemplateBody = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    is_built_in: z.boolean().describe('Comes with Serin and cannot be edited.'),
    plan: TemplatePlan.nullable().describe('Null for those that come with Serin: see `proposal`.'),
    version: z.number().int(),
    created_by: UserBody.nullable(),
    created_at: z.iso.datetime().nullable(),
    updated_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'RolloutTemplate' });

const base = '/api/projects/:project_id/rollout_templates/';
const one = `${base}:template_id/`;
const Params = ProjectParams.extend({ template_id: z.string().min(1).max(64) });

export const templatesRoutes = {
  listTemplates: route({
    method: 'GET',
    path: base,
    summary: 'List templates of plans: those that come with Serin first, then saved ones by name',
    tag,
    auth: 'rollout:read',
    params: ProjectParams,
    query: z.object({
      search: z.string().min(1).max(200).optional(),
      limit: queryInt(1, 500).default(100),
      offset: queryInt(0, 1_000_000).default(0),
    }),
    response: page(TemplateBody),
  }),
  createTemplate: route({
    method: 'POST',
    path: base,
    summary: 'Save a plan as a template',
    tag,
    auth: 'rollout:write',
    params: ProjectParams,
    body: z.strictObject({ name, description: description.default(''), plan: TemplatePlan }),
    status: 201,
    response: TemplateBody,
  }),
  getTemplate: route({
    method: 'GET',
    path: one,
    summary: 'Get a template of plans',
    tag,
    auth: 'rollout:read',
    params: Params,
    response: TemplateBody,
  }),
  updateTemplate: route({
    method: 'PATCH',
    path: one,
    summary: 'Change what is given of a saved template',
    tag,
    auth: 'rollout:write',
    params: Params,
    body: z.strictObject({
      name: name.optional(),
      description: description.optional(),
      plan: TemplatePlan.optional(),
      version: z
        .number()
        .int()
        .optional()
        .describe('The version that was read; another one is a conflict.'),
    }),
    response: TemplateBody,
  }),
  removeTemplate: route({
    method: 'DELETE',
    path: one,
    summary: 'Delete a saved template; rollouts that were made from it keep their plans',
    tag,
    auth: 'rollout:write',
    params: Params,
    status: 204,
  }),
  propose: route({
    method: 'GET',
    path: `${one}proposal/`,
    summary: 'The plan that a template makes for a flag, with what this project lacks for it',
    tag,
    auth: 'rollout:read',
    params: Params,
    query: EnvironmentQuery.extend({
      flag_key: z.string().min(1).max(400),
      change: z
        .enum(CHANGE_KINDS)
        .default('page')
        .describe('What the release changes; sets the bake times of templates of Serin.'),
      conversion_event: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe('The event that means success; default: one of its usual names.'),
    }),
    response: z
      .object({ plan: PlanWire, left_out: z.array(LeftOutBody) })
      .meta({ id: 'RolloutProposal' }),
  }),
} as const;
