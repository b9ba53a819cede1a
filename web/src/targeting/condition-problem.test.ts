import type { Operator } from 'serin/flags/flag';
import { expect, test } from 'vitest';
import { type ConditionDraft, newCondition, withSubject } from './condition-draft.ts';
import { conditionProblems, valueProblem } from './condition-problem.ts';
import { patternMatches } from './pattern.ts';

const condition = (operator: Operator, value: unknown): ConditionDraft => ({
  ...newCondition(),
  key: 'plan',
  operator,
  value,
});

test.each([
  ['exact', ['a'], true],
  ['icontains', '', false],
  ['gt', 'many', false],
  ['between', ['5', '1'], false],
  ['between', ['1', '5'], true],
  ['is_date_before', '-7d', true],
  ['is_date_before', '2026-11-20', true],
  ['is_date_before', 'soon', false],
  ['semver_gte', '1.2.3', true],
  ['semver_gte', 'one', false],
  ['semver_wildcard', '1.2.*', true],
  ['semver_wildcard', '1.2', false],
  ['regex', '^a(b', false],
  ['regex', '^a(b)', true],
  ['regex', '(?i)^a', true],
  ['regex', String.raw`^a\-b`, true],
  ['regex', '(?=a)', false],
  ['is_set', '', true],
] as const)('%s with %j is usable: %s', (operator, value, isUsable) => {
  expect(valueProblem(condition(operator, value)) === null).toBe(isUsable);
});

test('a pattern is tried as the server reads it, or not at all', () => {
  expect(patternMatches('^beta-', 'beta-1')).toBe(true);
  expect(patternMatches('^beta-', 'BETA-1')).toBe(false);
  expect(patternMatches('(?i)^beta-', 'BETA-1')).toBeNull();
  expect(patternMatches('(', 'a')).toBeNull();
});

test('a cohort and a flag must be chosen', () => {
  const cohort = withSubject(newCondition(), { type: 'cohort' });
  const flag = withSubject(newCondition(), { type: 'flag' });
  expect(conditionProblems([cohort, flag], 'filters.groups.0')).toEqual([
    ['filters.groups.0.properties.0.value', 'Choose a cohort.'],
    ['filters.groups.0.properties.1.key', 'Choose a flag.'],
  ]);
});
