// Metrics that several experiments share, over HTTP, in the shape of PostHog's API.
import { z } from 'zod';
import { ProjectParams, UserBody, page, queryInt, route } from '#kernel/http.contract';
import { MetricBody, MetricInput } from './metric.contract.ts';

const tag = 'experiments';
const name = z.string().trim().min(1).max(400);
const description = z.string().max(4_000);
const tags = z.array(z.string().trim().min(1).max(200)).max(50);

export const SavedMetricBody = z
  .object({
    id: z.number().int(),
    name: z.string(),
    description: z.string(),
    query: MetricBody,
    tags: z.array(z.string()),
    /** At most 20. */
    used_by: z.array(z.object({ id: z.number().int(), name: z.string() })),
    version: z.number().int(),
    created_by: UserBody.nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'ExperimentSavedMetric' });

const listPath = '/api/projects/:project_id/experiment_saved_metrics/';
const onePath = '/api/projects/:project_id/experiment_saved_metrics/:id/';
export const NumberedParams = ProjectParams.extend({
  id: z
    .string()
    .regex(/^\d{1,9}$/, 'Must be a number.')
    .transform(Number),
});

export const savedMetricsRoutes = {
  listMetrics: route({
    method: 'GET',
    path: listPath,
    summary: 'List the metrics that experiments share, by name',
    tag,
    auth: 'experiment:read',
    params: ProjectParams,
    query: z.object({
      search: z.string().min(1).max(200).optional(),
      limit: queryInt(1, 500).default(100),
      offset: queryInt(0, 1_000_000).default(0),
    }),
    response: page(SavedMetricBody),
  }),
  createMetric: route({
    method: 'POST',
    path: listPath,
    summary: 'Save a metric for experiments to share',
    tag,
    auth: 'experiment:write',
    params: ProjectParams,
    body: z.strictObject({
      name,
      description: description.nullable().optional(),
      query: MetricInput,
      tags: tags.optional(),
    }),
    status: 201,
    response: SavedMetricBody,
  }),
  getMetric: route({
    method: 'GET',
    path: onePath,
    summary: 'Get a shared metric',
    tag,
    auth: 'experiment:read',
    params: NumberedParams,
    response: SavedMetricBody,
  }),
  updateMetric: route({
    method: 'PATCH',
    path: onePath,
    summary: 'Change what is given of a shared metric',
    tag,
    auth: 'experiment:write',
    params: NumberedParams,
    body: z.strictObject({
      name: name.optional(),
      description: description.nullable().optional(),
      query: MetricInput.optional(),
      tags: tags.optional(),
      version: z
        .number()
        .int()
        .optional()
        .describe('The version that was read; another one is a conflict.'),
    }),
    response: SavedMetricBody,
  }),
  removeMetric: route({
    method: 'DELETE',
    path: onePath,
    summary: 'Delete a shared metric that no experiment uses',
    tag,
    auth: 'experiment:write',
    params: NumberedParams,
    status: 204,
  }),
};
