// Environments over HTTP: any number per project, each with its own targeting, people, events and token.
import { z } from 'zod';
import { EnvironmentBody, Name } from '#accounts/contract';
import { ENVIRONMENT_COLORS, ENVIRONMENT_KEY } from '#accounts/environment';
import { ProjectParams, page, route } from '#kernel/http.contract';

/** 30 days. */
const MAX_OVERLAP_SECONDS = 30 * 24 * 3600;
const MAX_APPROVALS = 10;

const tag = 'environments';
const Params = ProjectParams.extend({ key: z.string().max(100) });
const color = z.enum(ENVIRONMENT_COLORS);
const reason = z.string().max(1_000);

export const ProtectionInput = z
  .strictObject({
    require_reason: z.boolean().optional(),
    required_approvals: z.number().int().min(0).max(MAX_APPROVALS).optional(),
    allow_emergency_off: z.boolean().optional(),
  })
  .meta({ id: 'ProtectionInput' });

export const environmentsRoutes = {
  list: route({
    method: 'GET',
    path: '/api/projects/:project_id/environments/',
    summary: 'List the environments of a project in their order',
    tag,
    auth: 'project:read',
    params: ProjectParams,
    response: page(EnvironmentBody),
  }),
  create: route({
    method: 'POST',
    path: '/api/projects/:project_id/environments/',
    summary: 'Create an environment with every flag of the project',
    tag,
    auth: 'project:write',
    params: ProjectParams,
    body: z.strictObject({
      /** For `?environment=`; cannot be changed later. */
      key: z
        .string()
        .regex(
          ENVIRONMENT_KEY,
          'Small letters, digits, "-" and "_", at most 50, a letter or digit first.',
        ),
      name: Name,
      color: color.default('gray'),
      /** Key of the environment whose targeting is copied; without it every flag is for nobody. */
      copy_from: z.string().max(100).nullable().default(null),
      /** `off`: every flag starts switched off. `copied`: as it is where it is copied from. */
      switches: z.enum(['off', 'copied']).default('off'),
    }),
    status: 201,
    response: EnvironmentBody,
  }),
  update: route({
    method: 'PATCH',
    path: '/api/projects/:project_id/environments/:key/',
    summary: 'Rename or recolour an environment, change what it asks of changes or may send',
    tag,
    auth: 'project:write',
    params: Params,
    body: z.strictObject({
      name: Name.optional(),
      color: color.optional(),
      /** Asking for less than before needs a reason and a signed-in person. */
      protection: ProtectionInput.optional(),
      /** Events that it may send per second; null: as many as the server is set to take. */
      events_per_second: z.number().int().min(1).max(1_000_000).nullable().optional(),
      reason: reason.nullable().optional(),
    }),
    response: EnvironmentBody,
  }),
  reorder: route({
    method: 'PUT',
    path: '/api/projects/:project_id/environment_order/',
    summary: 'Put the environments in another order',
    tag,
    auth: 'project:write',
    params: ProjectParams,
    body: z.strictObject({ keys: z.array(z.string().max(100)).max(100) }),
    response: page(EnvironmentBody),
  }),
  remove: route({
    method: 'DELETE',
    path: '/api/projects/:project_id/environments/:key/',
    summary: 'Delete an environment: its token stops working, its data can no longer be reached',
    tag,
    auth: 'project:write',
    params: Params,
    query: z.object({
      /** The key of the environment once more. */
      confirm: z.string().max(100).optional(),
    }),
    status: 204,
  }),
  rotateToken: route({
    method: 'POST',
    path: '/api/projects/:project_id/environments/:key/rotate_token/',
    summary: 'Give an environment another project token; the present one goes on for a while',
    tag,
    auth: 'project:write',
    params: Params,
    body: z.strictObject({
      /** How long the present token goes on working. */
      overlap_seconds: z.number().int().min(0).max(MAX_OVERLAP_SECONDS),
    }),
    response: EnvironmentBody,
  }),
  endOverlap: route({
    method: 'DELETE',
    path: '/api/projects/:project_id/environments/:key/previous_token/',
    summary: 'Stop the token before the last rotation at once',
    tag,
    auth: 'project:write',
    params: Params,
    response: EnvironmentBody,
  }),
};
