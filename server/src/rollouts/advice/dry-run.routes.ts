// Routes of dry runs: contract → service.
import type { FastifyInstance } from 'fastify';
import { pageOf } from '#platform/http/paging';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { dryRunRoutes } from './dry-run.contract.ts';
import { dryRunPlan, dryRunRollout, getDryRun, listDryRuns } from './dry-run.service.ts';

type Body = {
  readonly days: number;
  readonly until?: string | undefined;
  readonly splits: number;
};

const settingsOf = ({ days, until, splits }: Body) => ({
  days,
  splits,
  untilMs: until === undefined ? null : Date.parse(until),
});

export function registerDryRuns(app: FastifyInstance, http: HttpDeps): void {
  registerRoutes(app, http, dryRunRoutes, {
    dryRunPlan: (request, { body }) => dryRunPlan(projectCtx(request), body.plan, settingsOf(body)),
    dryRun: (request, { params, body }) =>
      dryRunRollout(projectCtx(request), params.rollout_id, settingsOf(body)),
    listDryRuns: async (request, { query }, io) => {
      const { rollout_id: rolloutId, limit, offset } = query;
      const ctx = projectCtx(request);
      const { count, runs } = await listDryRuns(ctx, { rolloutId, limit, offset });
      return pageOf(io.request.url, { count, limit, offset }, runs);
    },
    getDryRun: (request, { params }) => getDryRun(projectCtx(request), params.dry_run_id),
  });
}
