// The comparisons of property conditions, one function each. A filter value is read once; what comes
// out is a test that runs per person. Rules and corner cases are those of PostHog's flag server.
import type { JsonObject } from '#kernel/json';
import {
  type DateFilter,
  dayOf,
  isRelativeDate,
  parseDateFilter,
  parseDateValue,
} from './dates.ts';
import type { Operator } from './operator.ts';
import { asciiLower, isBooleanLike, isTruthy, numberOf, textOf } from './property-value.ts';
import {
  type Version,
  type VersionRange,
  caretRange,
  compareVersions,
  isInRange,
  parseVersion,
  tildeRange,
  wildcardRange,
} from './semver.ts';

/**
 * Searches a text, in bounded time, because people write the patterns; undefined when it will not (the
 * text is too long), which matches neither way.
 */
export type RegexTest = (text: string) => boolean | undefined;
/** Turns a pattern into a test; undefined when it is not a usable pattern. */
export type CompileRegex = (pattern: string) => RegexTest | undefined;

type ValueTest = (value: unknown, nowMs: number) => boolean;

/** A comparison with its filter value read in. */
export type ValueMatcher = {
  /** For a property that exists (null counts as existing). */
  readonly test: ValueTest;
  /** The result for a property that does not. */
  readonly whenMissing: boolean;
};

/**
 * The matcher of a stored condition (`operator`, left out for `exact`, and `value`); undefined when it
 * cannot be understood.
 */
export function compileFilter(
  condition: JsonObject,
  compileRegex: CompileRegex,
): ValueMatcher | undefined {
  const operator = condition.operator ?? 'exact';
  if (typeof operator !== 'string') return undefined;
  return compileValueMatcher(operator, condition.value, compileRegex);
}

/** True for a stored condition whose outcome may change by itself as time goes by. */
export function usesClock({ operator, value }: JsonObject): boolean {
  return typeof operator === 'string' && operator.startsWith('is_date_') && isRelativeDate(value);
}

const never: ValueTest = () => false;
const always: ValueTest = () => true;

/**
 * The matcher of an operator and its filter value. An operator that compares no values (`in`,
 * `flag_evaluates_to`) or is unknown gives undefined; an unusable filter value gives a matcher that
 * says no to every existing value.
 */
export function compileValueMatcher(
  operator: string,
  filter: unknown,
  compileRegex: CompileRegex,
): ValueMatcher | undefined {
  if (operator === 'is_set') return { test: always, whenMissing: false };
  if (operator === 'is_not_set') return { test: never, whenMissing: true };
  const build = Object.hasOwn(BUILDERS, operator) ? BUILDERS[operator as ValueOperator] : undefined;
  if (!build) return undefined;
  if (filter === undefined) return { test: never, whenMissing: false };
  return { test: build(filter, compileRegex), whenMissing: NEGATED.has(operator) };
}

type ValueOperator = Exclude<
  Operator,
  'is_set' | 'is_not_set' | 'in' | 'not_in' | 'flag_evaluates_to'
>;

/** Operators that hold for a person without the property. */
const NEGATED: ReadonlySet<string> = new Set([
  'is_not',
  'not_icontains',
  'not_icontains_multi',
  'not_starts_with',
  'not_ends_with',
  'not_regex',
  'not_between',
]);

const BUILDERS: Record<ValueOperator, (filter: unknown, regex: CompileRegex) => ValueTest> = {
  exact: equals,
  is_not: (filter) => not(equals(filter)),
  icontains: (filter) => contains([filter]),
  not_icontains: (filter) => not(contains([filter])),
  icontains_multi: (filter) => contains(listOf(filter)),
  not_icontains_multi: (filter) => not(contains(listOf(filter))),
  starts_with: startsWith,
  not_starts_with: (filter) => not(startsWith(filter)),
  ends_with: endsWith,
  not_ends_with: (filter) => not(endsWith(filter)),
  regex: (filter, compileRegex) => searches(filter, compileRegex, true),
  not_regex: (filter, compileRegex) => searches(filter, compileRegex, false),
  gt: (filter) => comparesNumber(filter, (value, bound) => value > bound),
  gte: (filter) => comparesNumber(filter, (value, bound) => value >= bound),
  lt: (filter) => comparesNumber(filter, (value, bound) => value < bound),
  lte: (filter) => comparesNumber(filter, (value, bound) => value <= bound),
  between: (filter) => liesBetween(filter, true),
  not_between: (filter) => liesBetween(filter, false),
  is_date_before: (filter) => comparesDate(filter, (at, bound) => at < bound),
  is_date_after: (filter) => comparesDate(filter, (at, bound) => at > bound),
  is_date_exact: (filter) => comparesDate(filter, (at, bound) => dayOf(at) === dayOf(bound)),
  semver_eq: (filter) => comparesVersion(filter, (order) => order === 0),
  semver_neq: (filter) => comparesVersion(filter, (order) => order !== 0),
  semver_gt: (filter) => comparesVersion(filter, (order) => order > 0),
  semver_gte: (filter) => comparesVersion(filter, (order) => order >= 0),
  semver_lt: (filter) => comparesVersion(filter, (order) => order < 0),
  semver_lte: (filter) => comparesVersion(filter, (order) => order <= 0),
  semver_tilde: (filter) => versionInRange(tildeRange(filter)),
  semver_caret: (filter) => versionInRange(caretRange(filter)),
  semver_wildcard: (filter) => versionInRange(wildcardRange(filter)),
};

function not(test: ValueTest): ValueTest {
  return (value, nowMs) => !test(value, nowMs);
}

function listOf(filter: unknown): readonly unknown[] {
  return Array.isArray(filter) ? filter : [filter];
}

/** Truth against truth for true/false filters; else equal texts, letter case aside; a list: any of. */
function equals(filter: unknown): ValueTest {
  if (isBooleanLike(filter)) {
    const wanted = isTruthy(filter);
    return (value) => isTruthy(value) === wanted;
  }
  if (Array.isArray(filter)) {
    const wanted = new Set(filter.map((item) => textOf(item).toLowerCase()));
    return (value) => wanted.has(textOf(value).toLowerCase());
  }
  const wanted = textOf(filter).toLowerCase();
  return (value) => value === wanted || textOf(value).toLowerCase() === wanted;
}

function contains(filters: readonly unknown[]): ValueTest {
  const wanted = filters.map((filter) => asciiLower(textOf(filter)));
  return (value) => {
    const text = asciiLower(textOf(value));
    return wanted.some((part) => text.includes(part));
  };
}

function startsWith(filter: unknown): ValueTest {
  const wanted = asciiLower(textOf(filter));
  return (value) => asciiLower(textOf(value)).startsWith(wanted);
}

function endsWith(filter: unknown): ValueTest {
  const wanted = asciiLower(textOf(filter));
  return (value) => asciiLower(textOf(value)).endsWith(wanted);
}

/** An invalid pattern matches nobody, negated or not. */
function searches(filter: unknown, compileRegex: CompileRegex, wanted: boolean): ValueTest {
  const search = compileRegex(textOf(filter));
  return search ? (value) => search(textOf(value)) === wanted : never;
}

function comparesNumber(
  filter: unknown,
  holds: (value: number, bound: number) => boolean,
): ValueTest {
  const bound = numberOf(filter);
  if (bound === undefined) return never;
  return (value) => {
    const number = numberOf(value);
    return number !== undefined && holds(number, bound);
  };
}

/** Both ends included. A value that is no number lies neither between nor outside. */
function liesBetween(filter: unknown, wanted: boolean): ValueTest {
  const [min, max] = Array.isArray(filter) && filter.length === 2 ? filter.map(numberOf) : [];
  if (min === undefined || max === undefined || min > max) return never;
  return (value) => {
    const number = numberOf(value);
    return number !== undefined && (number >= min && number <= max) === wanted;
  };
}

function comparesDate(filter: unknown, holds: (at: number, bound: number) => boolean): ValueTest {
  const bound: DateFilter | undefined = parseDateFilter(filter);
  if (!bound) return never;
  return (value, nowMs) => {
    const at = parseDateValue(value);
    return at !== undefined && holds(at, bound(nowMs));
  };
}

function comparesVersion(filter: unknown, holds: (order: number) => boolean): ValueTest {
  const bound: Version | undefined = parseVersion(filter);
  if (!bound) return never;
  return (value) => {
    const version = parseVersion(value);
    return version !== undefined && holds(compareVersions(version, bound));
  };
}

function versionInRange(range: VersionRange | undefined): ValueTest {
  if (!range) return never;
  return (value) => {
    const version = parseVersion(value);
    return version !== undefined && isInRange(version, range);
  };
}
