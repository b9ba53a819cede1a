// Holdouts over HTTP: a share of people that flags leave alone, the same people for all flags that name it.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, route } from '#kernel/http.contract';

const tag = 'holdouts';
const name = z.string().trim().min(1).max(200);
const description = z.string().max(2_000);
const percentage = z.number().min(0).max(100);
const reason = z.string().max(1_000).nullable().optional();

export const HoldoutBody = z
  .object({
    id: z.number().int(),
    name: z.string(),
    description: z.string(),
    /** Share of everyone, 0 to 100, that gets the value `holdout-<id>` instead of the flag's. */
    exclusion_percentage: z.number(),
    /** Flags that name it in some environment. */
    flags: z.array(z.object({ id: z.number().int(), key: z.string() })),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Holdout' });

const listPath = '/api/projects/:project_id/holdouts/';
const onePath = '/api/projects/:project_id/holdouts/:id/';
const HoldoutParams = ProjectParams.extend({
  id: z
    .string()
    .regex(/^\d{1,9}$/, 'Must be a number.')
    .transform(Number),
});

export const holdoutsRoutes = {
  list: route({
    method: 'GET',
    path: listPath,
    summary: 'List the holdouts of the project, at most 100',
    tag,
    auth: 'feature_flag:read',
    params: ProjectParams,
    query: EnvironmentQuery,
    response: z.object({ results: z.array(HoldoutBody) }),
  }),
  create: route({
    method: 'POST',
    path: listPath,
    summary: 'Create a holdout',
    tag,
    auth: 'feature_flag:write',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: z.strictObject({
      name,
      description: description.optional(),
      exclusion_percentage: percentage,
    }),
    status: 201,
    response: HoldoutBody,
  }),
  update: route({
    method: 'PATCH',
    path: onePath,
    summary: 'Change a holdout, and with its percentage every flag that names it',
    tag,
    auth: 'feature_flag:write',
    params: HoldoutParams,
    query: EnvironmentQuery,
    body: z.strictObject({
      name: name.optional(),
      description: description.optional(),
      exclusion_percentage: percentage.optional(),
      reason,
    }),
    response: HoldoutBody,
  }),
  remove: route({
    method: 'DELETE',
    path: onePath,
    summary: 'Delete a holdout that no flag names',
    tag,
    auth: 'feature_flag:write',
    params: HoldoutParams,
    query: EnvironmentQuery,
    status: 204,
  }),
};
