import { expect, test } from 'vitest';
import type { Filters } from './flag.ts';
import { type ServedFlag, differingParts, isForNobody, withParts } from './flag-parts.ts';

const filters: Filters = {
  groups: [{ properties: [], rollout_percentage: 20 }],
  multivariate: {
    variants: [
      { key: 'a', rollout_percentage: 50 },
      { key: 'b', rollout_percentage: 50 },
    ],
  },
  payloads: { a: '1' },
};
const flag: ServedFlag = {
  key: 'checkout',
  kind: 'release',
  active: true,
  filters,
  evaluationRuntime: 'all',
  evaluationContexts: [],
  bucketingIdentifier: 'distinct_id',
  ensureExperienceContinuity: false,
  isRemoteConfiguration: false,
  valueType: null,
  valueSource: null,
};
const other: Filters = {
  groups: [{ properties: [], rollout_percentage: 100 }],
  early_exit: true,
  multivariate: { variants: [{ key: 'a', rollout_percentage: 100 }] },
  payloads: { a: '2' },
};

test.each<[string, Partial<ServedFlag>, string[]]>([
  ['nothing', {}, []],
  ['words around it', { description: 'x' } as object, []],
  ['the switch', { active: false }, ['switch']],
  ['a share', { filters: { ...filters, groups: [] } }, ['targeting']],
  ['early exit', { filters: { ...filters, early_exit: true } }, ['targeting']],
  ['a null that says nothing', { filters: { ...filters, holdout: null } }, []],
  ['weights', { filters: { ...filters, multivariate: null } }, ['variants']],
  ['a payload', { filters: { ...filters, payloads: {} } }, ['payloads']],
  ['the key', { key: 'other' }, ['settings']],
  ['the kind', { kind: 'kill_switch' }, ['settings']],
  ['the type of values', { valueType: 'number' }, ['settings']],
  [
    'everything',
    { active: false, key: 'o', filters: other },
    ['switch', 'targeting', 'variants', 'payloads', 'settings'],
  ],
])('a difference in %s', (_what, change, parts) => {
  expect(differingParts(flag, { ...flag, ...change })).toEqual(parts);
});

test.each([
  [['targeting'], { groups: other.groups, early_exit: true }],
  [['variants'], { multivariate: other.multivariate }],
  [['payloads'], { payloads: other.payloads }],
  [[], {}],
] as const)('taking over %j leaves the rest', (parts, taken) => {
  expect(withParts(filters, other, parts)).toEqual({ ...filters, ...taken });
});

test('taking over a part that the other lacks removes it', () => {
  expect(withParts(filters, { groups: [] }, ['variants', 'payloads'])).toEqual({
    groups: filters.groups,
  });
});

test('nobody gets what has no share, no early access and no holdout', () => {
  const closed = { groups: [{ rollout_percentage: 0 }] };
  expect(isForNobody(closed)).toBe(true);
  expect(isForNobody({ groups: [] })).toBe(true);
  expect(isForNobody({ ...closed, holdout: null })).toBe(true);
  expect(isForNobody({ groups: [{ properties: [] }] })).toBe(false);
  expect(isForNobody({ ...closed, feature_enrollment: true })).toBe(false);
  expect(isForNobody({ ...closed, super_groups: [{ properties: [] }] })).toBe(false);
});
