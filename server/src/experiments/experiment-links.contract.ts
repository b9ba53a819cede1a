// Public links to the results of experiments, and what strangers see by them.
import { z } from 'zod';
import { EnvironmentQuery, route } from '#kernel/http.contract';
import { ExperimentBody } from './experiment-body.contract.ts';
import { ResultsBody } from './results.contract.ts';
import { NumberedParams } from './saved-metrics.contract.ts';

const tag = 'experiments';
const path = '/api/projects/:project_id/experiments/:id/links/';

const LinkBody = z
  .object({
    id: z.string(),
    created_by: z.object({ id: z.string(), name: z.string(), email: z.string() }).nullable(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'ExperimentLink' });

export const experimentLinksRoutes = {
  listLinks: route({
    method: 'GET',
    path,
    summary: 'List the public links to the results of an experiment',
    tag,
    auth: 'experiment:read',
    params: NumberedParams,
    query: EnvironmentQuery,
    response: z.object({ results: z.array(LinkBody) }),
  }),
  createLink: route({
    method: 'POST',
    path,
    summary: 'Make a public, read-only link to the results of an experiment',
    tag,
    auth: 'experiment:write',
    params: NumberedParams,
    query: EnvironmentQuery,
    status: 201,
    response: LinkBody.extend({ token: z.string().describe('Told this once.') }),
  }),
  revokeLink: route({
    method: 'DELETE',
    path: `${path}:link_id/`,
    summary: 'Revoke a public link',
    tag,
    auth: 'experiment:write',
    params: NumberedParams.extend({ link_id: z.string().max(100) }),
    query: EnvironmentQuery,
    status: 204,
  }),
  look: route({
    method: 'GET',
    path: '/api/shared_experiments/:token/',
    summary: 'See the results of an experiment by a public link',
    tag,
    auth: 'public',
    params: z.object({ token: z.string().min(1).max(100) }),
    response: z.object({
      experiment: ExperimentBody.pick({
        name: true,
        description: true,
        status: true,
        feature_flag_key: true,
        parameters: true,
        start_date: true,
        end_date: true,
        conclusion: true,
        conclusion_comment: true,
      }),
      results: ResultsBody.describe(
        'Without the conditions of metrics, what was changed while it ran, and what people are where shares are off.',
      ),
    }),
  }),
};
