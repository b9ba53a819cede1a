// Insights over HTTP: contract → service.
import type { FastifyInstance } from 'fastify';
import type { AccountsDirectory } from '#accounts';
import { fail } from '#kernel/errors';
import type { ProjectCtx } from '#platform/ctx';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { insightsRoutes } from './insights.contract.ts';
import { registerKnownEvents } from './known/known-events.routes.ts';
import { registerSavedInsights } from './saved/saved-insights.routes.ts';
import type { Insights } from './insights.service.ts';
import type { Refresh } from './running/refresh.ts';
import { cancelRun, getRun, runQuery } from './running/run-query.service.ts';
import { untilGone } from '#platform/http/until-gone';

export function registerInsights(
  app: FastifyInstance,
  http: HttpDeps,
  insights: Insights,
  directory: Pick<AccountsDirectory, 'projectById'>,
): void {
  registerSavedInsights(app, http);
  registerKnownEvents(app, http, insights.gate);
  const asker = (ctx: ProjectCtx) => ({ insights, environmentId: ctx.environment.id });
  registerRoutes(app, http, insightsRoutes, {
    query: (context, { body }, { reply }) => {
      const ctx = projectCtx(context);
      const settings = directory.projectById(ctx.projectId) ?? fail('not_found');
      const wanted = { refresh: refreshOf(body.refresh), clientQueryId: body.client_query_id };
      return runQuery(body.query, wanted, { ctx, insights, settings, signal: untilGone(reply) });
    },
    getRun: async (context, { params }) => {
      const ctx = projectCtx(context);
      return { query_status: await getRun(params.id, asker(ctx), ctx.clickhouse) };
    },
    cancelRun: async (context, { params }) => {
      cancelRun(params.id, asker(projectCtx(context)));
    },
  });
}

/** What older clients say with true and false. */
function refreshOf(asked: Refresh | boolean = 'blocking'): Refresh {
  if (typeof asked === 'string') return asked;
  return asked ? 'force_blocking' : 'force_cache';
}
