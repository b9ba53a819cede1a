// The life of a feature that people opt in to: which stages there are, and where opting in counts.

/**
 * concept: people may say that they want it, nothing is given. alpha, beta: whoever opts in gets it, whoever
 * opts out does not. general-availability: the same, while the flag gives it to everybody else. archived: it
 * is over; the flag's own conditions decide alone.
 */
export const STAGES = ['concept', 'alpha', 'beta', 'general-availability', 'archived'] as const;
export type Stage = (typeof STAGES)[number];

/** What browsers are told about when they ask for no stage in particular, as PostHog does. */
export const DEFAULT_STAGES: readonly Stage[] = ['beta'];

/** Browsers are never told about what is over. */
export const isListed = (stage: Stage): boolean => stage !== 'archived';

/** Whether what a person has chosen decides the flag. */
export function isEnrolling(stage: Stage): boolean {
  return stage === 'alpha' || stage === 'beta' || stage === 'general-availability';
}

/** The person property that holds a choice: true or false (posthog-js `updateEarlyAccessFeatureEnrollment`). */
export const enrollmentProperty = (flagKey: string): string => `$feature_enrollment/${flagKey}`;

/** A flag key made of a name: `New checkout!` → `new-checkout`. */
export function flagKeyFor(name: string): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const key = plain.replaceAll(/[^a-z0-9]+/g, '-').slice(0, 100);
  return key.replaceAll(/^-+|-+$/g, '') || 'early-access';
}

/** Why the flag cannot be opted in to; undefined when it can. */
export function flagProblem(flag: {
  readonly archived: boolean;
  readonly deleted: boolean;
  readonly filters: {
    readonly multivariate?: { readonly variants: readonly unknown[] } | null;
    readonly aggregation_group_type_index?: number | null;
  };
}): string | undefined {
  if (flag.archived || flag.deleted) return 'The flag is archived.';
  const { multivariate, aggregation_group_type_index: groupType } = flag.filters;
  // Opting in says yes or no; it names no variant, and it is a person who does.
  if ((multivariate?.variants ?? []).length > 0) {
    return 'The flag has variants; people opt in to a flag that is on or off.';
  }
  return typeof groupType === 'number' ? 'The flag is given to groups, not to people.' : undefined;
}
