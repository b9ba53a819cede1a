// Insights over HTTP: contract → service.
import type { FastifyInstance } from 'fastify';
import type { AccountsDirectory } from '#accounts';
import { fail } from '#kernel/errors';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { insightsRoutes } from './insights.contract.ts';
import { registerKnownEvents } from './known-events.routes.ts';
import { registerSavedInsights } from './saved-insights.routes.ts';
import { type Insights, answerQuery } from './insights.service.ts';
import { untilGone } from './until-gone.routes.ts';

export function registerInsights(
  app: FastifyInstance,
  http: HttpDeps,
  insights: Insights,
  directory: Pick<AccountsDirectory, 'projectById'>,
): void {
  registerSavedInsights(app, http);
  registerKnownEvents(app, http, insights.gate);
  registerRoutes(app, http, insightsRoutes, {
    query: (context, { body }, { reply }) => {
      const ctx = projectCtx(context);
      const settings = directory.projectById(ctx.projectId) ?? fail('not_found');
      return answerQuery(body.query, {
        ctx,
        gate: insights.gate,
        settings,
        signal: untilGone(reply),
      });
    },
  });
}
