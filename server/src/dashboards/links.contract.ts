// Public links of dashboards, and what strangers see by them.
import { z } from 'zod';
import { EnvironmentQuery, route } from '#kernel/http.contract';
import { DashboardParams, TileBody } from './dashboards.contract.ts';

const tag = 'dashboards';
const path = '/api/projects/:project_id/dashboards/:id/links/';
const shared = '/api/shared_dashboards/:token/';
const TokenParams = z.object({ token: z.string().min(1).max(100) });

const LinkBody = z
  .object({
    id: z.string(),
    environment: z.string().describe('Key of the environment that it shows.'),
    created_by: z.object({ id: z.string(), name: z.string(), email: z.string() }).nullable(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'DashboardLink' });

const { color, layouts, text, id } = TileBody.shape;

export const linksRoutes = {
  listLinks: route({
    method: 'GET',
    path,
    summary: 'List the public links of a dashboard',
    tag,
    auth: 'dashboard:read',
    params: DashboardParams,
    response: z.object({ results: z.array(LinkBody) }),
  }),
  createLink: route({
    method: 'POST',
    path,
    summary: 'Make a public, read-only link to a dashboard in an environment',
    tag,
    auth: 'dashboard:write',
    params: DashboardParams,
    query: EnvironmentQuery,
    status: 201,
    response: LinkBody.extend({ token: z.string().describe('Told this once.') }),
  }),
  revokeLink: route({
    method: 'DELETE',
    path: `${path}:link_id/`,
    summary: 'Revoke a public link',
    tag,
    auth: 'dashboard:write',
    params: DashboardParams.extend({ link_id: z.string().max(100) }),
    status: 204,
  }),
  look: route({
    method: 'GET',
    path: shared,
    summary: 'See a dashboard by a public link',
    tag,
    auth: 'public',
    params: TokenParams,
    response: z.object({
      name: z.string(),
      description: z.string(),
      date_from: z.string().nullable().describe('Of the filters that override.'),
      date_to: z.string().nullable(),
      tiles: z.array(
        z.object({
          id,
          color,
          layouts,
          text,
          name: z.string(),
          description: z.string(),
          query: z
            .looseObject({ kind: z.string() })
            .nullable()
            .describe('What is drawn, without conditions; null when links do not show it.'),
        }),
      ),
    }),
  }),
  answer: route({
    method: 'GET',
    path: `${shared}tiles/:tile_id/`,
    summary: 'Get the answer of one tile by a public link',
    tag,
    auth: 'public',
    params: TokenParams.extend({
      tile_id: z
        .string()
        .regex(/^\d{1,9}$/)
        .transform(Number),
    }),
    response: z.looseObject({
      results: z.unknown(),
      timezone: z.string(),
      last_refresh: z.iso.datetime(),
    }),
  }),
};
