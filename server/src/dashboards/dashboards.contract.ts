// Dashboards over HTTP, in the shape that users of PostHog's API know.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, page, queryInt, route } from '#kernel/http.contract';
import { Filters, given } from '#insights/parts-contract';
import { InsightBody } from '#insights/saved-contract';
import { COLORS } from './dashboard.ts';
import { COLUMNS, LEAST, MAX_HEIGHT } from './grid.ts';
import { TEMPLATES } from './templates.ts';

const tag = 'dashboards';
const MAX_ROW = 10_000;
const MAX_TEXT = 10_000;
const Name = z.string().trim().min(1).max(400);
const Description = z.string().max(2000);

const FiltersBody = z
  .strictObject({
    date_from: given(z.string().max(50)),
    date_to: given(z.string().max(50)),
    properties: given(Filters),
  })
  .meta({ id: 'DashboardFilters' });

const PlaceBody = z
  .strictObject({
    x: z
      .number()
      .int()
      .min(0)
      .max(COLUMNS - LEAST.w),
    y: z.number().int().min(0).max(MAX_ROW),
    w: z.number().int().min(LEAST.w).max(COLUMNS),
    h: z.number().int().min(LEAST.h).max(MAX_HEIGHT),
  })
  .refine(({ x, w }) => x + w <= COLUMNS, { path: ['w'], message: 'Reaches out of the grid.' });

const LayoutsBody = z
  .strictObject({ sm: PlaceBody })
  .describe('Columns (of 12) and rows; on narrow screens tiles follow each other in one column.');
const TextBody = z.strictObject({ body: z.string().max(MAX_TEXT).describe('Markdown.') });

/** As it is read, it can be sent back. */
export const WantedTileBody = z
  .strictObject({
    id: given(z.number().int()).describe('Of a tile that is there; left out: a new one.'),
    insight: given(z.object({ id: z.number().int() })).describe('A saved insight.'),
    text: given(TextBody),
    color: given(z.enum(COLORS)),
    layouts: given(LayoutsBody).describe('Left out: below the others.'),
  })
  .refine(({ insight, text }) => (insight === undefined) !== (text === undefined), {
    path: ['insight'],
    message: 'A tile shows either an insight or a text.',
  })
  .meta({ id: 'WantedTile' });

export const TileBody = z
  .object({
    id: z.number().int(),
    insight: InsightBody.nullable(),
    text: TextBody.nullable(),
    color: z.enum(COLORS).nullable(),
    layouts: LayoutsBody,
  })
  .meta({ id: 'Tile' });

const User = z.object({ id: z.string(), name: z.string(), email: z.string() }).nullable();

const basics = {
  id: z.number().int(),
  name: z.string(),
  description: z.string(),
  pinned: z.boolean(),
  favorited: z.boolean().describe('By whoever asks.'),
  filters: FiltersBody,
  deleted: z.boolean(),
  version: z.number().int(),
  created_by: User,
  created_at: z.iso.datetime(),
  last_modified_by: User,
  last_modified_at: z.iso.datetime(),
};
const DashboardBody = z.object({ ...basics, tiles: z.array(TileBody) }).meta({ id: 'Dashboard' });

const path = '/api/projects/:project_id/dashboards/';
export const DashboardParams = ProjectParams.extend({
  id: z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
});
const fields = {
  name: given(Name),
  description: given(Description),
  pinned: given(z.boolean()),
  filters: given(FiltersBody),
  tiles: given(z.array(WantedTileBody).max(200)),
};

export const dashboardsRoutes = {
  list: route({
    method: 'GET',
    path,
    summary:
      'List dashboards, favourites of whoever asks first, then pinned ones, then the last changed',
    tag,
    auth: 'dashboard:read',
    params: ProjectParams,
    query: z.object({
      search: z.string().min(1).max(200).optional(),
      pinned: z.stringbool().optional(),
      favorited: z.stringbool().optional(),
      limit: queryInt(1, 500).default(100),
      offset: queryInt(0, 1_000_000).default(0),
    }),
    response: page(z.object({ ...basics, tile_count: z.number().int() })),
  }),
  create: route({
    method: 'POST',
    path,
    summary: 'Make a dashboard: blank, from a template with its insights, or like another one',
    tag,
    auth: 'dashboard:write',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: z
      .strictObject({
        ...fields,
        use_template: given(z.enum(TEMPLATES)),
        flag: given(z.string().max(400)).describe('Key; for `rollout_monitoring`.'),
        events: given(z.array(z.string().min(1).max(400)).max(20)).describe(
          'For `rollout_monitoring`: what is watched besides errors and speed; also the steps of its funnel.',
        ),
        use_dashboard: given(z.number().int()).describe('The dashboard that is copied.'),
      })
      .refine(({ use_template, use_dashboard }) => !use_template || use_dashboard === undefined, {
        path: ['use_dashboard'],
        message: 'Give a template or a dashboard, not both.',
      }),
    status: 201,
    response: DashboardBody,
  }),
  get: route({
    method: 'GET',
    path: `${path}:id/`,
    summary: 'Get a dashboard with its tiles',
    tag,
    auth: 'dashboard:read',
    params: DashboardParams,
    response: DashboardBody,
  }),
  update: route({
    method: 'PATCH',
    path: `${path}:id/`,
    summary:
      'Change what is given of a dashboard; `tiles` is the whole list, `deleted` removes and restores',
    tag,
    auth: 'dashboard:write',
    params: DashboardParams,
    body: z.strictObject({
      ...fields,
      favorited: given(z.boolean()).describe('By whoever asks; counts no version up.'),
      deleted: given(z.boolean()),
      version: given(z.number().int()).describe(
        'The version that was read; another one is a conflict.',
      ),
    }),
    response: DashboardBody,
  }),
  addTile: route({
    method: 'POST',
    path: `${path}:id/tiles/`,
    summary: 'Add a tile below the others',
    tag,
    auth: 'dashboard:write',
    params: DashboardParams,
    body: WantedTileBody,
    status: 201,
    response: DashboardBody,
  }),
};
