// Routes of the life of experiments: contract → service. A change is answered once it is in force here.
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { toUserBody } from '#kernel/http.contract';
import { pageOf } from '#platform/http/paging';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import type { ExperimentUpdate, LaunchPress } from './experiment-body.contract.ts';
import { CONCLUSIONS, CONTROL, type Conclusion, statusOf } from './experiment.ts';
import type { ExperimentChange } from './experiment-change.ts';
import { experimentsRoutes } from './experiments.contract.ts';
import { registerExperimentLinks } from './experiment-links.routes.ts';
import {
  type Experiment,
  type Outcomes,
  createExperiment,
  deleteExperiment,
  getExperiment,
  getOutcomes,
  listExperiments,
  updateExperiment,
} from './experiments.service.ts';
import { type FindOpenRollout, end, launch, pause, resume, shipVariant } from './life.service.ts';
import type { Metric } from './metric.ts';
import { type ResultsDeps, askingWith, registerResults } from './results.routes.ts';
import { openLooks } from './latest.service.ts';
import { registerSavedMetrics } from './saved-metrics.routes.ts';

export type ExperimentsDeps = Omit<ResultsDeps, 'looks'> & {
  readonly findOpenRollout: FindOpenRollout;
  /** Resolves when flags are served as they were last changed. */
  readonly settled: () => Promise<void>;
};

export function registerExperiments(
  app: FastifyInstance,
  http: HttpDeps,
  { findOpenRollout, settled, insights, directory }: ExperimentsDeps,
): void {
  registerSavedMetrics(app, http);
  const deps = { insights, directory, looks: openLooks() };
  registerResults(app, http, deps);
  registerExperimentLinks(app, http, deps);
  const inForce = async (change: Promise<Experiment>) => {
    const experiment = await change;
    await settled();
    return toBody(experiment);
  };
  registerRoutes(app, http, experimentsRoutes, {
    list: async (request, { query }, io) => {
      const { count, experiments } = await listExperiments(projectCtx(request), filterOf(query));
      return pageOf(io.request.url, { ...query, count }, experiments.map(toBody));
    },
    outcomes: async (request) => outcomesBody(await getOutcomes(projectCtx(request))),
    create: (request, { body: { feature_flag_key: flagKey, feature_flag_groups, ...body } }) =>
      inForce(
        createExperiment(projectCtx(request), {
          ...changeOf(body),
          name: body.name,
          flagKey,
          flagGroups: feature_flag_groups,
        }),
      ),
    get: async (request, { params }) => toBody(await getExperiment(projectCtx(request), params.id)),
    update: (request, { params, body: { version, ...body } }) =>
      inForce(updateExperiment(projectCtx(request), params.id, changeOf(body), version)),
    remove: (request, { params, query }) =>
      deleteExperiment(projectCtx(request), params.id, query.reason),
    launch: (request, { params, body }, { reply }) =>
      inForce(launch(askingWith(deps)(request, reply), findOpenRollout, params.id, launchOf(body))),
    pause: (request, { params, body }) => inForce(pause(projectCtx(request), params.id, body)),
    resume: (request, { params, body }) => inForce(resume(projectCtx(request), params.id, body)),
    end: (request, { params, body }) =>
      inForce(end(projectCtx(request), params.id, endingOf(body))),
    shipVariant: (request, { params, body: { variant_key: variant, ...body } }) =>
      inForce(
        shipVariant(projectCtx(request), findOpenRollout, params.id, variant, endingOf(body)),
      ),
    rollBack: (request, { params, body }) =>
      inForce(
        shipVariant(projectCtx(request), findOpenRollout, params.id, CONTROL, endingOf(body)),
      ),
  });
}

type ListQuery = z.output<typeof experimentsRoutes.list.query>;

const filterOf = (query: ListQuery) => ({
  ...query,
  search: query.search,
  status: query.status,
});

/** Experiments that say nothing about their idea are no part of the rate. */
function outcomesBody({ concluded, medianDays }: Outcomes) {
  const counts = Object.fromEntries(
    CONCLUSIONS.map((name) => [name, concluded[name] ?? 0]),
  ) as Record<Conclusion, number>;
  const decided = counts.won + counts.lost + counts.inconclusive;
  return {
    concluded: counts,
    win_rate: decided === 0 ? null : counts.won / decided,
    median_days: medianDays,
  };
}

const launchOf = ({ reason, allow_unknown_events }: z.output<typeof LaunchPress>) => ({
  reason,
  allowsUnknown: allow_unknown_events,
});

type EndBody = Pick<
  z.output<typeof ExperimentUpdate>,
  'conclusion' | 'conclusion_comment' | 'reason' | 'version'
> & { readonly over_guardrail?: boolean };

const endingOf = ({
  conclusion_comment: conclusionComment,
  over_guardrail: overGuardrail,
  ...ending
}: EndBody) => ({
  conclusionComment,
  overGuardrail,
  ...ending,
});

function changeOf(body: Omit<z.output<typeof ExperimentUpdate>, 'version'>): ExperimentChange {
  return {
    name: body.name,
    description: body.description === null ? '' : body.description,
    type: body.type,
    holdoutId: body.holdout_id,
    parameters: (body.parameters ?? undefined) as ExperimentChange['parameters'],
    exposureCriteria: body.exposure_criteria ?? undefined,
    metrics: body.metrics as readonly Metric[] | undefined,
    metricsSecondary: body.metrics_secondary as readonly Metric[] | undefined,
    savedMetrics: body.saved_metrics_ids,
    primaryOrder: body.primary_metrics_ordered_uuids,
    secondaryOrder: body.secondary_metrics_ordered_uuids,
    statsConfig: body.stats_config ?? undefined,
    onlyCountMaturedUsers: body.only_count_matured_users,
    archived: body.archived,
    conclusion: body.conclusion,
    conclusionComment: body.conclusion_comment,
    reason: body.reason,
  };
}

function lookBody(look: Experiment['lastLook']) {
  if (!look) return null;
  const { isSignificant, interval, goal = null, harmful = [], ...summary } = look.summary;
  return {
    at: look.at.toISOString(),
    ...summary,
    goal,
    harmful: [...harmful],
    interval: interval && [...interval],
    significant: isSignificant,
  };
}

function toBody(experiment: Experiment) {
  const { flagId, flagKey, isFlagActive, flagFilters } = experiment;
  return {
    id: experiment.id,
    name: experiment.name,
    description: experiment.description,
    type: experiment.type,
    status: statusOf(experiment),
    feature_flag_key: flagKey,
    feature_flag: { id: flagId, key: flagKey, active: isFlagActive },
    holdout_id: flagFilters.holdout?.id ?? null,
    parameters: { ...experiment.parameters },
    exposure_criteria: { ...experiment.exposureCriteria },
    metrics: experiment.metrics.map((metric) => ({ ...metric })),
    metrics_secondary: experiment.metricsSecondary.map((metric) => ({ ...metric })),
    saved_metrics: experiment.savedMetrics.map(({ id, metadata }) => ({ id, metadata })),
    primary_metrics_ordered_uuids: experiment.primaryOrder && [...experiment.primaryOrder],
    secondary_metrics_ordered_uuids: experiment.secondaryOrder && [...experiment.secondaryOrder],
    stats_config: { ...experiment.statsConfig },
    only_count_matured_users: experiment.onlyCountMaturedUsers,
    start_date: experiment.startDate?.toISOString() ?? null,
    end_date: experiment.endDate?.toISOString() ?? null,
    archived: experiment.archived,
    conclusion: experiment.conclusion,
    conclusion_comment: experiment.conclusionComment,
    last_look: lookBody(experiment.lastLook),
    version: experiment.version,
    created_by: toUserBody(experiment.createdBy),
    created_at: experiment.createdAt.toISOString(),
    updated_at: experiment.updatedAt.toISOString(),
  };
}
