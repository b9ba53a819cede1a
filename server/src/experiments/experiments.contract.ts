// The life of experiments over HTTP, in the shape of PostHog's API.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, page, queryInt, route } from '#kernel/http.contract';
import { CONCLUSIONS, type Conclusion, STATUSES } from './experiment.ts';
import {
  EndPress,
  ExperimentBody,
  ExperimentCreate,
  ExperimentUpdate,
  LaunchPress,
  Press,
  ShipPress,
} from './experiment-body.contract.ts';
import { NumberedParams } from './saved-metrics.contract.ts';

const tag = 'experiments';
const listPath = '/api/projects/:project_id/experiments/';
const onePath = '/api/projects/:project_id/experiments/:id/';

/** A verb of one experiment. */
function press<const Name extends string, const Body extends z.ZodType>(
  name: Name,
  summary: string,
  body: Body,
) {
  return route({
    method: 'POST',
    path: `${onePath}${name}/`,
    summary,
    tag,
    auth: 'experiment:write',
    params: NumberedParams,
    query: EnvironmentQuery,
    body,
    response: ExperimentBody,
  });
}

export const experimentsRoutes = {
  list: route({
    method: 'GET',
    path: listPath,
    summary: 'List the experiments of an environment, the newest first',
    tag,
    auth: 'experiment:read',
    params: ProjectParams,
    query: EnvironmentQuery.extend({
      search: z.string().min(1).max(200).optional(),
      status: z.enum(STATUSES).optional(),
      archived: z.stringbool().default(false),
      limit: queryInt(1, 500).default(100),
      offset: queryInt(0, 1_000_000).default(0),
    }),
    response: page(ExperimentBody),
  }),
  outcomes: route({
    method: 'GET',
    path: `${listPath}outcomes/`,
    summary: 'What came of the experiments of an environment',
    tag,
    auth: 'experiment:read',
    params: ProjectParams,
    query: EnvironmentQuery,
    response: z
      .object({
        /** Stopped with a conclusion, by it. */
        concluded: z.object(
          Object.fromEntries(CONCLUSIONS.map((name) => [name, z.number().int()])) as Record<
            Conclusion,
            z.ZodNumber
          >,
        ),
        /** Won, of those that won, lost or were inconclusive; null without any. */
        win_rate: z.number().nullable(),
        /** From the launch to the end, of those with a conclusion; the median, in days. */
        median_days: z.number().nullable(),
      })
      .meta({ id: 'ExperimentOutcomes' }),
  }),
  create: route({
    method: 'POST',
    path: listPath,
    summary: 'Create an experiment as a draft, with a flag that there is or a new one',
    tag,
    auth: 'experiment:write',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: ExperimentCreate,
    status: 201,
    response: ExperimentBody,
  }),
  get: route({
    method: 'GET',
    path: onePath,
    summary: 'Get an experiment',
    tag,
    auth: 'experiment:read',
    params: NumberedParams,
    query: EnvironmentQuery,
    response: ExperimentBody,
  }),
  update: route({
    method: 'PATCH',
    path: onePath,
    summary: 'Change what is given; who counts stays as it was at the launch',
    tag,
    auth: 'experiment:write',
    params: NumberedParams,
    query: EnvironmentQuery,
    body: ExperimentUpdate,
    response: ExperimentBody,
  }),
  remove: route({
    method: 'DELETE',
    path: onePath,
    summary: 'Delete an experiment that is not running; its flag stays',
    tag,
    auth: 'experiment:write',
    params: NumberedParams,
    query: EnvironmentQuery.extend({ reason: z.string().max(1_000).optional() }),
    status: 204,
  }),
  launch: press('launch', 'Start an experiment: its flag is switched on', LaunchPress),
  pause: press('pause', 'Pause a running experiment: its flag is switched off', Press),
  resume: press('resume', 'Go on with a paused experiment: its flag is switched on', Press),
  end: press('end', 'Stop an experiment; its flag stays as it is', EndPress),
  shipVariant: press(
    'ship_variant',
    'Give everyone one variant, and stop the experiment',
    ShipPress,
  ),
  rollBack: press('roll_back', 'Give everyone control, and stop the experiment', EndPress),
};
