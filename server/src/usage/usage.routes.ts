// Routes of usage: contract → service.
import type { FastifyInstance } from 'fastify';
import { pageOf } from '#platform/http/paging';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { usageRoutes } from './usage.contract.ts';
import {
  type FlagUsage,
  type UnknownFlag,
  forgetUnknownFlag,
  getFlagUsage,
  listUnknownFlags,
} from './usage.service.ts';

export function registerUsage(app: FastifyInstance, http: HttpDeps): void {
  registerRoutes(app, http, usageRoutes, {
    flag: async (ctx, { params, query }) =>
      usageBody(await getFlagUsage(projectCtx(ctx), params.flag, query.days)),
    listUnknown: async (ctx, { query }, { request }) => {
      const { limit, offset } = query;
      const { count, flags } = await listUnknownFlags(projectCtx(ctx), { limit, offset });
      return pageOf(request.url, { count, limit, offset }, flags.map(unknownBody));
    },
    forgetUnknown: (ctx, { params }) => forgetUnknownFlag(projectCtx(ctx), params.key),
  });
}

const usageBody = (usage: FlagUsage) => ({
  from: new Date(usage.fromMs).toISOString(),
  step_seconds: usage.stepMs / 1000,
  steps: usage.steps,
  last_called_at: usage.lastCalledAt?.toISOString() ?? null,
  answers: countedBody(usage.answers, usage.answersBySdk),
  reports: countedBody(usage.reports, usage.reportsBySdk),
});

const countedBody = (series: FlagUsage['answers'], sdks: FlagUsage['answersBySdk']) => ({
  series: series.map(({ value, counts }) => ({ value, counts: [...counts] })),
  sdks: [...sdks],
});

const unknownBody = (flag: UnknownFlag) => ({
  key: flag.key,
  count: flag.count,
  sdk: flag.sdk,
  first_seen_at: flag.firstSeenAt.toISOString(),
  last_seen_at: flag.lastSeenAt.toISOString(),
});
