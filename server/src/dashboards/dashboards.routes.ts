// Dashboards over HTTP: contract → service.
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { AccountsDirectory } from '#accounts';
import { type Insights, type SavedInsight, insightBody } from '#insights';
import type { ProjectCtx } from '#platform/ctx';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { pageOf } from '#platform/http/paging';
import type { Tile, WantedTile } from './dashboard.ts';
import { type WantedTileBody, dashboardsRoutes } from './dashboards.contract.ts';
import {
  type Dashboard,
  type DashboardChange,
  type Origin,
  addTile,
  createDashboard,
  getDashboard,
  insightsOf,
  listDashboards,
  updateDashboard,
} from './dashboards.service.ts';
import { registerLinks } from './links.routes.ts';

export function registerDashboards(
  app: FastifyInstance,
  http: HttpDeps,
  insights: Insights,
  directory: Pick<AccountsDirectory, 'projectById' | 'environmentById'>,
  nowMs: () => number,
): void {
  registerLinks(app, http, insights, directory, nowMs);
  registerRoutes(app, http, dashboardsRoutes, {
    list: async (ctx, { query }, { request }) => {
      const { search, pinned, favorited, limit, offset } = query;
      const wanted = { search, pinned, favorited, limit, offset };
      const found = await listDashboards(projectCtx(ctx), wanted);
      const results = found.dashboards.map((one) => ({
        ...basicsOf(one),
        tile_count: one.tiles.length,
      }));
      return pageOf(request.url, { count: found.count, limit, offset }, results);
    },
    create: async (context, { body }) => {
      const ctx = projectCtx(context);
      const { use_template: name, use_dashboard: of, flag, events = [], ...wanted } = body;
      const blank = { kind: 'blank' as const };
      const copied: Origin = of === undefined ? blank : { kind: 'copy', of };
      const origin: Origin = name ? { kind: 'template', name, flag, events } : copied;
      return dashboardBody(ctx, await createDashboard(ctx, origin, changeOf(wanted)));
    },
    get: async (context, { params }) => {
      const ctx = projectCtx(context);
      return dashboardBody(ctx, await getDashboard(ctx, params.id));
    },
    update: async (context, { params, body: { version, ...body } }) => {
      const ctx = projectCtx(context);
      return dashboardBody(ctx, await updateDashboard(ctx, params.id, changeOf(body), version));
    },
    addTile: async (context, { params, body }) => {
      const ctx = projectCtx(context);
      return dashboardBody(ctx, await addTile(ctx, params.id, wantedTile(body)));
    },
  });
}

type WantedTileInput = z.output<typeof WantedTileBody>;
type Given = {
  readonly [Field in keyof Omit<DashboardChange, 'tiles'>]: DashboardChange[Field] | undefined;
} & { readonly tiles?: readonly WantedTileInput[] | undefined };

/** What is given, without the fields that are not. */
function changeOf({ tiles, ...fields }: Given): DashboardChange {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), ...(tiles ? { tiles: tiles.map(wantedTile) } : {}) };
}

function wantedTile({ id, insight, text, color, layouts }: WantedTileInput): WantedTile {
  const content = insight
    ? { insight: insight.id, text: null }
    : { insight: null, text: text?.body ?? '' };
  return { id, color: color ?? null, layouts, ...content };
}

const basicsOf = (dashboard: Dashboard) => ({
  id: dashboard.id,
  name: dashboard.name,
  description: dashboard.description,
  pinned: dashboard.pinned,
  favorited: dashboard.favorited,
  filters: dashboard.filters as { properties?: never },
  deleted: dashboard.deleted,
  version: dashboard.version,
  created_by: dashboard.createdBy,
  created_at: dashboard.createdAt.toISOString(),
  last_modified_by: dashboard.updatedBy,
  last_modified_at: dashboard.updatedAt.toISOString(),
});

async function dashboardBody(ctx: ProjectCtx, dashboard: Dashboard) {
  const insights = await insightsOf(ctx, dashboard);
  return {
    ...basicsOf(dashboard),
    tiles: dashboard.tiles.map((tile) => tileBody(tile, insights)),
  };
}

function tileBody(
  { id, insight, text, color, layouts }: Tile,
  insights: ReadonlyMap<number, SavedInsight>,
) {
  const shown = insight === null ? undefined : insights.get(insight);
  return {
    id,
    color,
    layouts,
    insight: shown ? insightBody(shown) : null,
    text: text === null ? null : { body: text },
  };
}
