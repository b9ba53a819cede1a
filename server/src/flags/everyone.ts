// Targeting that gives a flag to everyone: what a release looks like when it is done.
import type { Filters } from './flag.ts';

/**
 * Filters by which everyone gets the flag (of several values, the variant named). Values and payloads stay;
 * whatever leaves people out (conditions, shares, groups, holdouts, opting out) goes.
 */
export function forEveryone(filters: Filters, variant: string | null): Filters {
  const { multivariate, payloads } = filters;
  return {
    groups: [
      {
        properties: [],
        rollout_percentage: 100,
        ...(variant === null ? {} : { variant }),
      },
    ],
    ...(multivariate === undefined ? {} : { multivariate }),
    ...(payloads === undefined ? {} : { payloads }),
  };
}

/** True when a condition set gives the flag to everyone, whatever the others say. */
export function isForEveryone(filters: Filters): boolean {
  const { groups, holdout, feature_enrollment: enrollment } = filters;
  // Whoever asks without the group has nothing of a flag that is given to groups.
  const isOfGroups = ({ aggregation_group_type_index: index }: Grouped) =>
    index !== null && index !== undefined;
  const isWhole = groups.some(
    (group) =>
      (group.properties ?? []).length === 0 &&
      (group.rollout_percentage ?? 100) === 100 &&
      !isOfGroups(group),
  );
  const hasOlderForms =
    (filters.super_groups ?? []).length > 0 || (filters.holdout_groups ?? []).length > 0;
  return isWhole && !isOfGroups(filters) && !hasOlderForms && !holdout && enrollment !== true;
}

type Grouped = { readonly aggregation_group_type_index?: number | null | undefined };

/** Why a flag cannot be given to everyone with this variant; undefined when it can. */
export function variantProblem(filters: Filters, variant: string | null): string | undefined {
  const keys = filters.multivariate?.variants.map(({ key }) => key) ?? [];
  if (variant === null) {
    return keys.length === 0 ? undefined : `Say which variant everyone gets: ${keys.join(', ')}.`;
  }
  if (keys.includes(variant)) return undefined;
  return keys.length === 0
    ? 'This flag is boolean and has no variants.'
    : `The flag has no variant "${variant}", only ${keys.join(', ')}.`;
}
