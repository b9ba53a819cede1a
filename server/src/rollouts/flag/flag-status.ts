// What became of a flag since a rollout last wrote it. Only what decides who has the change counts as an
// edit: words, payloads and names may be changed at any time, and stay as people have written them.
import type { Filters, FlagDefinition, Group, Property } from '#flags/flag';
import { canonicalJson } from '#kernel/json';
import type { Plan } from '../plan/plan.ts';
import { flagAtStage, type FlagState, stageGroup } from './stage-filters.ts';

/** What decides a person's bucket, as it was at the start of a rollout. */
export type Bucketing = Pick<
  FlagDefinition,
  'key' | 'bucketingIdentifier' | 'ensureExperienceContinuity'
>;

/** A flag right before its rollout took it over. */
export type FlagBefore = FlagState & Bucketing;

/**
 * as_applied: who has the change is what the rollout wrote. edited: it is not, but the stage's own
 * condition set is still there, so its evidence counts. replaced: that is gone, or others were put before
 * it by holdout or early access. rebucketed: other people have it, or would be counted. killed: its kill
 * switch is on, for some or all. disabled: nobody.
 */
export type FlagStatus =
  | 'as_applied'
  | 'edited'
  | 'replaced'
  | 'rebucketed'
  | 'killed'
  | 'disabled';

type CurrentFlag = FlagState &
  Bucketing & { readonly archived: boolean; readonly deleted: boolean };

/** The flag as it is now (undefined: there is none), against what the rollout wrote at `stageIndex`. */
export function flagStatus(
  plan: Plan,
  before: FlagBefore,
  stageIndex: number,
  flag: CurrentFlag | undefined,
  isKilled = false,
): FlagStatus {
  if (!flag || flag.archived || flag.deleted || !flag.active) return 'disabled';
  if (isKilled) return 'killed';
  if (canonicalJson(bucketingOf(flag)) !== canonicalJson(bucketingOf(before))) return 'rebucketed';
  const applied = flagAtStage(plan, before, stageIndex).filters;
  if (isSameAssignment(flag.filters, applied)) return 'as_applied';
  const stage = plan.stages[stageIndex];
  const own = stage && groupText(stageGroup(stage, plan.treatment));
  const hasOwn = flag.filters.groups.some((group) => groupText(group) === own);
  return hasOwn && besideGroups(flag.filters) === besideGroups(applied) ? 'edited' : 'replaced';
}

/** True while what people do still tells about the stage. */
export function isWatchable(status: FlagStatus): boolean {
  return status === 'as_applied' || status === 'edited';
}

/** True when both give the same people the same. */
export function isSameAssignment(one: Filters, other: Filters): boolean {
  return (
    besideGroups(one) === besideGroups(other) &&
    one.groups.map(groupText).join('\n') === other.groups.map(groupText).join('\n')
  );
}

/**
 * What to write so that people get what `target` gives them while everything that decides nothing
 * (descriptions, payloads, names of variants) stays as it is in `current`.
 */
export function keepWords(target: Filters, current: Filters): Filters {
  const known = new Map(current.groups.map((group) => [groupText(group), group]));
  const groups = target.groups.map((group) => known.get(groupText(group)) ?? group);
  const rest = besideGroups(target) === besideGroups(current) ? current : target;
  return { ...rest, groups };
}

export function bucketingOf(flag: Bucketing): Bucketing {
  const { key, bucketingIdentifier, ensureExperienceContinuity } = flag;
  return { key, bucketingIdentifier, ensureExperienceContinuity };
}

/** Everything but the condition sets that decides who gets what. */
function besideGroups(filters: Filters): string {
  return canonicalJson({
    variants: (filters.multivariate?.variants ?? []).map((one) => [
      one.key,
      one.rollout_percentage,
    ]),
    byGroup: filters.aggregation_group_type_index ?? null,
    holdout: filters.holdout ?? null,
    holdoutGroups: filters.holdout_groups ?? [],
    enrollment: filters.feature_enrollment === true,
    earlyAccess: (filters.super_groups ?? []).map(groupText),
    earlyExit: filters.early_exit === true,
  });
}

function groupText(group: Group): string {
  return canonicalJson({
    properties: (group.properties ?? []).map(propertyView),
    percent: group.rollout_percentage ?? 100,
    variant: group.variant ?? null,
    byGroup: group.aggregation_group_type_index ?? null,
  });
}

function propertyView(property: Property) {
  return {
    key: property.key,
    type: property.type ?? 'person',
    value: property.value ?? null,
    operator: property.operator ?? 'exact',
    isInverted: property.negation === true,
    groupType: property.group_type_index ?? null,
  };
}
