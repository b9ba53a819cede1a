// Which condition sets a flag has at each stage of a rollout, and after a rollback: the flag as it was
// before, plus what the plan adds. Everything else that the flag holds stays as it is.
import type { Filters, Group } from '#flags/flag';
import { isTargeted, type Plan, type Stage } from '../plan/plan.ts';

/** A flag in one environment: what a rollout found, or what it writes. */
export type FlagState = { readonly active: boolean; readonly filters: Filters };

/** Condition sets as a rollout sees them. */
type Base = {
  /** Name their people; they keep precedence, and those people are never compared. */
  readonly targeted: readonly Group[];
  /** Give the treatment to a share of everyone: the ladder takes over from them. */
  readonly treatment: readonly Group[];
  /** Give everyone something else. */
  readonly others: readonly Group[];
};

/** True when a condition set names people instead of taking a share of everyone. */
export function isTargetedGroup(group: Group): boolean {
  return (group.properties ?? []).length > 0;
}

/** True when an untargeted condition set hands out what the rollout hands out. */
export function givesTreatment(group: Group, treatment: string | null): boolean {
  return treatment === null || group.variant === treatment;
}

/** A flag that was off gave nothing to anyone, whatever its condition sets said. */
function baseOf(before: FlagState, treatment: string | null): Base {
  const groups = before.active ? before.filters.groups : [];
  const untargeted = groups.filter((group) => !isTargetedGroup(group));
  return {
    targeted: groups.filter(isTargetedGroup),
    treatment: untargeted.filter((group) => givesTreatment(group, treatment)),
    others: untargeted.filter((group) => !givesTreatment(group, treatment)),
  };
}

/** The condition set that a stage adds. */
export function stageGroup(stage: Stage, treatment: string | null): Group {
  return {
    properties: stage.properties,
    rollout_percentage: stage.percent,
    ...(treatment === null ? {} : { variant: treatment }),
    description: `Rollout stage: ${stage.name}`,
  };
}

const stagesUntil = (plan: Plan, stageIndex: number) =>
  plan.stages.slice(0, Math.max(0, stageIndex + 1));

/** Condition sets for named people that the stages up to this one have added. */
export function targetedGroupsAt(plan: Plan, before: FlagState, stageIndex: number): Group[] {
  const added = stagesUntil(plan, stageIndex).filter(isTargeted);
  const base = baseOf(before, plan.treatment);
  return [...base.targeted, ...added.map((stage) => stageGroup(stage, plan.treatment))];
}

/** The percentage of everyone that a stage gives the treatment to; 0 before the first such stage. */
export function percentAt(plan: Plan, stageIndex: number): number {
  return stagesUntil(plan, stageIndex).findLast((stage) => !isTargeted(stage))?.percent ?? 0;
}

/** The flag at a stage of the plan. */
export function flagAtStage(plan: Plan, before: FlagState, stageIndex: number): FlagState {
  const base = baseOf(before, plan.treatment);
  const ladder = stagesUntil(plan, stageIndex).findLast((stage) => !isTargeted(stage));
  return withGroups(before, [
    ...targetedGroupsAt(plan, before, stageIndex),
    ...(ladder ? [stageGroup(ladder, plan.treatment)] : base.treatment),
    ...base.others,
  ]);
}

/** The flag after a rollback from a stage, as the plan's policy asks for. */
export function flagAfterRollback(plan: Plan, before: FlagState, stageIndex: number): FlagState {
  const { rollbackTo } = plan.policy;
  if (rollbackTo === 'off') return { active: false, filters: before.filters };
  if (rollbackTo === 'previous_tier') {
    return stageIndex === 0 ? before : flagAtStage(plan, before, stageIndex - 1);
  }
  // The stage at fault is not among them: its people are to lose the change, named or not.
  const targeted = targetedGroupsAt(plan, before, stageIndex - 1);
  if (!before.active && targeted.length === 0) return before;
  return withGroups(before, [...targeted, ...baseOf(before, plan.treatment).others]);
}

function withGroups(before: FlagState, groups: readonly Group[]): FlagState {
  const nobody: Group = { properties: [], rollout_percentage: 0 };
  return {
    active: true,
    filters: { ...before.filters, groups: groups.length > 0 ? groups : [nobody] },
  };
}
