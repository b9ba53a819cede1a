// Insights over HTTP: contract → service.
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { AccountsDirectory } from '#accounts';
import { SerinError, fail } from '#kernel/errors';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { insightsRoutes } from './insights.contract.ts';
import { registerSavedInsights } from './saved-insights.routes.ts';
import { type Insights, answerQuery } from './insights.service.ts';

export function registerInsights(
  app: FastifyInstance,
  http: HttpDeps,
  insights: Insights,
  directory: Pick<AccountsDirectory, 'projectById'>,
): void {
  registerSavedInsights(app, http);
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

/** Aborted when whoever asks has gone. */
function untilGone({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort(new SerinError('query_cancelled'));
  });
  return gone.signal;
}
