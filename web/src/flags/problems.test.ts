import type { Operator } from 'serin/flags/flag';
import { expect, test } from 'vitest';
import { type ConditionDraft, newCondition } from '../targeting/condition-draft.ts';
import { draftFrom, newGroup, newVariant } from './draft.ts';
import { aStoredFlag } from './test-flag.ts';
import { problemsOf } from './problems.ts';

const EMPTY = draftFrom(aStoredFlag({ groups: [{}] }));
const condition = (operator: Operator, value: unknown): ConditionDraft => ({
  ...newCondition(),
  key: 'plan',
  operator,
  value,
});

test('a plain flag has no problems', () => {
  expect(problemsOf(EMPTY).size).toBe(0);
});

test('keys are checked', () => {
  expect(problemsOf({ ...EMPTY, key: '' }).has('key')).toBe(true);
  expect(problemsOf({ ...EMPTY, key: 'new checkout' }).has('key')).toBe(true);
});

test('variants must sum to 100 and have keys of their own', () => {
  const variants = [
    { ...newVariant('a'), percent: 50 },
    { ...newVariant('a'), percent: 49, payload: '{' },
  ];
  const problems = problemsOf({ ...EMPTY, kind: 'multivariate', variants });
  expect([...problems.keys()]).toEqual([
    'filters.multivariate.variants',
    'filters.multivariate.variants.1.key',
    'filters.payloads.a',
  ]);
});

test('problems of conditions stand at their row', () => {
  const group = {
    ...newGroup(),
    conditions: [condition('gt', '5'), { ...condition('exact', []), key: '' }],
  };
  expect([...problemsOf({ ...EMPTY, groups: [newGroup(), group] }).keys()]).toEqual([
    'filters.groups.1.properties.1.key',
    'filters.groups.1.properties.1.value',
  ]);
});

test('values must be of the type that OpenFeature SDKs are promised', () => {
  const draft = { ...EMPTY, valueType: 'number', payload: '"five"' } as const;
  expect([...problemsOf(draft).keys()]).toEqual(['filters.payloads.true']);
  expect(problemsOf({ ...draft, payload: '5' }).size).toBe(0);
  expect([...problemsOf({ ...draft, valueSource: 'variant' }).keys()]).toEqual(['value_source']);
});
