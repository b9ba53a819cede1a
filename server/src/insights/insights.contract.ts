// Questions about events over HTTP, in the shapes that users of PostHog's API know.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, route } from '#kernel/http.contract';
import { ActorsQueryBody } from './actors/actors.contract.ts';
import { EventsQueryBody } from './events/events-query.contract.ts';
import { FunnelsQueryBody } from './funnels/funnels.contract.ts';
import { HogqlQueryBody } from './hogql/hogql.contract.ts';
import { PathsQueryBody } from './paths/paths.contract.ts';
import {
  LifecycleQueryBody,
  StickinessQueryBody,
} from './people-queries/people-queries.contract.ts';
import { displayOnly, given } from './query-parts.contract.ts';
import { REFRESH_MODES } from './running/refresh.ts';
import { RetentionQueryBody } from './retention/retention.contract.ts';
import { TrendsQueryBody } from './trends/trends.contract.ts';

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

const Progress = z.object({
  rows_read: z.number(),
  estimated_rows_total: z.number(),
  bytes_read: z.number(),
});

const QueryStatus = z
  .object({
    id: z.string(),
    query_async: z.literal(true),
    complete: z.boolean(),
    error: z.boolean(),
    error_message: z.string().nullable(),
    start_time: z.iso.datetime(),
    end_time: z.iso.datetime().nullable(),
    query_progress: Progress,
    results: z.looseObject({}).nullable().describe('The answer, once it is there.'),
  })
  .meta({ id: 'QueryStatus' });

const RunParams = ProjectParams.extend({ id: z.string().min(1).max(100) });
const path = '/api/projects/:project_id/query/';
const tag = 'insights';
const auth = 'query:read';

export const insightsRoutes = {
  query: route({
    method: 'POST',
    path,
    summary: 'Ask a question about events',
    tag,
    auth,
    params: ProjectParams,
    query: EnvironmentQuery,
    body: z.strictObject({
      query: QueryBody,
      refresh: given(z.union([z.enum(REFRESH_MODES), z.boolean()])).describe(
        '`blocking` when left out: a kept answer that is still right, or a new one. `async` computes in the ' +
          'background and answers with `query_status`; `force_…` computes in any case; `force_cache` never does.',
      ),
      client_query_id: given(z.string().min(1).max(100)).describe(
        'By which it can be looked at and ended meanwhile.',
      ),
      ...displayOnly('name'),
    }),
    response: z.looseObject({
      results: z.unknown().optional().describe('Their form depends on the kind of query.'),
      timezone: z.string(),
      resolved_date_range: z
        .object({ date_from: z.iso.datetime(), date_to: z.iso.datetime() })
        .optional(),
      cache_key: z.string(),
      is_cached: z.boolean(),
      last_refresh: z.iso.datetime().optional().describe('When it was computed.'),
      query_status: QueryStatus.nullable()
        .optional()
        .describe('What is computed in the background; null when there is no kept answer.'),
    }),
  }),
  getRun: route({
    method: 'GET',
    path: `${path}:id/`,
    summary: 'See how far a question is, or its answer',
    tag,
    auth,
    params: RunParams,
    query: EnvironmentQuery,
    response: z.object({ query_status: QueryStatus }),
  }),
  cancelRun: route({
    method: 'DELETE',
    path: `${path}:id/`,
    summary: 'End a question',
    tag,
    auth,
    params: RunParams,
    query: EnvironmentQuery,
    status: 204,
  }),
};
