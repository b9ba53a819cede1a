// Saved insights over HTTP, in the shape that users of PostHog's API know.
import { z } from 'zod';
import { ProjectParams, page, queryInt, route } from '#kernel/http.contract';
import { QueryBody } from '../insights.contract.ts';
import { displayOnly, given } from '../query-parts.contract.ts';

const tag = 'insights';
const Name = z.string().max(400);
const Description = z.string().max(2000);
const Tags = z.array(z.string().trim().min(1).max(200)).max(50);

/** A query, or one within the node that says how PostHog draws it. */
const SavedQuery = z.union([
  QueryBody,
  z.strictObject({
    kind: z.enum(['InsightVizNode', 'DataVisualizationNode', 'DataTableNode']),
    source: QueryBody,
    ...displayOnly(
      'display',
      'embedded',
      'full',
      'hidePersonsModal',
      'showCorrelationTable',
      'showFilters',
      'showHeader',
      'showLastComputation',
      'showLastComputationRefresh',
      'showResults',
      'showTable',
      'suppressSessionAnalysisWarning',
      'vizSpecificOptions',
      'version',
    ),
  }),
]);

const User = z.object({ id: z.string(), name: z.string(), email: z.string() }).nullable();

export const InsightBody = z
  .object({
    id: z.number().int(),
    short_id: z.string(),
    name: z.string(),
    description: z.string(),
    query: z.unknown(),
    tags: z.array(z.string()),
    favorited: z.boolean().describe('By whoever asks.'),
    saved: z.literal(true),
    deleted: z.boolean(),
    version: z.number().int(),
    created_by: User,
    created_at: z.iso.datetime(),
    last_modified_by: User,
    last_modified_at: z.iso.datetime(),
  })
  .meta({ id: 'Insight' });

const Id = ProjectParams.extend({
  id: z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
});

export const savedInsightsRoutes = {
  listSaved: route({
    method: 'GET',
    path: '/api/projects/:project_id/insights/',
    summary: 'List saved insights, favourites of whoever asks first, then the last changed',
    tag,
    auth: 'insight:read',
    params: ProjectParams,
    query: z.object({
      search: z.string().min(1).max(200).optional(),
      short_id: z.string().max(20).optional(),
      favorited: z.stringbool().optional(),
      limit: queryInt(1, 500).default(100),
      offset: queryInt(0, 1_000_000).default(0),
    }),
    response: page(InsightBody),
  }),
  save: route({
    method: 'POST',
    path: '/api/projects/:project_id/insights/',
    summary: 'Save an insight',
    tag,
    auth: 'insight:write',
    params: ProjectParams,
    body: z.strictObject({
      name: given(Name),
      description: given(Description),
      query: SavedQuery,
      tags: given(Tags),
      favorited: given(z.boolean()),
      saved: given(z.literal(true)),
    }),
    status: 201,
    response: InsightBody,
  }),
  getSaved: route({
    method: 'GET',
    path: '/api/projects/:project_id/insights/:id/',
    summary: 'Get a saved insight',
    tag,
    auth: 'insight:read',
    params: Id,
    response: InsightBody,
  }),
  updateSaved: route({
    method: 'PATCH',
    path: '/api/projects/:project_id/insights/:id/',
    summary: 'Change what is given of a saved insight; `deleted` removes and restores it',
    tag,
    auth: 'insight:write',
    params: Id,
    body: z.strictObject({
      name: given(Name),
      description: given(Description),
      query: SavedQuery.optional(),
      tags: given(Tags),
      favorited: given(z.boolean()),
      deleted: given(z.boolean()),
      version: given(z.number().int()).describe(
        'The version that was read; another one is a conflict.',
      ),
    }),
    response: InsightBody,
  }),
};
