// Refuses flags that a guarded rollout could not split or could not measure honestly, with the reason.
import type { FlagDefinition, Filters, Group } from '#flags/flag';
import { isTargeted, type Plan } from '../plan/plan.ts';
import type { PlanProblem } from '../plan/plan-check.ts';
import { givesTreatment, isTargetedGroup } from './stage-filters.ts';

type CheckedFlag = Pick<
  FlagDefinition,
  'active' | 'filters' | 'bucketingIdentifier' | 'ensureExperienceContinuity'
>;

/**
 * The first reason why `plan` cannot run on `flag`; null when it can.
 * @param unitIndex number of the type of groups that the plan names; undefined when there is none
 */
export function findFlagProblem(
  plan: Plan,
  flag: CheckedFlag,
  unitIndex?: number,
): PlanProblem | null {
  return (
    findVariantProblem(plan, flag.filters) ??
    findUnitProblem(plan, flag.filters, unitIndex) ??
    findSplitProblem(flag) ??
    findConditionProblem(plan, flag.filters) ??
    (flag.active
      ? (findBaseProblem(plan, flag.filters) ?? findMixedProblem(plan, flag.filters))
      : null)
  );
}

function findVariantProblem(plan: Plan, filters: Filters): PlanProblem | null {
  const variants = filters.multivariate?.variants.map((variant) => variant.key) ?? [];
  const { treatment, control } = plan;
  if (variants.length === 0) {
    const field = treatment === null ? 'control' : 'treatment';
    const isBoolean = treatment === null && control === null;
    return isBoolean ? null : { field, reason: 'This flag is boolean and has no variants.' };
  }
  const list = variants.join(', ');
  if (treatment === null) {
    return { field: 'treatment', reason: `Say which variant is rolled out: ${list}.` };
  }
  if (!variants.includes(treatment)) {
    return { field: 'treatment', reason: `The flag has no variant “${treatment}”, only ${list}.` };
  }
  if (control !== null && (control === treatment || !variants.includes(control))) {
    return { field: 'control', reason: `Must be another variant of the flag: ${list}.` };
  }
  return null;
}

/** Whoever gets the flag is whoever is compared. */
function findUnitProblem(
  { unit }: Plan,
  filters: Filters,
  unitIndex: number | undefined,
): PlanProblem | null {
  const own = filters.aggregation_group_type_index ?? null;
  const others = filters.groups.some(
    ({ aggregation_group_type_index: index }) => index !== undefined && (index ?? null) !== own,
  );
  if (others) {
    const reason = 'This flag is given to people by some condition sets and to groups by others.';
    return { field: 'flag_key', reason };
  }
  if (unit === null) {
    if (own === null) return null;
    return { field: 'unit', reason: 'This flag is given to groups; name their type here.' };
  }
  if (unitIndex === undefined) {
    return { field: 'unit', reason: `No events have told of groups of the type “${unit}” yet.` };
  }
  if (own === unitIndex) return null;
  return { field: 'unit', reason: `This flag is not given to groups of the type “${unit}”.` };
}

function findSplitProblem({
  filters,
  bucketingIdentifier,
  ensureExperienceContinuity,
}: CheckedFlag): PlanProblem | null {
  const refuse = (reason: string) => ({ field: 'flag_key', reason });
  if (bucketingIdentifier !== 'distinct_id') {
    return refuse('This flag is given to devices; a guarded rollout compares people.');
  }
  if (ensureExperienceContinuity) {
    return refuse(
      'This flag persists across login, so who has it cannot be computed from a person’s ids; switch that off first.',
    );
  }
  if (filters.early_exit) {
    return refuse(
      'This flag stops at the first condition set that matches (early exit), so the stage’s would decide for everyone; switch that off first.',
    );
  }
  const holdouts = filters.holdout ?? (filters.holdout_groups ?? []).at(0);
  return holdouts ? refuse('This flag has a holdout; remove it before a guarded rollout.') : null;
}

/** Whoever matches a condition is not compared, so Serin must be able to tell who does. */
function findConditionProblem({ unit }: Plan, filters: Filters): PlanProblem | null {
  const own = unit === null ? 'person' : 'group';
  const groups: readonly Group[] = [...filters.groups, ...(filters.super_groups ?? [])];
  const other = groups
    .flatMap((group) => group.properties ?? [])
    .find((property) => (property.type ?? 'person') !== own);
  if (!other) return null;
  return {
    field: 'flag_key',
    reason: `The flag has a condition on a ${other.type} (${other.key}); those who match it could not be told apart from the others.`,
  };
}

/** Whoever has another value is control: a mix of several values would be compared with one. */
function findMixedProblem({ treatment }: Plan, filters: Filters): PlanProblem | null {
  if (treatment === null) return null;
  const others = new Set<string>();
  const weighted = (filters.multivariate?.variants ?? []).filter(
    (variant) => variant.rollout_percentage > 0 && variant.key !== treatment,
  );
  const untargeted = filters.groups.filter(
    (group) => !isTargetedGroup(group) && group.variant !== treatment,
  );
  const shares = untargeted.map((group) => group.rollout_percentage ?? 100);
  for (const group of untargeted) {
    if (group.rollout_percentage === 0) continue;
    for (const key of group.variant ? [group.variant] : weighted.map((one) => one.key)) {
      others.add(`“${key}”`);
    }
  }
  if (Math.max(0, ...shares) < 100) others.add('nothing');
  if (others.size < 2) return null;
  return {
    field: 'flag_key',
    reason: `People without “${treatment}” get different values (${[...others].join(', ')}), so there is no one control to compare with; give everyone the same value first.`,
  };
}

function findBaseProblem(plan: Plan, filters: Filters): PlanProblem | null {
  const { treatment } = plan;
  const untargeted = filters.groups.filter((group) => !isTargetedGroup(group));
  const weight = filters.multivariate?.variants.find((one) => one.key === treatment);
  const splits = untargeted.some((group) => !group.variant && group.rollout_percentage !== 0);
  if (treatment !== null && splits && (weight?.rollout_percentage ?? 0) > 0) {
    return {
      field: 'flag_key',
      reason: `The flag already splits everyone, and “${treatment}” gets ${weight?.rollout_percentage} %; set its weight to 0 first.`,
    };
  }
  const given = untargeted
    .filter((group) => givesTreatment(group, treatment))
    .map((group) => group.rollout_percentage ?? 100);
  const already = Math.max(0, ...given);
  const index = plan.stages.findIndex((stage) => !isTargeted(stage));
  const firstPercent = plan.stages[index]?.percent ?? 100;
  if (already <= firstPercent && already < 100) return null;
  return {
    field: index < 0 ? 'flag_key' : `stages.${index}.percent`,
    reason: `The flag already gives it to ${already} % of everyone; a stage below that would take it away.`,
  };
}
