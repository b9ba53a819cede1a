// Secret keys over HTTP: for servers that evaluate flags by themselves. Only people make and revoke them.
import { z } from 'zod';
import { ProjectParams, page, route } from '#kernel/http.contract';
import { SCOPES } from '#kernel/scopes';
import { Name } from './accounts.contract.ts';

/** 30 days. */
const MAX_OVERLAP_SECONDS = 30 * 24 * 3600;
const tag = 'accounts';
const Params = ProjectParams.extend({ key_id: z.string().max(100) });

const SecretKeyBody = z
  .object({
    id: z.string(),
    /** Key of the environment that it opens. */
    environment: z.string(),
    label: z.string(),
    /** Last four characters of the key. */
    hint: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    /** Until when the key before the last rotation works too. */
    previous_valid_until: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
    rotated_at: z.iso.datetime().nullable(),
    last_used_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'SecretKey' });

const WithValue = SecretKeyBody.extend({ value: z.string() });

export const secretKeysRoutes = {
  listSecretKeys: route({
    method: 'GET',
    path: '/api/projects/:project_id/secret_keys/',
    summary: 'List the secret keys of all environments of a project',
    tag,
    auth: 'project:read',
    params: ProjectParams,
    response: page(SecretKeyBody),
  }),
  createSecretKey: route({
    method: 'POST',
    path: '/api/projects/:project_id/secret_keys/',
    summary: 'Create a secret key of an environment; its value is shown this once only',
    tag,
    auth: 'session',
    params: ProjectParams,
    body: z.strictObject({ label: Name, environment: z.string().min(1).max(100) }),
    status: 201,
    response: WithValue,
  }),
  rotateSecretKey: route({
    method: 'POST',
    path: '/api/projects/:project_id/secret_keys/:key_id/rotate/',
    summary:
      'Give a secret key another value, shown this once only; the present one goes on for a while',
    tag,
    auth: 'session',
    params: Params,
    body: z.strictObject({
      /** How long the present value goes on working. */
      overlap_seconds: z.number().int().min(0).max(MAX_OVERLAP_SECONDS),
    }),
    response: WithValue,
  }),
  endSecretKeyOverlap: route({
    method: 'DELETE',
    path: '/api/projects/:project_id/secret_keys/:key_id/previous_value/',
    summary: 'Stop the value before the last rotation at once',
    tag,
    auth: 'session',
    params: Params,
    response: SecretKeyBody,
  }),
  revokeSecretKey: route({
    method: 'DELETE',
    path: '/api/projects/:project_id/secret_keys/:key_id/',
    summary: 'Revoke a secret key',
    tag,
    auth: 'session',
    params: Params,
    status: 204,
  }),
};
