import { expect, test } from 'vitest';
import type { Filters } from '#flags/flag';
import type { ServedFlag } from '#flags/flag-parts';
import { type ScheduledSetting, baseAfter, outcomeOf } from './schedule.ts';

const acme = [{ key: 'email', type: 'person', operator: 'icontains', value: '@acme.com' }] as const;
const share = (percent: number): Filters => ({
  groups: [{ properties: [], rollout_percentage: percent }],
});
const flag: ServedFlag = {
  key: 'checkout',
  kind: 'release',
  active: false,
  filters: share(10),
  evaluationRuntime: 'all',
  evaluationContexts: [],
  bucketingIdentifier: 'distinct_id',
  ensureExperienceContinuity: false,
  isRemoteConfiguration: false,
  valueType: null,
  valueSource: null,
};
const set = (percent: number): ScheduledSetting => ({
  share: { condition_set: 0, rollout_percentage: percent },
});

test('a switch leaves the targeting that others made meanwhile', () => {
  const current = { ...flag, filters: share(77) };
  expect(outcomeOf({ active: true }, flag, current)).toEqual({
    active: true,
    filters: share(77),
  });
});

test('a share is set although others set another one, in a set for the same people', () => {
  expect(outcomeOf(set(50), flag, { ...flag, filters: share(25) })).toEqual({
    active: false,
    filters: share(50),
  });
});

test.each<[string, Filters]>([
  ['is for other people', { groups: [{ properties: acme, rollout_percentage: 10 }] }],
  ['is gone', { groups: [] }],
])('no share is set where the set %s', (_what, filters) => {
  expect(outcomeOf(set(50), flag, { ...flag, filters })).toEqual({
    obstacle: 'Condition set 1 changed after this was scheduled.',
  });
});

test('targeting is replaced while payloads that others changed stay', () => {
  const current = { ...flag, filters: { ...share(10), payloads: { true: '1' } } };
  expect(outcomeOf({ filters: share(100) }, flag, current)).toEqual({
    active: false,
    filters: { ...share(100), payloads: { true: '1' } },
  });
});

test('targeting that others changed is an obstacle, unless to the same', () => {
  const wanted = { filters: share(100) };
  expect(outcomeOf(wanted, flag, { ...flag, filters: share(30) })).toMatchObject({
    obstacle: expect.stringContaining('targeting'),
  });
  expect(outcomeOf(wanted, flag, { ...flag, filters: share(100) })).toMatchObject({
    filters: share(100),
  });
});

test('a series of changes is no conflict with itself', () => {
  const first = outcomeOf({ filters: share(25) }, flag, flag);
  if ('obstacle' in first) throw new Error(first.obstacle);
  const after = { ...flag, ...first };
  const base = baseAfter(flag.filters, flag, after);
  expect(base).toEqual(share(25));
  expect(outcomeOf({ filters: share(50) }, { filters: base }, after)).toMatchObject({
    filters: share(50),
  });
});

test('what others moved before stays a conflict after an earlier change', () => {
  const edited = { ...flag, filters: share(33) };
  const base = baseAfter(flag.filters, edited, { ...edited, filters: share(50) });
  expect(base).toEqual(flag.filters);
});
