// What went wrong with single events, over HTTP: how often, an example, and what to do.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, queryInt, route } from '#kernel/http.contract';

const Example = z.object({
  detail: z.string().nullable(),
  attr: z.string().nullable().describe('The field at fault.'),
  uuid: z.string().nullable(),
  event: z.string().nullable(),
  distinct_id: z.string().nullable(),
});

export const warningRoutes = {
  list: route({
    method: 'GET',
    path: '/api/projects/:project_id/ingestion_warnings/',
    summary: 'List what went wrong with events, by kind, the latest first',
    tag: 'events',
    auth: 'event:read',
    params: ProjectParams,
    query: EnvironmentQuery.extend({
      days: queryInt(1, 30).default(7).describe('How far to look back.'),
    }),
    response: z.object({
      results: z.array(
        z
          .object({
            type: z.string(),
            title: z.string(),
            effect: z
              .enum(['kept', 'changed', 'lost'])
              .describe('What became of the event: `changed` means repaired, `lost` not stored.'),
            meaning: z.string(),
            fix: z.string(),
            count: z.number().int().describe('How often in these days, by whole hours.'),
            total: z.number().int().describe('How often since the first.'),
            first_seen_at: z.iso.datetime(),
            last_seen_at: z.iso.datetime(),
            example: Example.describe('The latest one; long texts are cut.'),
          })
          .meta({ id: 'IngestionWarning' }),
      ),
    }),
  }),
};
