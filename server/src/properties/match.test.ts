import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileValueMatcher } from './match.ts';
import { OPERATORS, type Operator } from './operator.ts';
import { compileRe2 } from './regex.client.ts';
import vectors from './vectors/operators.vectors.json' with { type: 'json' };

const NOW = Date.UTC(2026, 2, 31, 12);

function matches(operator: string, filter: unknown, property?: unknown): boolean | undefined {
  const matcher = compileValueMatcher(operator, filter, compileRe2);
  if (!matcher) return undefined;
  return property === undefined ? matcher.whenMissing : matcher.test(property, NOW);
}

test.each(vectors.rows.filter((row) => row.expected !== null))(
  '$operator $filter on $property is $expected',
  (row) => {
    expect(matches(row.operator, row.filter, row.property)).toBe(row.expected);
  },
);

test('min and max are no operators here: they become gte and lte when a flag is saved', () => {
  expect(vectors.rows.filter((row) => row.expected === null)).toHaveLength(1);
  expect(matches('min', 1, 2)).toBeUndefined();
});

test.each<[Operator, boolean]>([
  ['exact', false],
  ['is_not', true],
  ['is_set', false],
  ['is_not_set', true],
  ['icontains', false],
  ['not_icontains', true],
  ['icontains_multi', false],
  ['not_icontains_multi', true],
  ['starts_with', false],
  ['not_starts_with', true],
  ['ends_with', false],
  ['not_ends_with', true],
  ['regex', false],
  ['not_regex', true],
  ['gt', false],
  ['gte', false],
  ['lt', false],
  ['lte', false],
  ['between', false],
  ['not_between', true],
  ['is_date_before', false],
  ['is_date_after', false],
  ['is_date_exact', false],
  ['semver_eq', false],
  ['semver_neq', false],
  ['semver_tilde', false],
  ['semver_caret', false],
  ['semver_wildcard', false],
])('%s on a missing property is %s', (operator, expected) => {
  expect(matches(operator, '1')).toBe(expected);
});

test.each<[string, unknown, unknown, boolean]>([
  ['exact', false, 'banana', true],
  ['exact', ['a', 5], 5, true],
  ['exact', { b: 1, a: 2 }, { a: 2, b: 1 }, true],
  ['is_not', ['a', 'b'], 'B', false],
  ['not_icontains_multi', ['a', 'z'], 'xay', false],
  ['icontains', '@ACME', 'É@acme.com', true],
  ['not_starts_with', 'Ab', 'abc', false],
  ['not_ends_with', 'bC', 'abc', false],
  ['gt', '1e2', '101', true],
  ['gt', 5, ' 6', false],
  ['gt', 5, 'Infinity', false],
  ['lt', 5, null, false],
  ['gt', 5, true, false],
  ['between', ['1', 5], '5', true],
  ['between', [5, 1], 3, false],
  ['between', [1], 1, false],
  ['not_between', [1, 5], 6, true],
  ['not_between', [1, 5], 'six', false],
  ['regex', '^(a+)+$', 'aaaa', true],
  ['regex', '(?=a)', 'a', false],
  ['not_regex', '(?=a)', 'b', false],
  ['regex', 'true', true, true],
])('%s %j on %j is %s', (operator, filter, property, expected) => {
  expect(matches(operator, filter, property)).toBe(expected);
});

test.each<[string, string, unknown, boolean]>([
  ['is_date_after', '-1d', '2026-03-30T12:00:01Z', true],
  ['is_date_after', '1d', '2026-03-30T12:00:00Z', false],
  ['is_date_before', '-3h', '2026-03-31 08:59:59', true],
  ['is_date_before', '-1w', '2026-03-24', true],
  // One month before 31 March is 28 February; the time of day stays.
  ['is_date_after', '-1m', '2026-02-28T12:00:00.001Z', true],
  ['is_date_after', '-1m', '2026-02-28T12:00:00Z', false],
  // A day once clamped stays clamped.
  ['is_date_exact', '-2m', '2026-01-28', true],
  ['is_date_exact', '-12m', '2025-03-28', true],
  ['is_date_exact', '-1y', '2025-03-31', true],
  ['is_date_exact', '2026-03-31', '2026-03-31T23:59:59Z', true],
  ['is_date_exact', '2026-03-31', '2026-04-01T01:00:00+02:00', true],
  ['is_date_before', '2026-03-31', 1_774_000_000, true],
  ['is_date_before', '2026-03-31', 1_774_000_000_000, true],
  ['is_date_before', '2026-03-31', '1774000000', true],
  ['is_date_before', '-10000d', '2026-01-01', false],
  ['is_date_before', '2026-02-30', '2026-01-01', false],
  ['is_date_before', '2026-03-31', '2026-02-30', false],
  ['is_date_before', '2026-03-31', '2026-02-01T25:00', false],
  ['is_date_before', '2026-03-31', true, false],
  ['is_date_before', '2026-03-31', null, false],
  ['is_date_exact', '0050-01-01', '0050-01-01T10:00', true],
])('%s %j on %j is %s', (operator, filter, property, expected) => {
  expect(matches(operator, filter, property)).toBe(expected);
});

test('29 February a year ago is 28 February', () => {
  const matcher = compileValueMatcher('is_date_exact', '-1y', compileRe2);
  expect(matcher?.test('2023-02-28', Date.UTC(2024, 1, 29))).toBe(true);
});

test.each<[string, string, unknown, boolean]>([
  ['semver_gt', '1.2.3-alpha.2', '1.2.3-alpha.10', true],
  ['semver_lt', '1.2.3', '1.2.3-rc.1', true],
  ['semver_lt', '1.0.0-beta', '1.0.0-alpha.1', true],
  ['semver_gt', '1.0.0-1', '1.0.0-alpha', true],
  ['semver_gt', '1.0.0-alpha', '1.0.0-alpha.1', true],
  ['semver_eq', '1.2.3-rc.1', '1.2.3-rc.1+build', true],
  ['semver_neq', '1.2.3', '1.2.4', true],
  ['semver_neq', '1.2.3', 'nonsense', false],
  ['semver_lte', '1.2', 1.2, true],
  ['semver_eq', '1.2.3', '1.2.3.4', false],
  ['semver_tilde', '1.2', '1.2.9', true],
  ['semver_tilde', '1.2.3', '1.2.2', false],
  ['semver_caret', '1.2.3', '2.0.0', false],
  ['semver_caret', '1.2.3', '1.3.0-beta', false],
  ['semver_caret', '1.2.3-alpha', '1.2.3-beta', true],
  ['semver_caret', '0.2.3', '0.2.9', true],
  ['semver_caret', '0.0.3', '0.0.3', true],
  ['semver_wildcard', '*', '9.9.9', true],
  ['semver_wildcard', '1.*.*', '1.5.0', true],
  ['semver_wildcard', '1.2', '1.3.0', false],
  ['semver_wildcard', '1.*.3', '1.5.3', false],
])('%s %j on %j is %s', (operator, filter, property, expected) => {
  expect(matches(operator, filter, property)).toBe(expected);
});

test('patterns and texts that would take long match nobody, negated or not', () => {
  const costly = '[a-z]{500}'.repeat(90);
  const long = 'a'.repeat(10_001);
  for (const operator of ['regex', 'not_regex']) {
    expect(matches(operator, costly, 'abc')).toBe(false);
    expect(matches(operator, 'a', long)).toBe(false);
  }
});

test('long hostile values are read in linear time', () => {
  const digits = '1'.repeat(300_000);
  expect(matches('gt', 5, `${digits}x`)).toBe(false);
  expect(matches('semver_gt', '1.0.0', `1.0.0-${'a.'.repeat(100_000)}`)).toBe(false);
  expect(matches('is_date_before', '2026-01-01', `${digits}x`)).toBe(false);
  expect(matches('icontains', 'é', 'É'.repeat(300_000))).toBe(false);
});

test('any filter and any value give an answer', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...OPERATORS),
      fc.jsonValue(),
      fc.jsonValue(),
      (operator, filter, property) => {
        const result = matches(operator, filter, property);
        expect([true, false, undefined]).toContain(result);
      },
    ),
    { numRuns: 3000 },
  );
});

test('a huge value is turned into text once, however many conditions ask for it', () => {
  const huge = Array.from({ length: 50_000 }, (_, i) => ({ b: i, a: [i] }));
  const { test: equals } = compileValueMatcher('exact', 'x', () => undefined) ?? {};
  for (let i = 0; i < 2000; i++) expect(equals?.(huge, 0)).toBe(false);
});
