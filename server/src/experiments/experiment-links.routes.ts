// Public links over HTTP: contract → service.
import type { FastifyInstance } from 'fastify';
import { withoutConditions } from '#insights/without-conditions';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { statusOf } from './experiment.ts';
import { experimentLinksRoutes } from './experiment-links.contract.ts';
import {
  type Link,
  type SharedDeps,
  createLink,
  listLinks,
  openSharedResults,
  revokeLink,
} from './experiment-links.service.ts';
import { toResultsBody } from './results-wire.routes.ts';

export function registerExperimentLinks(
  app: FastifyInstance,
  http: HttpDeps,
  deps: SharedDeps,
): void {
  const shared = openSharedResults(deps);
  registerRoutes(app, http, experimentLinksRoutes, {
    listLinks: async (request, { params }) => {
      const links = await listLinks(projectCtx(request), params.id);
      return { results: links.map(linkBody) };
    },
    createLink: async (request, { params }) => {
      const { link, token } = await createLink(projectCtx(request), params.id);
      return { ...linkBody(link), token };
    },
    revokeLink: (request, { params }) => revokeLink(projectCtx(request), params.id, params.link_id),
    look: async (ctx, { params }, { reply }) => {
      // For those who have the link: no search engine, no cache between.
      reply.header('x-robots-tag', 'noindex, nofollow').header('cache-control', 'no-store');
      const { experiment, results } = await shared(ctx, params.token);
      const { name, description, conclusion, conclusionComment, startDate, endDate } = experiment;
      const body = toResultsBody(results, startDate ?? results.asOf, experiment.statsConfig);
      return {
        experiment: {
          name,
          description,
          status: statusOf(experiment),
          feature_flag_key: experiment.flagKey,
          parameters: { ...experiment.parameters },
          start_date: startDate?.toISOString() ?? null,
          end_date: endDate?.toISOString() ?? null,
          conclusion,
          conclusion_comment: conclusionComment,
        },
        results: unsaid(body),
      };
    },
  });
}

type Body = ReturnType<typeof toResultsBody>;

/**
 * Conditions are left out, and so are reasons why something cannot be counted: they name cohorts and fields. What people
 * are, and how the experiment is run, is not for strangers either.
 */
function unsaid(body: Body): Body {
  const metrics = (all: Body['metrics']) =>
    all.map((one) => ({
      ...one,
      metric: withoutConditions(one.metric) as typeof one.metric,
      error: one.error === null ? null : NOT_TOLD,
    }));
  const { recommendation } = body;
  return {
    ...body,
    exposures: { ...body.exposures, levels_off: [] },
    changes: [],
    checks: body.checks.filter(({ id }) => !OF_RUNNING.includes(id)),
    metrics: metrics(body.metrics),
    metrics_secondary: metrics(body.metrics_secondary),
    recommendation: {
      ...recommendation,
      reasons: recommendation.guardrails.some(({ error }) => error !== null)
        ? []
        : recommendation.reasons,
      guardrails: recommendation.guardrails.map((one) => ({
        ...one,
        error: one.error === null ? null : NOT_TOLD,
      })),
    },
  };
}
const NOT_TOLD = 'Its owners see why.';
const OF_RUNNING: readonly Body['checks'][number]['id'][] = ['flag', 'changes', 'late_events'];

const linkBody = (link: Link) => ({
  id: link.id,
  created_by: link.createdBy && { ...link.createdBy },
  created_at: link.createdAt.toISOString(),
});
