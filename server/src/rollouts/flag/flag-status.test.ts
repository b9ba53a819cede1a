import { expect, test } from 'vitest';
import type { Filters } from '#flags/flag';
import { isSameAssignment } from '#flags/assignment';
import { type FlagBefore, flagStatus, keepWords } from './flag-status.ts';
import { flagAtStage } from './stage-filters.ts';
import { aPlan } from '../test-builders.ts';

const plan = aPlan();
const before: FlagBefore = {
  key: 'new-checkout',
  bucketingIdentifier: 'distinct_id',
  ensureExperienceContinuity: false,
  active: true,
  filters: {
    groups: [{ properties: [{ key: 'email', type: 'person', value: 'ada@x.io' }] }],
    payloads: { true: '1' },
  },
};
const applied = flagAtStage(plan, before, 0).filters;
const first = applied.groups[0] ?? {};
const rest = applied.groups.slice(1);

function statusWith(filters: Partial<Filters>, more: object = {}) {
  const flag = { ...before, archived: false, deleted: false, ...more };
  return flagStatus(plan, before, 0, { ...flag, filters: { ...applied, ...filters } });
}

test('what decides nothing is no edit', () => {
  expect(statusWith({})).toBe('as_applied');
  expect(statusWith({ payloads: { true: '2' } })).toBe('as_applied');
  expect(statusWith({ holdout: null, super_groups: [], early_exit: false })).toBe('as_applied');
  const worded = { ...first, description: 'Ada', sort_key: 'x', rollout_percentage: 100 };
  expect(statusWith({ groups: [worded, ...rest] })).toBe('as_applied');
});

test.each<[string, Partial<Filters>, string]>([
  ['named people taken away', { groups: rest }, 'edited'],
  ['people added', { groups: [...applied.groups, { rollout_percentage: 1 }] }, 'edited'],
  ['the stage widened', { groups: [first, { rollout_percentage: 70 }] }, 'replaced'],
  ['the stage removed', { groups: [first] }, 'replaced'],
  ['a holdout', { holdout: { id: 1, exclusion_percentage: 10 } }, 'replaced'],
  ['early access', { feature_enrollment: true }, 'replaced'],
])('an edit of who has it: %s', (_, filters, status) => {
  expect(statusWith(filters)).toBe(status);
});

test.each([
  { key: 'other' },
  { bucketingIdentifier: 'device_id' },
  { ensureExperienceContinuity: true },
])('other buckets: %j', (change) => {
  expect(statusWith({}, change)).toBe('rebucketed');
});

test.each([{ active: false }, { archived: true }, { deleted: true }])('off: %j', (change) => {
  expect(statusWith({}, change)).toBe('disabled');
  expect(flagStatus(plan, before, 0, undefined)).toBe('disabled');
});

test('variants are compared by key and weight, not by name', () => {
  const split = (name: string, weight: number): Filters => ({
    groups: [],
    multivariate: {
      variants: [
        { key: 'a', name, rollout_percentage: weight },
        { key: 'b', rollout_percentage: 100 - weight },
      ],
    },
  });
  expect(isSameAssignment(split('x', 50), split('y', 50))).toBe(true);
  expect(isSameAssignment(split('x', 50), split('x', 60))).toBe(false);
});

test('writing a stage keeps the words that people have written meanwhile', () => {
  const current = {
    ...applied,
    groups: [{ ...first, description: 'Ada' }, ...rest],
    payloads: { true: '2' },
  };
  const target = flagAtStage(plan, before, 1).filters;
  const written = keepWords(target, current);
  expect(isSameAssignment(written, target)).toBe(true);
  expect(written).toMatchObject({ payloads: { true: '2' }, groups: [{ description: 'Ada' }, {}] });
  const held = { ...current, holdout: { id: 1, exclusion_percentage: 10 } };
  expect(isSameAssignment(keepWords(target, held), target)).toBe(true);
});
