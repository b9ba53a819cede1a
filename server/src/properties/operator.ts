// The comparisons that conditions on properties are made of, by the names that PostHog's API has for them.

/** Every comparison a property condition may ask for. */
export const OPERATORS = [
  'exact',
  'is_not',
  'is_set',
  'is_not_set',
  'icontains',
  'not_icontains',
  'icontains_multi',
  'not_icontains_multi',
  'starts_with',
  'not_starts_with',
  'ends_with',
  'not_ends_with',
  'regex',
  'not_regex',
  'gt',
  'gte',
  'lt',
  'lte',
  'between',
  'not_between',
  'is_date_before',
  'is_date_after',
  'is_date_exact',
  'semver_eq',
  'semver_neq',
  'semver_gt',
  'semver_gte',
  'semver_lt',
  'semver_lte',
  'semver_tilde',
  'semver_caret',
  'semver_wildcard',
  'in',
  'not_in',
  'flag_evaluates_to',
] as const;
export type Operator = (typeof OPERATORS)[number];

/** Older names that PostHog's API still takes. */
export const OPERATOR_ALIASES = ['min', 'max'] as const;

/** The operator behind an older name. */
export function canonicalOperator(
  operator: Operator | (typeof OPERATOR_ALIASES)[number],
): Operator {
  if (operator === 'min') return 'gte';
  return operator === 'max' ? 'lte' : operator;
}
