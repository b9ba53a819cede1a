// Looks at a plan before its start: whether it can work, what its guardrails measured lately, how many people its
// stages will see, and what follows from that. Nothing is written.
import { extrapolate, readCohorts, scanPeople } from '#cohorts';
import { compileCohorts } from '#cohorts/compile';
import { type FlagRecord, findFlag } from '#flags';
import { type CompiledFlag, compileFlag, evaluateFlag } from '#flags/evaluate';
import { SerinError } from '#kernel/errors';
import { type Arrivals, findArrivals, findSumPercentile, measureRecent } from '#metrics';
import type { Recent } from '#metrics/recent';
import { type Ctx, inTransaction, type ProjectCtx } from '#platform/ctx';
import { compileRe2 } from '#properties';
import { stageGroup } from '../flag/stage-filters.ts';
import {
  COUNT_LEVEL,
  RECENT_MS,
  refuseWithoutBaseline,
  SUM_LEVEL,
  unanswered,
} from '../plan/baseline.service.ts';
import { flagOf, refuseUnusableConditions } from '../plan/draft.service.ts';
import { findPlanProblem } from '../plan/plan-check.ts';
import { planOf, type PlanWire } from '../plan/plan.contract.ts';
import { findProblemOf } from '../plan/unit.service.ts';
import { isTargeted, type Plan } from '../plan/plan.ts';
import type { Rollout } from '../kept/rollouts.store.ts';
import { getRollout } from '../rollouts.service.ts';
import { findLastEvaluation } from '../kept/history.store.ts';
import { forecastPlan, type Outlook, type StageForecast } from './forecast.ts';
import { estimateWarnings } from './estimate-warnings.ts';
import { planWarnings } from './plan-warnings.ts';
import { someoneOf } from './propose.service.ts';
import { namedStages } from './templates.ts';
import { trafficWarnings } from './traffic-warnings.ts';
import type { Warning } from './warning.ts';

type Problem = { readonly field: string; readonly reason: string };

export type Check = {
  readonly plan: Plan;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
  readonly arrivals: Arrivals;
  readonly recent: readonly Recent[];
  readonly stages: readonly StageForecast[];
};

/** All questions of one check together. */
const PATIENCE_MS = 25_000;
const DAY_MS = 86_400_000;
const POPULATION_MS = 14 * DAY_MS;

/**
 * Everything that is known of a plan.
 * @throws not_found; unavailable when the event store does not answer
 */
export async function checkPlan(
  ctx: ProjectCtx,
  wire: PlanWire,
  timeScale: number,
): Promise<Check> {
  const { flag, problems } = await findProblems(ctx, wire, timeScale);
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const found = await lookBack(ctx, ctx.environment.id, planOf(wire), flag ?? null, signal);
  const { outlook, arrivals } = found;
  const stages = forecastPlan(outlook);
  const instead = namedStages(await someoneOf(ctx));
  const warnings = [
    ...planWarnings(outlook.plan),
    ...estimateWarnings(
      outlook.plan,
      outlook.recent.map(({ share }) => share),
    ),
    ...trafficWarnings(outlook, stages, { ...arrivals, instead }),
  ];
  return { plan: outlook.plan, problems, warnings, arrivals, recent: outlook.recent, stages };
}

/** What creating the rollout would refuse, as far as one mistake does not hide another. */
async function findProblems(
  ctx: ProjectCtx,
  wire: PlanWire,
  timeScale: number,
): Promise<{ flag: FlagRecord | undefined; problems: Problem[] }> {
  const problems: Problem[] = [];
  const plan = planOf(wire);
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof SerinError) || error.code === 'unavailable') throw error;
      problems.push({ field: error.attr ?? 'plan', reason: error.message });
      return undefined;
    }
  };
  const impossible = findPlanProblem(plan, timeScale);
  if (impossible) problems.push(impossible);
  const flag = await attempt(() => flagOf(ctx, wire));
  const unfit = flag && (await findProblemOf(ctx, plan, flag));
  if (unfit) problems.push(unfit);
  if (flag)
    await attempt(() => inTransaction(ctx, (tx) => refuseUnusableConditions(tx, plan, flag)));
  await attempt(() => refuseWithoutBaseline(ctx, ctx.environment.id, plan, wire));
  return { flag, problems };
}

/** The past that forecasts are made from. */
async function lookBack(
  ctx: Ctx & { readonly projectId: number },
  environmentId: number,
  plan: Plan,
  flag: FlagRecord | null,
  signal: AbortSignal,
): Promise<{ outlook: Outlook; arrivals: Arrivals }> {
  const toMs = ctx.clock.now();
  const past = { clickhouse: ctx.clickhouse, environmentId, toMs, signal, unit: plan.unit };
  const { exposure } = plan.policy;
  const use = { key: plan.flagKey, createdAtMs: flag?.createdAt.getTime() ?? toMs, exposure };
  const population = { ...past, fromMs: toMs - POPULATION_MS };
  const arrivals = await findArrivals(population, use).catch(unanswered);
  const lately = { ...past, fromMs: toMs - RECENT_MS };
  const capped = await withCaps(lately, plan);
  const among = arrivals.of === 'flag' ? use : null;
  const recent = await measureRecent(lately, among, capped.guardrails).catch(unanswered);
  const named = flag ? await countNamed(ctx, plan, flag) : new Map<number, number>();
  return { outlook: { plan: capped, recent, arriving: arrivals, named }, arrivals };
}

/** Sums are drawn in where a start would draw them in. */
async function withCaps(past: Parameters<typeof findSumPercentile>[0], plan: Plan): Promise<Plan> {
  const guardrails = [];
  for (const guardrail of plan.guardrails) {
    const { measure, event, filters } = guardrail;
    if (measure.kind !== 'mean' || measure.per !== null || measure.cap !== null) {
      guardrails.push(guardrail);
      continue;
    }
    const { property } = measure;
    const level = property === null ? COUNT_LEVEL : SUM_LEVEL;
    const cap = await findSumPercentile(past, { event, filters, property }, level).catch(
      unanswered,
    );
    guardrails.push({
      ...guardrail,
      measure: { ...measure, cap: cap !== null && cap > 0 ? cap : null },
    });
  }
  return { ...plan, guardrails };
}

/** How many known people each stage names. */
async function countNamed(
  ctx: Ctx & { readonly projectId: number },
  plan: Plan,
  flag: FlagRecord,
): Promise<Map<number, number>> {
  const cohorts = (await readCohorts(ctx.db, [ctx.projectId])).get(ctx.projectId) ?? [];
  const support = { compileRegex: compileRe2, cohorts: compileCohorts(cohorts, compileRe2) };
  const stages = plan.stages.flatMap((stage, index) => {
    if (!isTargeted(stage)) return [];
    const groups = [{ ...stageGroup(stage, null), rollout_percentage: 100 }];
    const definition = { ...flag, active: true, filters: { groups } };
    return [{ index, compiled: compileFlag(definition, support) }];
  });
  if (stages.length === 0) return new Map();
  const counts = new Map(stages.map(({ index }) => [index, 0]));
  const nowMs = ctx.clock.now();
  const needs = {
    personKeys: new Set(stages.flatMap(({ compiled }) => [...compiled.personKeys])),
    staticIds: new Set(stages.flatMap(({ compiled }) => staticIdsOf(compiled))),
    withDistinctId: true,
  };
  const scan = await scanPeople(ctx, flag.environmentId, needs, (person) => {
    for (const { index, compiled } of stages) {
      if (!evaluateFlag(compiled, person, { nowMs }).enabled) continue;
      counts.set(index, (counts.get(index) ?? 0) + 1);
    }
  });
  return new Map([...counts].map(([index, count]) => [index, extrapolate(count, scan)]));
}

const staticIdsOf = ({ cohorts }: CompiledFlag): number[] =>
  [...cohorts.values()].flatMap((cohort) => [...(cohort?.staticIds ?? [])]);

export type Forecast = {
  readonly rollout: Rollout;
  readonly arrivals: Arrivals;
  readonly stages: readonly StageForecast[];
};

/**
 * What the stages to come will take; the one that runs by its own pace so far.
 * @throws not_found; unavailable
 */
export async function forecastRollout(ctx: ProjectCtx, id: string): Promise<Forecast> {
  const rollout = await getRollout(ctx, id);
  const { plan, position, flagId, environmentId } = rollout;
  const flag = await findFlag(ctx, flagId, environmentId);
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const { outlook, arrivals } = await lookBack(ctx, environmentId, plan, flag ?? null, signal);
  const { stageIndex: index, attempt, stageSettledAtMs } = position;
  const last = await findLastEvaluation(ctx.db, { rolloutId: id, stageIndex: index, attempt });
  const people = last?.inputs.observation?.people.treatment ?? 0;
  const elapsedMs = stageSettledAtMs === null ? 0 : ctx.clock.now() - stageSettledAtMs;
  const isStarted = rollout.startedAt !== null;
  const isOver = rollout.finishedAt !== null;
  const progress = isStarted
    ? { index, people, elapsedMs, bakedMs: position.observedBakeMs }
    : null;
  return { rollout, arrivals, stages: isOver ? [] : forecastPlan(outlook, progress) };
}
