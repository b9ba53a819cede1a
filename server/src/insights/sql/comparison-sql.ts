// The operators of `#properties` as ClickHouse SQL: the same filter on the same value gives the same answer in
// a flag, a cohort and an insight.
import { dayOf, parseDateFilter } from '#properties/dates';
import type { Operator } from '#properties/operator';
import { asciiLower, isBooleanLike, isTruthy, numberOf, textOf } from '#properties/property-value';
import {
  type Version,
  type VersionRange,
  caretRange,
  parseVersion,
  tildeRange,
  wildcardRange,
} from '#properties/semver';
import type { SqlParams } from './sql.ts';
import {
  type StoredValue,
  instantSql,
  isVersionSql,
  numberSql,
  textSql,
  truthSql,
  versionSql,
} from './value-sql.ts';

/** A value is compared with the filter's value; gives SQL that is true or false for a value that exists. */
type Comparison = (value: StoredValue, filter: unknown, params: SqlParams, nowMs: number) => string;

/** Operators that compare a property's value. */
export type ValueOperator = Exclude<Operator, 'in' | 'not_in' | 'flag_evaluates_to'>;

/** SQL that says whether `value` meets the condition; of a missing value what `#properties/match` says. */
export function comparisonSql(
  value: StoredValue,
  operator: ValueOperator,
  filter: unknown,
  params: SqlParams,
  nowMs: number,
): string {
  if (operator === 'is_set') return `${value.sql} != ''`;
  if (operator === 'is_not_set') return `${value.sql} = ''`;
  const test = COMPARISONS[operator](value, filter, params, nowMs);
  return holdsWhenMissing(operator)
    ? `(${value.sql} = '' OR ${test})`
    : `(${value.sql} != '' AND ${test})`;
}

/** True for operators that a missing value meets. */
export function holdsWhenMissing(operator: ValueOperator): boolean {
  return (
    operator === 'is_not_set' ||
    operator === 'is_not' ||
    operator === 'not_between' ||
    operator === 'not_regex' ||
    operator === 'not_icontains' ||
    operator === 'not_icontains_multi' ||
    operator === 'not_starts_with' ||
    operator === 'not_ends_with'
  );
}

const NEVER = '0';
const not =
  (comparison: Comparison): Comparison =>
  (...args) =>
    `NOT ${comparison(...args)}`;

const COMPARISONS: Record<Exclude<ValueOperator, 'is_set' | 'is_not_set'>, Comparison> = {
  exact: equals,
  is_not: not(equals),
  icontains: contains,
  not_icontains: not(contains),
  icontains_multi: contains,
  not_icontains_multi: not(contains),
  starts_with: endsOn('startsWith'),
  not_starts_with: not(endsOn('startsWith')),
  ends_with: endsOn('endsWith'),
  not_ends_with: not(endsOn('endsWith')),
  regex: searches(''),
  not_regex: searches('NOT '),
  gt: comparesNumber('>'),
  gte: comparesNumber('>='),
  lt: comparesNumber('<'),
  lte: comparesNumber('<='),
  between: liesBetween(''),
  not_between: liesBetween('NOT '),
  is_date_before: comparesDate((at, bound) => `${at} < ${bound}`),
  is_date_after: comparesDate((at, bound) => `${at} > ${bound}`),
  is_date_exact: comparesDay,
  semver_eq: comparesVersion('='),
  semver_neq: comparesVersion('!='),
  semver_gt: comparesVersion('>'),
  semver_gte: comparesVersion('>='),
  semver_lt: comparesVersion('<'),
  semver_lte: comparesVersion('<='),
  semver_tilde: versionInRange(tildeRange),
  semver_caret: versionInRange(caretRange),
  semver_wildcard: versionInRange(wildcardRange),
};

/** Truth against truth for true/false filters; else equal texts, letter case aside; a list: any of. */
function equals(value: StoredValue, filter: unknown, params: SqlParams): string {
  if (isBooleanLike(filter)) return isTruthy(filter) ? truthSql(value) : `NOT ${truthSql(value)}`;
  const filters: readonly unknown[] = Array.isArray(filter) ? filter : [filter];
  const texts = filters.map((one) => textOf(one).toLowerCase());
  const accepted = value.kind === 'text' ? texts : texts.flatMap(jsonTexts);
  return `lowerUTF8(${value.sql}) IN ${params.strings([...new Set(accepted)])}`;
}

/** The JSON texts of the values whose text is this one: a string, and what is no string but reads the same. */
function jsonTexts(text: string): string[] {
  const quoted = JSON.stringify(text);
  return text === '' || text.startsWith('"') ? [quoted] : [quoted, text];
}

function contains(value: StoredValue, filter: unknown, params: SqlParams): string {
  const filters: readonly unknown[] = Array.isArray(filter) ? filter : [filter];
  const parts = filters.map(
    (one) => `positionCaseInsensitive(${textSql(value)}, ${params.string(textOf(one))}) > 0`,
  );
  return `(${parts.join(' OR ') || NEVER})`;
}

function endsOn(test: 'startsWith' | 'endsWith'): Comparison {
  return (value, filter, params) =>
    `${test}(lower(${textSql(value)}), ${params.string(asciiLower(textOf(filter)))})`;
}

/** Patterns that RE2 refuses are refused before. Text longer than this matches neither way. */
const MAX_SEARCHED_CHARACTERS = 10_000;

function searches(negation: '' | 'NOT '): Comparison {
  return (value, filter, params) => {
    // ClickHouse lets a dot match the end of a line unless told otherwise.
    const pattern = params.string(`(?-s)${textOf(filter)}`);
    const text = textSql(value);
    return `(lengthUTF8(${text}) <= ${MAX_SEARCHED_CHARACTERS} AND ${negation}match(${text}, ${pattern}))`;
  };
}

function comparesNumber(sign: string): Comparison {
  return (value, filter, params) => {
    const bound = numberOf(filter);
    return bound === undefined
      ? NEVER
      : `ifNull(${numberSql(value)} ${sign} ${params.float(bound)}, 0)`;
  };
}

/** A value that is no number lies neither between nor outside. */
function liesBetween(negation: '' | 'NOT '): Comparison {
  return (value, filter, params) => {
    const [min, max] = Array.isArray(filter) && filter.length === 2 ? filter.map(numberOf) : [];
    if (min === undefined || max === undefined || min > max) return NEVER;
    const range = `BETWEEN ${params.float(min)} AND ${params.float(max)}`;
    return `ifNull(${negation}(${numberSql(value)} ${range}), 0)`;
  };
}

function comparesDate(holds: (at: string, bound: string) => string): Comparison {
  return (value, filter, params, nowMs) => {
    const bound = parseDateFilter(filter);
    if (!bound) return NEVER;
    return `ifNull(${holds(instantSql(value), params.float(bound(nowMs)))}, 0)`;
  };
}

const DAY_MS = 86_400_000;

function comparesDay(
  value: StoredValue,
  filter: unknown,
  params: SqlParams,
  nowMs: number,
): string {
  const bound = parseDateFilter(filter);
  if (!bound) return NEVER;
  const startMs = dayOf(bound(nowMs)) * DAY_MS;
  const at = instantSql(value);
  return `ifNull(${at} >= ${params.float(startMs)} AND ${at} < ${params.float(startMs + DAY_MS)}, 0)`;
}

function comparesVersion(sign: string): Comparison {
  return (value, filter, params) => {
    const bound = parseVersion(filter);
    if (!bound) return NEVER;
    return `(${isVersionSql(value)} AND ${versionSql(value)} ${sign} ${boundSql(bound, params)})`;
  };
}

/** A version in the form of {@link versionSql}. */
function boundSql({ numbers, preRelease }: Version, params: SqlParams): string {
  const identifiers = preRelease.map((identifier) =>
    /^\d+$/.test(identifier)
      ? `(0, toFloat64(${params.float(Number(identifier))}), '')`
      : `(1, toFloat64(0), ${params.string(identifier)})`,
  );
  const release = preRelease.length === 0 ? 1 : 0;
  return `(${numbers.map((n) => params.add('UInt64', n)).join(', ')}, ${release}, [${identifiers.join(', ')}])`;
}

/**
 * A pre-release is only in a range whose start names a pre-release of the same version: `^1.2.0` leaves
 * 1.3.0-beta out.
 */
function versionInRange(rangeOf: (filter: unknown) => VersionRange | undefined): Comparison {
  return (value, filter, params) => {
    const range = rangeOf(filter);
    if (!range) return NEVER;
    const { min, below } = range;
    const version = versionSql(value);
    const conditions = [isVersionSql(value), `${version} >= ${boundSql(min, params)}`];
    if (below) conditions.push(`${version} < ${boundSql(below, params)}`);
    const isRelease = `tupleElement(${version}, 4) = 1`;
    const numbers = min.numbers.map(
      (n, i) => `tupleElement(${version}, ${i + 1}) = ${params.add('UInt64', n)}`,
    );
    conditions.push(
      min.preRelease.length > 0 ? `(${isRelease} OR (${numbers.join(' AND ')}))` : isRelease,
    );
    return `(${conditions.join(' AND ')})`;
  };
}
