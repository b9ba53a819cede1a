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
export function isForEveryone({
  groups,
  holdout,
  feature_enrollment: enrollment,
}: Filters): boolean {
  const isWhole = groups.some(
    ({ properties, rollout_percentage: percent }) =>
      (properties ?? []).length === 0 && (percent ?? 100) === 100,
  );
  return isWhole && !holdout && enrollment !== true;
}

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
