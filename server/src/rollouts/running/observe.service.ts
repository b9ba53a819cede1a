// One look at the event store for a rollout: asks the question that its stage poses, after telling named
// people apart where the stage compares the others.
import { findListedIds, readCohorts } from '#cohorts';
import { compileCohorts } from '#cohorts/compile';
import { type FlagRecord, findOverriddenIds } from '#flags';
import { type CompiledFlag, type Subject, compileFlag, evaluateFlag } from '#flags/evaluate';
import {
  type Assignment,
  type Counting,
  countOn,
  type ExposedPerson,
  type ExposureQuestion,
  observePairs,
  observeWeeks,
  saveToldApart,
  type Together,
} from '#metrics';
import type { Observation } from '#metrics/observation';
import { findGroups, groupId } from '#identity';
import { countsPeople } from '#metrics/guardrail';
import { maturitiesOf, outcomesOf } from '#metrics/outcome';
import type { Ctx } from '#platform/ctx';
import { compileRe2 } from '#properties';
import { findPersonProperties } from './people.store.ts';
import { isFull, isTargeted, type Stage } from '../plan/plan.ts';
import type { Rollout } from '../kept/rollouts.store.ts';
import { targetedGroupsAt } from '../flag/stage-filters.ts';

export type Observed = {
  readonly observation: Observation;
  /** Why what people did earlier could not be read; null when it was, or was not asked. */
  readonly sourceError: string | null;
  /** To be called after the decision: makes the next look cheaper. Never fails. */
  readonly keep: Counting['keep'];
};

export type LookAt = {
  readonly watermarkMs: number;
  readonly signal: AbortSignal;
  /** With looks that were begun when the watermark was read. */
  readonly together: Together;
};

/** What the people of a rollout did from the start of its stage up to the watermark; ends with `signal`. */
export async function observeStage(
  ctx: Ctx,
  rollout: Rollout,
  flag: FlagRecord,
  { watermarkMs, signal, together }: LookAt,
): Promise<Observed> {
  const targeting = await targetingOf(ctx, rollout, flag);
  const leftOutIds = await findOverriddenIds(ctx, flag.id, rollout.environmentId);
  const asked = { ...questionOf(rollout, flag, watermarkMs, targeting), leftOutIds };
  const isTold = async (counting: Counting) =>
    !targeting ||
    asked.toldApartFor === null ||
    (await tellApart(ctx, asked, { targeting, counting, unitIndex: unitIndexOf(rollout) }, signal));
  let counting = await countOn(ctx, asked, signal, { together });
  while (!counting.isWhole) {
    while (!(await isTold(counting))) signal.throwIfAborted();
    await counting.observe();
    const isKept = await counting.keep(signal);
    const pace = isKept ? { together } : { together, mostEvents: Infinity };
    counting = await countOn(ctx, asked, signal, pace);
  }
  const isComplete = await isTold(counting);
  const observation = await counting.observe();
  // Whoever waits to be told apart is looked for again among everybody who is new.
  const keep = isComplete ? counting.keep : () => Promise.resolve(false);
  try {
    const earlier = await observeEarlier(ctx, rollout, asked, signal);
    return { observation: { ...observation, ...earlier }, sourceError: null, keep };
  } catch (err) {
    // It may only pause: what people do now is judged without it.
    ctx.log.warn({ err, rolloutId: rollout.id }, 'what people did earlier could not be read');
    return { observation, sourceError: wordsOf(err), keep };
  }
}

/** Why something could not be read. */
export const wordsOf = (err: unknown): string =>
  (err instanceof Error ? err.message : String(err)).slice(0, 500);

/** Windows of a soak are hours, or a fifth of it when it is shorter than five. */
const SOAK_WINDOW_MS = 3_600_000;
const SOAK_WINDOWS = 5;

/** What the same people, or everybody, did before: for stages without a control. */
async function observeEarlier(
  ctx: Ctx,
  rollout: Rollout,
  question: ExposureQuestion,
  signal: AbortSignal,
): Promise<Pick<Observation, 'pairs' | 'weeks'>> {
  const { plan, position, startedAt } = rollout;
  const stage = plan.stages[position.stageIndex];
  const { guardrails } = plan;
  if (!guardrails.some(countsPeople)) return {};
  switch (stage?.comparison) {
    case 'self_control': {
      const startedAtMs = startedAt?.getTime() ?? position.stageEnteredAtMs;
      const about = { guardrails, startedAtMs };
      return { pairs: await observePairs(ctx.clickhouse, question, about, signal) };
    }
    case 'before_after': {
      const fifth = Math.floor(stage.minBakeMs / SOAK_WINDOWS);
      const windowMs = Math.max(1000, Math.min(SOAK_WINDOW_MS, fifth));
      const weeks = { ...question, windowMs };
      return { weeks: await observeWeeks(ctx.clickhouse, weeks, guardrails, signal) };
    }
    default:
      return {};
  }
}

function questionOf(
  rollout: Rollout,
  flag: FlagRecord,
  watermarkMs: number,
  targeting: CompiledFlag | null,
): Omit<ExposureQuestion, 'leftOutIds'> {
  const { plan, position } = rollout;
  const { policy } = plan;
  const stage = plan.stages[position.stageIndex];
  if (!stage) throw new Error(`rollout ${rollout.id} has no stage ${position.stageIndex}`);
  const assignment = assignmentOf(stage);
  const isSplit = assignment.kind === 'hash';
  return {
    environmentId: rollout.environmentId,
    unit: plan.unit,
    exposure: policy.exposure,
    flagKey: plan.flagKey,
    treatmentValue: plan.treatment ?? 'true',
    assignment,
    settledAtMs: position.stageSettledAtMs ?? position.stageEnteredAtMs,
    watermarkMs,
    flagCreatedAtMs: flag.createdAt.getTime(),
    bucketMs: policy.bucketMs,
    settleMs: policy.settleMs,
    noDataAfterMs: policy.noDataAfterMs,
    // Conditions of later stages tell more people apart, so each set of them is told apart anew.
    toldApartFor:
      isSplit && targeting ? `${rollout.id}:${targeting.definition.filters.groups.length}` : null,
    outcomes: plan.guardrails.flatMap(outcomesOf),
    maturesAfterMs: plan.guardrails.some((one) => one.estimate && countsPeople(one))
      ? plan.guardrails.flatMap(maturitiesOf)
      : undefined,
  };
}

function assignmentOf(stage: Stage): Assignment {
  if (isTargeted(stage)) return { kind: 'reported' };
  return isFull(stage) ? { kind: 'everyone' } : { kind: 'hash', share: stage.percent / 100 };
}

/** The conditions that give the flag to named people, as a flag of their own; null when there are none. */
async function targetingOf(
  ctx: Ctx,
  rollout: Rollout,
  flag: FlagRecord,
): Promise<CompiledFlag | null> {
  if (rollout.before === null) return null;
  const { filters } = rollout.before;
  const named = targetedGroupsAt(rollout.plan, rollout.before, rollout.position.stageIndex);
  const hasEarlyAccess =
    filters.feature_enrollment === true || (filters.super_groups ?? []).length > 0;
  if (named.length === 0 && !hasEarlyAccess) return null;
  const groups = named.map((group) => ({ ...group, rollout_percentage: 100, variant: null }));
  const definition = { ...flag, active: true, filters: { ...filters, groups } };
  const cohorts = (await readCohorts(ctx.db, [flag.projectId])).get(flag.projectId) ?? [];
  return compileFlag(definition, {
    compileRegex: compileRe2,
    cohorts: compileCohorts(cohorts, compileRe2),
  });
}

/** People whose properties are read and judged at a time… */
const BATCH = 5000;
/** …and batches per look: whoever is left waits for the next one. */
const MAX_BATCHES = 5;

/** The number of the type of groups that the flag was given to at the start. */
const unitIndexOf = ({ before }: Rollout): number =>
  before?.filters.aggregation_group_type_index ?? -1;

/** False when people, or groups, are left who wait for the next look. */
async function tellApart(
  ctx: Ctx,
  question: ExposureQuestion,
  about: {
    readonly targeting: CompiledFlag;
    readonly counting: Counting;
    readonly unitIndex: number;
  },
  signal: AbortSignal,
): Promise<boolean> {
  const { targeting, counting, unitIndex } = about;
  const { unit = null } = question;
  const nowMs = ctx.clock.now();
  const groupTypes: (string | undefined)[] = [];
  if (unit !== null) groupTypes[unitIndex] = unit;
  for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
    const found = await counting.findUnknown(BATCH);
    if (found.length === 0) return true;
    const subjects =
      unit === null
        ? await readPeople(ctx, question.environmentId, found, staticCohortsOf(targeting))
        : await readGroups(ctx, question.environmentId, found, { unit, unitIndex });
    const told = subjects.map(({ personId, subject }) => ({
      personId,
      isTargeted: isNamed(targeting, subject, { nowMs, groupTypes }),
    }));
    await saveToldApart(ctx.clickhouse, question.toldApartFor ?? '', told, nowMs, signal);
    if (found.length < BATCH) return true;
  }
  return false;
}

type Known = { readonly personId: string; readonly subject: Subject };

async function readPeople(
  ctx: Ctx,
  environmentId: number,
  people: readonly ExposedPerson[],
  staticCohorts: number[],
): Promise<Known[]> {
  const ids = people.map(({ personId }) => personId);
  const known = await findPersonProperties(ctx.db, environmentId, ids);
  const distinctIds = people.map(({ distinctId }) => distinctId);
  const listed = await findListedIds(ctx.db, environmentId, distinctIds, staticCohorts);
  return people.map(({ personId, distinctId }) => ({
    personId,
    subject: {
      distinctId,
      personProperties: known.get(personId) ?? {},
      staticCohortIds: listed.get(distinctId),
    },
  }));
}

/** Of a group the id is its key. */
async function readGroups(
  ctx: Ctx,
  environmentId: number,
  groups: readonly ExposedPerson[],
  { unit, unitIndex }: { readonly unit: string; readonly unitIndex: number },
): Promise<Known[]> {
  const keys = groups.map(({ distinctId }) => ({ typeIndex: unitIndex, key: distinctId }));
  const known = await findGroups(ctx.db, environmentId, keys);
  return groups.map(({ personId, distinctId: key }) => ({
    personId,
    subject: {
      distinctId: '',
      personProperties: {},
      groups: { [unit]: key },
      groupProperties: { [unit]: known.get(groupId({ typeIndex: unitIndex, key })) },
    },
  }));
}

/** The static cohorts whose members the flag names. */
function staticCohortsOf({ cohorts }: CompiledFlag): number[] {
  return [...cohorts.values()].flatMap((cohort) => [...(cohort?.staticIds ?? [])]);
}

/** Early access decides for whoever has taken or refused it, so those people are no comparison either. */
function isNamed(
  targeting: CompiledFlag,
  person: Subject,
  context: { readonly nowMs: number; readonly groupTypes: readonly (string | undefined)[] },
): boolean {
  const { enabled, reason } = evaluateFlag(targeting, person, context);
  return enabled || reason.code === 'super_condition_value';
}
