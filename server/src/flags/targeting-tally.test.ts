import { expect, test } from 'vitest';
import { compileRe2 } from '#properties';
import type { FlagDefinition, Filters } from './flag.ts';
import { compileFlagSet } from './flag-set.ts';
import { TargetingTally } from './targeting-tally.ts';
import { NOON, aFlag, aSubject } from './test-flag.ts';

const setOf = (...flags: FlagDefinition[]) => compileFlagSet(flags, { compileRegex: compileRe2 });
const context = { ...NOON, groupTypes: ['company'] };
const plan = (value: string) => ({ key: 'plan', type: 'person', value }) as const;

/** 100 people, every other one on the plan pro. */
const people = Array.from({ length: 100 }, (_, index) =>
  aSubject({
    distinctId: `user-${index}`,
    personProperties: { plan: index % 2 === 0 ? 'pro' : 'free' },
  }),
);

function tally(filters: Filters, before?: Filters, ...others: FlagDefinition[]) {
  const flag = { set: setOf(aFlag({ filters }), ...others), key: 'new-checkout' };
  const stored = before && { set: setOf(aFlag({ filters: before })), key: 'new-checkout' };
  const counts = new TargetingTally(flag, stored, context);
  for (const person of people) counts.add(person);
  return counts.result();
}

test('each set is counted by whom it means and whom it decides for', () => {
  const { sets, values } = tally({
    groups: [
      { properties: [plan('pro')], rollout_percentage: 0 },
      { properties: [plan('pro')] },
      {},
    ],
  });
  expect(sets).toEqual([
    { matching: 50, taken: 0, asksForGroups: false },
    { matching: 50, taken: 50, asksForGroups: false },
    { matching: 100, taken: 50, asksForGroups: false },
  ]);
  expect([...values]).toEqual([['true', 100]]);
});

test('variants are counted, shares are those of the hash', () => {
  const multivariate = {
    variants: [
      { key: 'a', rollout_percentage: 50 },
      { key: 'b', rollout_percentage: 50 },
    ],
  };
  const { sets, values } = tally({ groups: [{ rollout_percentage: 40 }], multivariate });
  const [taken = 0] = sets.map((set) => set.taken ?? 0);
  expect(taken).toBeGreaterThan(25);
  expect(taken).toBeLessThan(55);
  expect((values.get('a') ?? 0) + (values.get('b') ?? 0)).toBe(taken);
});

test('what changes is told apart', () => {
  const before = { groups: [{ properties: [plan('pro')] }] };
  expect(tally({ groups: [{}] }, before).changes).toEqual({ gained: 50, lost: 0, other: 0 });
  expect(tally({ groups: [] }, before).changes).toEqual({ gained: 0, lost: 50, other: 0 });
  const multivariate = { variants: [{ key: 'a', rollout_percentage: 100 }] };
  expect(tally({ ...before, multivariate }, before).changes).toEqual({
    gained: 0,
    lost: 0,
    other: 50,
  });
  expect(tally(before, before).changes).toEqual({ gained: 0, lost: 0, other: 0 });
});

test('what depends on other flags or on groups is counted so far as people are known', () => {
  const other = aFlag({
    id: 2,
    key: 'other',
    filters: { groups: [{ properties: [plan('pro')] }] },
  });
  const groups = [
    {
      properties: [{ key: '2', type: 'flag', value: true, operator: 'flag_evaluates_to' } as const],
    },
    { properties: [{ key: 'tier', type: 'group', value: 'x', group_type_index: 0 } as const] },
    { aggregation_group_type_index: 0 },
  ];
  expect(tally({ groups }, undefined, other).sets).toEqual([
    { matching: 50, taken: 50, asksForGroups: false },
    { matching: 0, taken: 0, asksForGroups: true },
    { matching: null, taken: null, asksForGroups: true },
  ]);
});
