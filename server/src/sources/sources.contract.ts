// The Prometheus of an environment, over HTTP.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, route } from '#kernel/http.contract';

const tag = 'metric sources';
const path = '/api/projects/:project_id/metric_source/';
const isPlain = ({ username, password, search, hash }: URL): boolean =>
  username + password + search + hash === '';
const url = z
  .url({ protocol: /^https?$/, error: 'Must be an http or https address.' })
  .max(2000)
  .refine((text) => !URL.canParse(text) || isPlain(new URL(text)), {
    error: 'Must be an address alone: no user, password, query or fragment.',
  })
  .transform((text) => text.replace(/\/+$/, ''));

const SourceBody = z
  .object({
    url: z.string().nullable().describe('Null while none is set.'),
    has_token: z.boolean(),
    updated_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'MetricSource' });

export const sourcesRoutes = {
  get: route({
    method: 'GET',
    path,
    summary: 'The Prometheus that guardrails of an environment read',
    tag,
    auth: 'project:read',
    params: ProjectParams,
    query: EnvironmentQuery,
    response: SourceBody,
  }),
  save: route({
    method: 'PUT',
    path,
    summary: 'Set the Prometheus of an environment',
    tag,
    auth: 'project:write',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: z.strictObject({
      url,
      token: z
        .string()
        .min(1)
        .max(4000)
        .regex(/^[\x21-\x7e]+$/, 'Must be printable ASCII without spaces or line breaks.')
        .nullable()
        .optional()
        .describe(
          'Sent as a bearer token; left out: the one that is stored stays. Never read back.',
        ),
    }),
    response: SourceBody,
  }),
  remove: route({
    method: 'DELETE',
    path,
    summary: 'Remove the Prometheus of an environment',
    tag,
    auth: 'project:write',
    params: ProjectParams,
    query: EnvironmentQuery,
    status: 204,
  }),
  test: route({
    method: 'POST',
    path: `${path}test/`,
    summary: 'Ask the Prometheus of an environment now and say what came of it',
    tag,
    auth: 'project:write',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: z
      .strictObject({
        query: z
          .string()
          .min(1)
          .max(4000)
          .default('up')
          .describe('PromQL; `$window` stands for a minute.'),
      })
      .prefault({}),
    response: z.object({
      ok: z.boolean(),
      error: z.string().nullable(),
      series: z
        .array(z.object({ labels: z.record(z.string(), z.string()), value: z.number().nullable() }))
        .describe('The first ten, with their newest readings.'),
    }),
  }),
} as const;
