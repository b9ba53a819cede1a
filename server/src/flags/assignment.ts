// Who gets what from a flag, apart from everything that decides nothing: words, payloads, names of variants.
import { canonicalJson } from '#kernel/json';
import type { Filters, FlagDefinition, Group, Property } from './flag.ts';

/** What decides a person's bucket. */
export type Bucketing = Pick<
  FlagDefinition,
  'key' | 'bucketingIdentifier' | 'ensureExperienceContinuity'
>;

export function bucketingOf(flag: Bucketing): Bucketing {
  const { key, bucketingIdentifier, ensureExperienceContinuity } = flag;
  return { key, bucketingIdentifier, ensureExperienceContinuity };
}

/** True when both give the same people the same. */
export function isSameAssignment(one: Filters, other: Filters): boolean {
  return (
    besideGroups(one) === besideGroups(other) &&
    one.groups.map(groupText).join('\n') === other.groups.map(groupText).join('\n')
  );
}

/** Everything but the condition sets that decides who gets what. */
export function besideGroups(filters: Filters): string {
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

/** What decides of one condition set. */
export function groupText(group: Group): string {
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
