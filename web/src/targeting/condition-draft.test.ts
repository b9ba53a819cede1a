import type { Property } from 'serin/flags/flag';
import { expect, test } from 'vitest';
import {
  conditionFrom,
  newCondition,
  propertyFrom,
  withOperator,
  withSubject,
} from './condition-draft.ts';
import { OPERATOR_GROUPS } from './operators.ts';

test('changing the operator keeps what the new one can use', () => {
  const condition = conditionFrom({
    key: 'email',
    type: 'person',
    operator: 'icontains',
    value: '@acme.com',
  });
  const list = withOperator(condition, 'exact');
  expect(list.value).toEqual(['@acme.com']);
  expect(withOperator(list, 'regex').value).toBe('@acme.com');
  expect(withOperator(list, 'is_set').value).toBe('');
  expect(withOperator(list, 'between').value).toEqual(['@acme.com', '']);
});

test('what was stored as a number or a boolean stays one', () => {
  const stored = { key: 'plan', type: 'person' as const, operator: 'exact' as const };
  const condition = conditionFrom({ ...stored, value: [7, true, 'growth'] });
  expect(condition.value).toEqual(['7', 'true', 'growth']);
  expect(propertyFrom({ ...condition, value: ['7', 'true', 'new'] }).value).toEqual([
    7,
    true,
    'new',
  ]);
});

test('every operator has words of its own', () => {
  const words = OPERATOR_GROUPS.flatMap(({ operators }) => operators.map((entry) => entry.words));
  expect(new Set(words).size).toBe(words.length);
});

test('cohorts, flags and group properties come back as they were', () => {
  const stored: Property[] = [
    { key: 'id', type: 'cohort', operator: 'not_in', value: 7, cohort_name: 'Beta' },
    { key: '12', type: 'flag', operator: 'flag_evaluates_to', value: false, label: 'new-ui' },
    { key: 'tier', type: 'group', operator: 'exact', value: ['gold'], group_type_index: 1 },
  ];
  expect(stored.map((property) => propertyFrom(conditionFrom(property)))).toEqual(stored);
});

test('another subject keeps what still makes sense', () => {
  const plan = { ...newCondition(), key: 'plan', value: ['gold'] };
  const ofGroup = withSubject(plan, { type: 'group', groupTypeIndex: 0 });
  expect(propertyFrom(ofGroup)).toEqual({
    key: 'plan',
    type: 'group',
    operator: 'exact',
    value: ['gold'],
    group_type_index: 0,
  });
  const back = propertyFrom(withSubject(withSubject(plan, { type: 'cohort' }), { type: 'person' }));
  expect(back).toEqual({ key: '', type: 'person', operator: 'exact', value: [] });
});
