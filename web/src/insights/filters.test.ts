import { expect, test } from 'vitest';
import { newCondition } from '../targeting/condition-draft.ts';
import { draftFrom, filterList, wholeFilters } from './filters.ts';

test.each([
  [{ key: 'plan', type: 'event', operator: 'exact', value: ['pro', 'free'] }],
  [{ key: 'amount', type: 'event', operator: 'gt', value: 10 }],
  [{ key: 'email', type: 'person', operator: 'is_set', value: 'is_set' }],
  [{ key: 'id', type: 'cohort', operator: 'not_in', value: 7, cohort_name: 'Beta' }],
  [{ key: 'tier', type: 'group', operator: 'exact', value: ['gold'], group_type_index: 1 }],
] as const)('%j goes through the form unchanged', (filter) => {
  expect(wholeFilters([draftFrom(filter)])).toEqual([filter]);
});

test('what says no type is about the event, and a flag’s value is one of its properties', () => {
  expect(wholeFilters([draftFrom({ key: '$feature/a', type: 'feature', value: 'on' })])).toEqual([
    { key: '$feature/a', type: 'event', operator: 'exact', value: ['on'] },
  ]);
  expect(draftFrom({ key: 'n', value: 1 }).type).toBe('event');
});

test('a row that is still being written is not asked about', () => {
  const draft = newCondition('event');
  expect(wholeFilters([draft, { ...draft, key: 'plan' }])).toEqual([]);
  expect(wholeFilters([{ ...draft, key: 'plan', value: ['pro'] }])).toHaveLength(1);
});

test('conditions that are nested are none to edit', () => {
  const one = { key: 'a', value: 1 };
  expect(filterList(undefined)).toEqual([]);
  expect(filterList([one])).toEqual([one]);
  expect(filterList({ type: 'AND', values: [one, one] })).toEqual([one, one]);
  expect(filterList({ type: 'OR', values: [one] })).toEqual([one]);
  expect(filterList({ type: 'OR', values: [one, one] })).toBeNull();
  expect(filterList({ type: 'AND', values: [{ type: 'AND', values: [one] }] })).toBeNull();
  expect(filterList({ type: 'AND', values: [] })).toEqual([]);
});
