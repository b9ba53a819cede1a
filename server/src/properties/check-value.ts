// Whether a comparison makes sense: what is refused here would later quietly match nobody, or everybody.
import { parseDateFilter } from './dates.ts';
import type { Operator } from './operator.ts';
import { numberOf } from './property-value.ts';
import { parseVersion, wildcardRange } from './semver.ts';

const MAX_REGEX_CHARACTERS = 1_000;

type ValueCheck = (
  value: unknown,
  isRegexUsable: (pattern: string) => boolean,
) => string | undefined;

/** What is wrong with a comparison, and with which part of it. */
export type ComparisonProblem = { readonly field: 'operator' | 'value'; readonly detail: string };

/** What is wrong with comparing a property so; undefined when it can be done. */
export function checkComparison(
  operator: Operator,
  value: unknown,
  isRegexUsable: (pattern: string) => boolean,
): ComparisonProblem | undefined {
  if (operator === 'in' || operator === 'not_in' || operator === 'flag_evaluates_to') {
    const detail = `The operator ${operator} compares no property: it is for cohorts or flags.`;
    return { field: 'operator', detail };
  }
  const detail = checkValue(operator, value, isRegexUsable);
  return detail === undefined ? undefined : { field: 'value', detail };
}

/** What is wrong with a filter value for its operator; undefined when it can be compared with. */
export function checkValue(
  operator: Operator,
  value: unknown,
  isRegexUsable: (pattern: string) => boolean,
): string | undefined {
  if (operator === 'is_set' || operator === 'is_not_set') return undefined;
  if (value === undefined) return `The operator ${operator} needs a value.`;
  return (VALUE_CHECKS[operator] ?? single)(value, isRegexUsable);
}

/** Operators that are not here take one text, number or truth value. */
const VALUE_CHECKS: Partial<Record<Operator, ValueCheck>> = {
  exact: oneOrMore,
  is_not: oneOrMore,
  icontains_multi: oneOrMore,
  not_icontains_multi: oneOrMore,
  regex,
  not_regex: regex,
  gt: aNumber,
  gte: aNumber,
  lt: aNumber,
  lte: aNumber,
  between: range,
  not_between: range,
  is_date_before: date,
  is_date_after: date,
  is_date_exact: date,
  semver_eq: version,
  semver_neq: version,
  semver_gt: version,
  semver_gte: version,
  semver_lt: version,
  semver_lte: version,
  semver_tilde: version,
  semver_caret: version,
  semver_wildcard: wildcard,
};

function single(value: unknown): string | undefined {
  return Array.isArray(value) ? 'This operator takes one value, not a list.' : undefined;
}

function oneOrMore(value: unknown): string | undefined {
  return Array.isArray(value) && value.length === 0 ? 'Give at least one value.' : undefined;
}

function regex(value: unknown, isRegexUsable: (pattern: string) => boolean): string | undefined {
  if (typeof value !== 'string') return 'A regular expression is a text.';
  if (value.length > MAX_REGEX_CHARACTERS) {
    return `A regular expression has at most ${MAX_REGEX_CHARACTERS} characters.`;
  }
  if (isRegexUsable(value)) return undefined;
  return 'This is not a usable RE2 regular expression: lookaround and backreferences are not part of it, and repetitions must stay small.';
}

function aNumber(value: unknown): string | undefined {
  return numberOf(value) === undefined ? 'This operator takes a number.' : undefined;
}

function range(value: unknown): string | undefined {
  const [min, max] = Array.isArray(value) && value.length === 2 ? value.map(numberOf) : [];
  if (min === undefined || max === undefined) return 'Give two numbers: [smallest, largest].';
  return min > max ? 'The first number must not be larger than the second.' : undefined;
}

function date(value: unknown): string | undefined {
  if (parseDateFilter(value)) return undefined;
  return 'Give a date (2026-11-20), a time (2026-11-20T10:00:00Z) or a span ago (-7d; h, d, w, m, y).';
}

function version(value: unknown): string | undefined {
  const isScalar = typeof value === 'string' || typeof value === 'number';
  return isScalar && parseVersion(value) ? undefined : 'Give a version such as 1.2.3.';
}

function wildcard(value: unknown): string | undefined {
  const isScalar = typeof value === 'string' || typeof value === 'number';
  return isScalar && wildcardRange(value) ? undefined : 'Give a pattern such as 1.* or 1.2.*.';
}
