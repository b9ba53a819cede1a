// Routes of results and planning: contract → service.
import type { FastifyInstance } from 'fastify';
import type { AccountsDirectory } from '#accounts';
import type { Asking, Insights } from '#insights';
import { fail } from '#kernel/errors';
import {
  type HttpDeps,
  type RequestCtx,
  projectCtx,
  registerRoutes,
} from '#platform/http/register';
import { untilGone } from '#platform/http/until-gone';
import { getExperiment } from './experiments.service.ts';
import type { Metric } from './metric.ts';
import { detailOf } from './metric-detail.service.ts';
import { planFromEvents } from './planning.service.ts';
import { resultsRoutes } from './results.contract.ts';
import { getReadings } from './readings.service.ts';
import type { Looks } from './latest.service.ts';
import { getResults } from './results.service.ts';
import { toDetailBody, toReadingsBody, toResultsBody } from './results-wire.routes.ts';

export type ResultsDeps = {
  readonly insights: Insights;
  readonly directory: Pick<AccountsDirectory, 'projectById' | 'environmentById'>;
  readonly looks: Looks;
};

/** How the events of a request's environment are asked for, as long as somebody waits. */
export const askingWith =
  ({ insights, directory }: Omit<ResultsDeps, 'looks'>) =>
  (request: RequestCtx, reply: Parameters<typeof untilGone>[0]): Asking => {
    const ctx = projectCtx(request);
    const settings = directory.projectById(ctx.projectId) ?? fail('not_found');
    return { ctx, insights, settings, signal: untilGone(reply) };
  };

export function registerResults(
  app: FastifyInstance,
  http: HttpDeps,
  { insights, directory, looks }: ResultsDeps,
): void {
  const askingOf = askingWith({ insights, directory });
  registerRoutes(app, http, resultsRoutes, {
    results: async (request, { params, query }, { reply }) => {
      const asking = askingOf(request, reply);
      const { startDate, statsConfig } = await getExperiment(asking.ctx, params.id);
      const { refresh, baseline, confidence_level: level, as_of: day } = query;
      const results = await getResults(asking, looks, params.id, { refresh, baseline, level, day });
      return toResultsBody(results, startDate ?? results.asOf, statsConfig);
    },
    metricDetail: async (request, { params }, { reply }) =>
      toDetailBody(await detailOf(askingOf(request, reply), params.id, params.metric_uuid)),
    readings: async (request, { params }, { reply }) =>
      toReadingsBody(
        await getReadings(askingOf(request, reply), looks, params.id, params.metric_uuid),
      ),
    runningTime: async (request, { body }, { reply }) => {
      const wanted = {
        metric: body.metric as Metric,
        effectPercent: body.minimum_detectable_effect,
        variants: body.number_of_variants,
        rolloutPercentage: body.rollout_percentage,
        confidenceLevel: body.confidence_level,
        power: body.power,
        tuningParameter: body.sequential ? body.tuning_parameter : null,
      };
      const { exposure_event: event, filterTestAccounts, lookback_days: days } = body;
      const lookback = { event, filterTestAccounts, days, properties: body.properties };
      const { plan, arm } = await planFromEvents(askingOf(request, reply), wanted, lookback);
      return {
        baseline: { number_of_samples: arm.n, value: plan.value, variance: plan.variance },
        people_per_day: plan.peoplePerDay,
        recommended_sample_size: plan.sampleSize,
        recommended_running_time: plan.days,
        alternatives: plan.alternatives.map((one) => ({
          minimum_detectable_effect: one.effectPercent,
          sample_size: one.sampleSize,
          running_time: one.days,
        })),
      };
    },
  });
}
