import { expect, test } from 'vitest';
import { conditionFrom, propertyFrom, withOperator } from './condition-draft.ts';
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
