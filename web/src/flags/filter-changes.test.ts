import fc from 'fast-check';
import type { Filters, Group, Property } from 'serin/flags/flag';
import { expect, test } from 'vitest';
import { filterChanges } from './filter-changes.ts';

const plan = (value: string): Property => ({ key: 'plan', type: 'person', value });
const staff: Group = { properties: [plan('staff')], rollout_percentage: 100 };
const growth: Group = { properties: [plan('growth')], rollout_percentage: 25 };
const rest: Group = { rollout_percentage: 1 };

test('a raised share is told of its set alone', () => {
  const before = { groups: [staff, growth, rest] };
  const after = { groups: [staff, { ...growth, rollout_percentage: 50 }, rest] };
  expect(filterChanges(before, after)).toEqual([
    {
      kind: 'changed',
      what: 'Set 2',
      before: '25 % of people whose plan is growth',
      after: '50 % of people whose plan is growth',
    },
  ]);
});

test('a set that moved has not changed', () => {
  expect(
    filterChanges({ groups: [staff, growth, rest] }, { groups: [rest, staff, growth] }),
  ).toEqual([{ kind: 'moved', what: 'Set 1', before: 'at place 3', after: 'at place 1' }]);
});

test('added and removed sets are told by their people', () => {
  expect(filterChanges({ groups: [staff, growth] }, { groups: [growth] })).toEqual([
    { kind: 'removed', what: 'Set 1', before: 'all people whose plan is staff' },
  ]);
  expect(filterChanges({ groups: [growth] }, { groups: [growth, rest] })).toEqual([
    { kind: 'added', what: 'Set 2', after: '1 % of everyone' },
  ]);
});

test('variants, payloads and the rest are told one by one', () => {
  const variants = (a: number, b: number) => ({
    variants: [
      { key: 'control', rollout_percentage: a },
      { key: 'test', rollout_percentage: b },
    ],
  });
  const before: Filters = { groups: [], multivariate: variants(50, 50), payloads: { test: '1' } };
  const after: Filters = { groups: [], multivariate: variants(40, 60), early_exit: true };
  expect(filterChanges(before, after)).toEqual([
    { kind: 'changed', what: 'Variant control', before: '50 %', after: '40 %' },
    { kind: 'changed', what: 'Variant test', before: '50 %', after: '60 %' },
    { kind: 'removed', what: 'Payload of test', before: '1' },
    { kind: 'added', what: 'Stop at the first set whose conditions hold', after: 'yes' },
  ]);
  const turned = { groups: [], multivariate: { variants: variants(50, 50).variants.toReversed() } };
  expect(filterChanges({ groups: [], multivariate: variants(50, 50) }, turned)).toEqual([
    {
      kind: 'moved',
      what: 'Order of variants',
      before: 'control and test',
      after: 'test and control',
    },
  ]);
});

test('equal filters have no changes, different ones always have', () => {
  const group: fc.Arbitrary<Group> = fc.record({
    properties: fc.array(fc.constantFrom(plan('a'), plan('b')), { maxLength: 2 }),
    rollout_percentage: fc.constantFrom(0, 0.00001, 25, 100),
    variant: fc.constantFrom(null, 'test'),
    aggregation_group_type_index: fc.constantFrom(null, 0),
    description: fc.constantFrom('', 'why'),
  });
  const filters: fc.Arbitrary<Filters> = fc.record({
    groups: fc.array(group, { maxLength: 4 }),
    payloads: fc.constantFrom<Record<string, string>>({}, { true: '1' }),
    early_exit: fc.boolean(),
  });
  fc.assert(
    fc.property(filters, filters, (before, after) => {
      expect(filterChanges(before, before)).toEqual([]);
      const isSame = JSON.stringify(before) === JSON.stringify(after);
      expect(filterChanges(before, after).length === 0).toBe(isSame);
    }),
  );
});
