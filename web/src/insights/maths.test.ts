import { expect, test } from 'vitest';
import { mathChoice, mathChoices, mathSuffix, measuredBy } from './maths.ts';
import type { TrendsSeries } from './query.ts';

const amount: TrendsSeries = {
  kind: 'EventsNode',
  event: 'paid',
  math: 'sum',
  math_property: 'amount',
};

test('a property stays while numbers of it are asked for', () => {
  expect(measuredBy(amount, 'p95')).toEqual({ ...amount, math: 'p95' });
  expect(measuredBy(amount, 'dau')).toEqual({ kind: 'EventsNode', event: 'paid', math: 'dau' });
});

test('groups of a type are counted by its index', () => {
  const groups = measuredBy(amount, 'unique_group:1');
  expect(groups).toEqual({
    kind: 'EventsNode',
    event: 'paid',
    math: 'unique_group',
    math_group_type_index: 1,
  });
  expect(mathChoice(groups)).toBe('unique_group:1');
  expect(measuredBy(groups, 'total')).not.toHaveProperty('math_group_type_index');
  const labels = mathChoices('total', [undefined, 'company']).flatMap(({ items }) => items);
  expect(labels.filter(({ value }) => value.startsWith('unique_group'))).toEqual([
    { value: 'unique_group:1', label: 'Unique companies' },
  ]);
});

test('a measure that the menu has not is kept', () => {
  const choices = mathChoices('min_count_per_actor', []);
  expect(choices.at(-1)?.items).toEqual([
    { value: 'min_count_per_actor', label: 'min_count_per_actor' },
  ]);
});

test('measures in words', () => {
  expect(mathSuffix(amount)).toBe('sum of amount');
  expect(mathSuffix({ kind: 'EventsNode' })).toBe('');
  expect(mathSuffix({ kind: 'EventsNode', math: 'min_count_per_actor' })).toBe(
    'min count per actor',
  );
});
