// What strangers see by a public link: names and texts of one dashboard, and the answers to the questions of its own
// tiles. Never conditions, people, other questions, or who works here.
import { LRUCache } from 'lru-cache';
import { type AccountsDirectory, createAttemptLimit, hashToken } from '#accounts';
import { type Insights, type SavedInsight, runQuery } from '#insights';
import { QueryBody } from '#insights/contract';
import type { Query } from '#insights/query';
import { withoutConditions } from '#insights/without-conditions';
import { SerinError, fail } from '#kernel/errors';
import type { Ctx, ProjectCtx } from '#platform/ctx';
import type { Tile } from './dashboard.ts';
import { type Dashboard, getDashboard, insightsOf } from './dashboards.service.ts';
import { type LinkTarget, findLinkTarget } from './links.store.ts';
import { LINKED_KINDS, overriddenQuery, questionIn } from './override.ts';

/** What one address may ask within 5 minutes: a wall of monitors, not a crawler. */
const MAX_REQUESTS = 1_500;
/** 15 s: however many look at a link, its questions are asked this seldom. */
const KEEP_MS = 15_000;
const MAX_KEPT = 300;

type Found = {
  readonly ctx: ProjectCtx;
  readonly target: LinkTarget;
  readonly dashboard: Dashboard;
  readonly insights: ReadonlyMap<number, SavedInsight>;
};

export type SharedTile = {
  readonly tile: Tile;
  readonly insight: SavedInsight | undefined;
  /** What is drawn, without conditions; null when there is nothing that links show. */
  readonly query: object | null;
};

export type SharedDashboards = {
  /** @throws not_found when the link is none (any more); rate_limit_exceeded */
  look(ctx: Ctx, token: string): Promise<{ dashboard: Dashboard; tiles: SharedTile[] }>;
  /** The answer of one tile. @throws as `look`, and not_found when the link shows no such tile */
  answer(ctx: Ctx, token: string, tileId: number): Promise<object>;
};

type SharedDeps = {
  readonly insights: Insights;
  readonly directory: Pick<AccountsDirectory, 'projectById' | 'environmentById'>;
  nowMs(): number;
};

export function openShared(deps: SharedDeps): SharedDashboards {
  const find = finder(deps);
  const answers = answersOf(deps);
  return {
    async look(ctx, token) {
      const { dashboard, insights } = await find(ctx, token);
      const tiles = dashboard.tiles.map((tile) => sharedTile(tile, dashboard, insights));
      return { dashboard, tiles };
    },
    answer: async (ctx, token, tileId) => answers(await find(ctx, token), tileId),
  };
}

/** Finds what a link shows, of so many requests an address. */
function finder({ directory, nowMs }: SharedDeps) {
  const limit = createAttemptLimit(MAX_REQUESTS);
  return async (ctx: Ctx, token: string): Promise<Found> => {
    const address = ctx.origin?.ip ?? '';
    const waitMs = limit.waitMs(address, nowMs());
    if (waitMs > 0) {
      fail('rate_limit_exceeded', { retryAfterSeconds: Math.ceil(waitMs / 1000) });
    }
    limit.count(address, nowMs());
    const target = await findLinkTarget(ctx.db, hashToken(token));
    const environment = target && directory.environmentById(target.environmentId);
    if (!target || !environment) fail('not_found', { detail: NO_LINK });
    const asked: ProjectCtx = { ...ctx, projectId: target.projectId, environment };
    const dashboard = await getDashboard(asked, target.dashboardId);
    return { ctx: asked, target, dashboard, insights: await insightsOf(asked, dashboard) };
  };
}

/** Answers, each kept for a moment. */
function answersOf({ insights, directory, nowMs }: SharedDeps) {
  const kept = new LRUCache<string, Promise<object>>({
    max: MAX_KEPT,
    ttl: KEEP_MS,
    ttlResolution: 0,
    perf: { now: nowMs },
  });
  return async (found: Found, tileId: number): Promise<object> => {
    const { ctx, target, dashboard } = found;
    const tile = dashboard.tiles.find(({ id }) => id === tileId);
    const insight = tile && insightOf(tile, found.insights);
    const query = insight && queryOf(insight, dashboard);
    if (!insight || !query) fail('not_found', { detail: 'This link shows no such tile.' });
    const key = [target.linkId, tileId, dashboard.version, insight.version].join(' ');
    const before = kept.get(key);
    if (before) return before;
    const settings = directory.projectById(ctx.projectId) ?? fail('not_found');
    // Nobody's going ends it: others wait for the same answer. It has bounds of its own.
    const asking = { ctx, insights, settings, signal: new AbortController().signal };
    const wanted = { refresh: 'blocking' as const, clientQueryId: undefined };
    const answer = runQuery(query, wanted, asking).then(
      (body) => withoutConditions(body) as object,
      failWithoutWords,
    );
    kept.set(key, answer);
    answer.catch(() => kept.delete(key));
    return answer;
  };
}

/** Details name cohorts and fields of conditions, which strangers do not see. */
function failWithoutWords(error: unknown): never {
  if (!(error instanceof SerinError)) throw error;
  const { code, retryAfterSeconds } = error;
  fail(
    code,
    retryAfterSeconds === undefined ? { cause: error } : { cause: error, retryAfterSeconds },
  );
}

const NO_LINK = 'This link has been revoked, or never was one.';

function sharedTile(
  tile: Tile,
  dashboard: Dashboard,
  insights: ReadonlyMap<number, SavedInsight>,
): SharedTile {
  const insight = insightOf(tile, insights);
  const query = insight && queryOf(insight, dashboard);
  return { tile, insight, query: query ? (withoutConditions(query) as object) : null };
}

function insightOf(
  tile: Tile,
  insights: ReadonlyMap<number, SavedInsight>,
): SavedInsight | undefined {
  const insight = tile.insight === null ? undefined : insights.get(tile.insight);
  return insight?.deleted ? undefined : insight;
}

/** The question that the tile asks under the dashboard's filters; undefined for kinds that links do not show. */
function queryOf({ query }: SavedInsight, { filters }: Dashboard): Query | undefined {
  const { data } = QueryBody.safeParse(questionIn(query));
  if (!data || !LINKED_KINDS.some((kind) => kind === data.kind)) return undefined;
  return overriddenQuery<Query>(data, filters);
}
