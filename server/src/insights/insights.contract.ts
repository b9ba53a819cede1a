// Questions about events over HTTP, in the shapes that users of PostHog's API know.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, route } from '#kernel/http.contract';
import { ActorsQueryBody } from './actors.contract.ts';
import { EventsQueryBody } from './events-query.contract.ts';
import { FunnelsQueryBody } from './funnels.contract.ts';
import { HogqlQueryBody } from './hogql.contract.ts';
import { PathsQueryBody } from './paths.contract.ts';
import { LifecycleQueryBody, StickinessQueryBody } from './people-queries.contract.ts';
import { RetentionQueryBody } from './retention.contract.ts';
import { TrendsQueryBody } from './trends.contract.ts';

export const QueryBody = z.discriminatedUnion('kind', [
  TrendsQueryBody,
  FunnelsQueryBody,
  RetentionQueryBody,
  StickinessQueryBody,
  LifecycleQueryBody,
  PathsQueryBody,
  ActorsQueryBody,
  EventsQueryBody,
  HogqlQueryBody,
]);

export const insightsRoutes = {
  query: route({
    method: 'POST',
    path: '/api/projects/:project_id/query/',
    summary: 'Ask a question about events',
    tag: 'insights',
    auth: 'query:read',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: z.strictObject({ query: QueryBody }),
    response: z.looseObject({
      results: z.unknown().describe('Their form depends on the kind of query.'),
      timezone: z.string(),
      resolved_date_range: z
        .object({ date_from: z.iso.datetime(), date_to: z.iso.datetime() })
        .optional(),
    }),
  }),
};
