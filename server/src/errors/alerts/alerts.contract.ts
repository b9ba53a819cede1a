// What people are told of errors, over HTTP.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, route } from '#kernel/http.contract';

const tag = 'errors';
const path = '/api/projects/:project_id/error_tracking/alerts/';

const rules = {
  new_issue: z.boolean().describe('An error that was not seen before.'),
  regression: z.boolean().describe('A resolved error that is back.'),
  spike: z
    .boolean()
    .describe(
      'An error that happens to ten people or more within an hour, and to three times as many as in the busiest hour of the week before; at most once a day.',
    ),
};
const AlertsBody = z.object({ ...rules, version: z.number().int() }).meta({ id: 'ErrorAlerts' });

export const alertsRoutes = {
  getAlerts: route({
    method: 'GET',
    path,
    summary: 'What the notification channels are told of the errors of an environment',
    tag,
    auth: 'error_tracking:read',
    params: ProjectParams,
    query: EnvironmentQuery,
    response: AlertsBody,
  }),
  saveAlerts: route({
    method: 'PUT',
    path,
    summary: 'Choose what the notification channels are told of the errors of an environment',
    tag,
    auth: 'error_tracking:write',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: z.strictObject(rules),
    response: AlertsBody,
  }),
} as const;
