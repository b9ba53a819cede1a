import type { Operator } from 'serin/flags/flag';
import { expect, test } from 'vitest';
import type { ConditionDraft } from './condition-draft.ts';
import { valueProblem } from './condition-problem.ts';

const condition = (operator: Operator, value: unknown): ConditionDraft => ({
  id: 'row',
  key: 'plan',
  type: 'person',
  operator,
  value,
  original: null,
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
  ['is_set', '', true],
] as const)('%s with %j is usable: %s', (operator, value, isUsable) => {
  expect(valueProblem(condition(operator, value)) === null).toBe(isUsable);
});
