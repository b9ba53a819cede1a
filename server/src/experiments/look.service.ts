// One look at an experiment: who was exposed and what every metric counts, all at one moment.
import { createHash } from 'node:crypto';
import { findOverriddenIds } from '#flags';
import { findGroupTypes } from '#identity';
import { type Asking, openEventInquiry } from '#insights';
import type { Inquiry } from '#insights/event-sql';
import { type ErrorCode, SerinError, fail } from '#kernel/errors';
import { canonicalJson } from '#kernel/json';
import type { ProjectCtx } from '#platform/ctx';
import { type ExposureQuestion, FLAG_CALLED } from './exposure-sql.ts';
import { exposuresByLevelSql, exposuresPerDaySql, latenessSql } from './exposures-sql.ts';
import type { MetricResult } from './analysis.ts';
import type { Experiment } from './experiments.store.ts';
import type { Metric } from './metric.ts';
import { type ExposureRow, type ExposureStatistics, type LevelRow, splitOf } from './exposed.ts';
import { splitsOf } from './experiment.ts';
import { nodesOf, settlingMsOf } from './metric-sql.ts';
import { SRM_ALPHA } from './sample-ratio.ts';
import { findMetricRows } from './saved-metrics.store.ts';
import type { Snapshot } from './snapshots.store.ts';
import { EXPOSURES, askStatistics } from './statistics.ts';
import { PEOPLE, type Units, groupUnits } from '#kernel/units';
import type { Watch } from './watch.store.ts';

/** A metric of an experiment, its own or a shared one. */
export type Measured = { readonly metric: Metric; readonly isGoal: boolean };

/** The experiment's metrics in the order in which they are shown. */
export async function measuredBy(ctx: ProjectCtx, experiment: Experiment): Promise<Measured[]> {
  const { metrics, metricsSecondary, savedMetrics } = experiment;
  const rows = await findMetricRows(
    ctx.db,
    ctx.projectId,
    savedMetrics.map(({ id }) => id),
  );
  const shared = savedMetrics.flatMap(({ id, metadata }) => {
    const row = rows.find((one) => one.id === id);
    if (!row) return [];
    const metric = { ...row.query, name: row.query.name ?? row.name };
    return [{ metric, isGoal: metadata.type === 'primary' }];
  });
  const own = [
    ...metrics.map((metric) => ({ metric, isGoal: true })),
    ...metricsSecondary.map((metric) => ({ metric, isGoal: false })),
  ];
  return [...own, ...shared];
}

/** The one with this id. @throws not_found */
export function metricWith(measured: readonly Measured[], uuid: string): Metric {
  const found = measured.find(({ metric }) => metric.uuid === uuid);
  return found?.metric ?? fail('not_found', { detail: 'The experiment has no such metric.' });
}

/** Who is counted, in words. */
export async function unitsOf(ctx: ProjectCtx, { parameters }: Experiment): Promise<Units> {
  const { aggregation_group_type_index: index } = parameters;
  if (index === undefined) return PEOPLE;
  const types = await findGroupTypes(ctx.db, ctx.environment.id);
  return groupUnits([...types].find(([, own]) => own === index)?.[0]);
}

/** When the last of the numbers of a stopped experiment stands still; undefined while it runs. */
export function settledAtMs(
  { endDate }: Experiment,
  measured: readonly Measured[],
): number | undefined {
  if (!endDate) return undefined;
  return endDate.getTime() + Math.max(0, ...measured.map(({ metric }) => settlingMsOf(metric)));
}

/** Changes with everything that a metric's numbers depend on. */
export function settingsHashOf(experiment: Experiment, metric: Metric | undefined): string {
  const { exposureCriteria, onlyCountMaturedUsers, parameters } = experiment;
  // What it is called and which way is good changes no number.
  const counted = { ...metric, name: null, goal: null, guardrail: null };
  const variants = parameters.feature_flag_variants.map(({ key }) => key);
  const all = { exposureCriteria, onlyCountMaturedUsers, variants, metric: counted };
  return createHash('sha256').update(canonicalJson(all)).digest('hex').slice(0, 16);
}

/** Changes with everything that the goals are judged by. */
export function questionHashOf(experiment: Experiment, measured: readonly Measured[]): string {
  const goals = measured
    .filter(({ isGoal }) => isGoal)
    .map(({ metric }) => [metric.uuid, metric.goal, settingsHashOf(experiment, metric)]);
  const { statsConfig } = experiment;
  return createHash('sha256').update(canonicalJson({ statsConfig, goals })).digest('hex');
}

/**
 * What a fixed horizon is judged by while it runs: the goals at the first look at the complete sample; null before
 * it. Undefined where every look may decide.
 */
export function decisiveGoals(
  experiment: Experiment,
  measured: readonly Measured[],
  watch: Watch | undefined,
): readonly MetricResult[] | null | undefined {
  if (experiment.statsConfig.sequential || experiment.endDate) return undefined;
  const answer = watch?.answer;
  return answer?.hash === questionHashOf(experiment, measured) ? answer.goals : null;
}

/** The metric itself is at fault: it cannot be counted later either. */
export const FAULTS: readonly ErrorCode[] = ['invalid_input', 'required'];
/** Beside these, what may be over when somebody looks again. */
export const FAULTS_NOW: readonly ErrorCode[] = [
  ...FAULTS,
  'query_too_expensive',
  'cohort_not_calculated',
];

/**
 * What is counted of what happened before `asOfMs`. A metric that cannot be counted says why; the others are.
 * @param told errors that only their metric is told with; the others end the look
 * @throws what the event store does when it does not answer
 */
export async function lookAt(
  experiment: Experiment,
  measured: readonly Measured[],
  asOfMs: number,
  asking: Asking,
  told: readonly ErrorCode[],
): Promise<Snapshot[]> {
  const { scope, ask } = await openEventInquiry([measured, experiment.exposureCriteria], asking);
  const exposure = await questionOf(experiment, asOfMs, asking.ctx);
  const seen = { asOf: new Date(asOfMs), isFinal: false };
  const looks: Snapshot[] = [
    {
      ...seen,
      metricUuid: EXPOSURES,
      settingsHash: settingsHashOf(experiment, undefined),
      statistics: await lookAtExposures(experiment, exposure, measured, { scope, ask }),
    },
  ];
  const onlyMatured = experiment.onlyCountMaturedUsers;
  for (const { metric } of measured) {
    const statistics = await askStatistics({ exposure, metric, onlyMatured }, scope, ask).catch(
      (error: unknown) => {
        if (!isTold(error, told)) throw error;
        return { variants: {}, error: error.message };
      },
    );
    const settingsHash = settingsHashOf(experiment, metric);
    looks.push({ ...seen, metricUuid: metric.uuid, settingsHash, statistics });
  }
  return looks;
}

/**
 * Who came; where the split is off also what those are with whom it is; whether events come in time. Both only hint:
 * where they cannot be told now, nothing else fails.
 */
export async function lookAtExposures(
  { parameters }: Pick<Experiment, 'parameters'>,
  exposure: ExposureQuestion,
  measured: readonly Measured[],
  { scope, ask }: Pick<Inquiry, 'scope' | 'ask'>,
): Promise<ExposureStatistics> {
  const rows = await ask<ExposureRow>(exposuresPerDaySql(exposure, scope));
  // Guardrails by themselves are looked at every minute: what else is asked of those who come is not.
  if (measured.length > 0 && measured.every(({ isGoal }) => !isGoal)) return { rows };
  const split = splitOf(rows, splitsOf(parameters));
  const isOff = split !== null && split.sequentialPValue < SRM_ALPHA;
  const levels = isOff
    ? await ask<LevelRow>(exposuresByLevelSql(exposure, scope)).catch(noneNow)
    : undefined;
  const nodes = measured.flatMap(({ metric }) => nodesOf(metric).map(({ node }) => node));
  // A day after the end whatever still arrives of it is late.
  const arrived =
    exposure.endMs === null
      ? await ask<[number, number]>(latenessSql(exposure, nodes, scope)).catch(noneNow)
      : undefined;
  const [events, late] = arrived?.[0] ?? [];
  return {
    rows,
    ...(levels ? { levels } : {}),
    ...(events === undefined || late === undefined ? {} : { lateness: { events, late } }),
  };
}

/** @throws what is no fault of the question */
function noneNow(error: unknown): undefined {
  if (!isTold(error, FAULTS_NOW)) throw error;
}

const isTold = (error: unknown, told: readonly ErrorCode[]): error is SerinError =>
  error instanceof SerinError && told.includes(error.code);

/** Who counts, of what happened before `asOfMs`. */
export async function questionOf(
  experiment: Experiment,
  asOfMs: number,
  ctx: ProjectCtx,
): Promise<ExposureQuestion> {
  const { exposureCriteria: criteria, flagId, environmentId } = experiment;
  return {
    flagKey: experiment.flagKey,
    variants: experiment.parameters.feature_flag_variants.map(({ key }) => key),
    startMs: experiment.startDate?.getTime() ?? asOfMs,
    endMs: experiment.endDate?.getTime() ?? null,
    asOfMs,
    groupTypeIndex: experiment.parameters.aggregation_group_type_index,
    holdoutId: experiment.parameters.holdout_id,
    event: criteria.exposure_config?.event ?? FLAG_CALLED,
    properties: criteria.exposure_config?.properties,
    activation: criteria.activation_config,
    changesMs: experiment.parameters.allocation_epochs
      ?.slice(1)
      .map(({ from }) => Date.parse(from)),
    multipleVariantHandling: criteria.multiple_variant_handling,
    filterTestAccounts: criteria.filterTestAccounts,
    leftOutIds: await findOverriddenIds(ctx, flagId, environmentId),
  };
}
