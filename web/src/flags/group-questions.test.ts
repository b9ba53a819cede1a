import { expect, test } from 'vitest';
import type { Filters, Group } from 'serin/flags/flag';
import { groupQuestions } from './group-questions.ts';

const tier = { key: 'tier', type: 'group', operator: 'exact', value: 'gold', group_type_index: 0 };
const email = { key: 'email', type: 'person', operator: 'exact', value: 'a@b.c' };
const sets = (...groups: object[]) => ({ groups: groups as Group[] }) as Filters;

test('only sets that are dealt out by group and ask for nothing else are counted in groups', () => {
  const byCompany = { aggregation_group_type_index: 0 };
  const filters = sets(
    { ...byCompany, properties: [tier], rollout_percentage: 20, variant: 'blue' },
    byCompany,
    { ...byCompany, properties: [tier, email] },
    { ...byCompany, properties: [{ ...tier, group_type_index: 1 }] },
    { properties: [email] },
  );
  const asked = { condition: { properties: [tier] }, group_type_index: 0 };
  const all = { condition: { properties: [] }, group_type_index: 0 };
  expect(groupQuestions(filters)).toEqual([asked, all, null, null, null]);
});

test('a set without a word of its own goes by the flag, one for people does not', () => {
  const filters = sets({}, { aggregation_group_type_index: null });
  const [first, second] = groupQuestions({ ...filters, aggregation_group_type_index: 1 });
  expect(first).toMatchObject({ group_type_index: 1 });
  expect(second).toBeNull();
});
