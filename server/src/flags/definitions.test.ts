import { expect, test } from 'vitest';
import { definitionText } from './definitions.ts';
import { compileFlagSet } from './flag-set.ts';
import type { Filters, FlagDefinition, Property } from './flag.ts';
import { compileRe2 } from '#properties';
import { aFlag, when } from './test-flag.ts';

type Served = { key: string; ensure_experience_continuity: boolean; filters: Filters };

function serve(...flags: FlagDefinition[]): Map<string, Served> {
  const set = compileFlagSet(flags, { compileRegex: compileRe2 });
  return new Map(
    set.flags.map((flag) => [
      flag.key,
      JSON.parse(definitionText(flag, set, 1, 'current')) as Served,
    ]),
  );
}

const isAsked = (flag: FlagDefinition, ...others: FlagDefinition[]) =>
  serve(flag, ...others).get(flag.key)?.ensure_experience_continuity;
const person = (fields: Partial<Property>): Property => ({ key: 'x', type: 'person', ...fields });

test('overrides are served as conditions: people who have it before all sets, the others out of all', () => {
  const pro: Property = { key: 'plan', type: 'person', operator: 'exact', value: 'pro' };
  const flag = aFlag({
    key: 'x',
    filters: when([pro], 50),
    overrides: [
      { distinctId: 'a.b', value: true },
      { distinctId: 'c|d', value: true },
      { distinctId: 'no', value: false },
    ],
  });
  expect(serve(flag).get('x')).toMatchObject({
    ensure_experience_continuity: false,
    filters: {
      groups: [
        {
          properties: [
            { key: 'distinct_id', type: 'person', operator: 'regex', value: '^(?:a\\.b|c\\|d)$' },
          ],
          rollout_percentage: 100,
        },
        {
          properties: [
            { key: 'distinct_id', type: 'person', operator: 'not_regex', value: '^(?:no)$' },
            pro,
          ],
          rollout_percentage: 50,
        },
      ],
    },
  });
  // What is stored stays as it is.
  expect(flag.filters.groups).toHaveLength(1);
});

test('a kill switch is served as a condition of every set', () => {
  const kill = aFlag({ id: 9, key: 'kill' });
  const flag = aFlag({
    id: 1,
    key: 'x',
    killSwitchId: 9,
    overrides: [{ distinctId: 'a', value: true }],
  });
  const groups = serve(kill, flag).get('x')?.filters.groups ?? [];
  const isOff = {
    key: 'kill',
    type: 'flag',
    operator: 'flag_evaluates_to',
    value: false,
    dependency_chain: ['kill'],
  };
  expect(groups.map(({ properties }) => properties?.[0])).toEqual([isOff, isOff]);
});

test.each<[string, Partial<FlagDefinition>]>([
  ['experience continuity', { ensureExperienceContinuity: true }],
  ['early access', { filters: { groups: [], feature_enrollment: true } }],
  ['older early access', { filters: { groups: [], super_groups: [{}] } }],
  ['a holdout', { filters: { groups: [], holdout: { id: 1, exclusion_percentage: 5 } } }],
  ['a number compared as text', { filters: when([person({ value: 5 })]) }],
  ['numbers in a list', { filters: when([person({ value: ['a', 5] })]) }],
  ['a range', { filters: when([person({ operator: 'between', value: [1, 2] })]) }],
  ['a date', { filters: when([person({ operator: 'is_date_before', value: '-1d' })]) }],
  ['a version', { filters: when([person({ operator: 'semver_gt', value: '1.2.3' })]) }],
  ['a rare pattern', { filters: when([person({ operator: 'regex', value: '\\pL' })]) }],
  ['a negation', { filters: when([person({ value: 'a', negation: true })]) }],
  ['a missing flag', { filters: when([{ key: 'gone', type: 'flag', value: true }]) }],
  [
    'a property of a group asked of a person',
    { filters: when([{ key: 'tier', type: 'group', group_type_index: 0, value: 'gold' }]) },
  ],
  [
    'a property of a person asked of a group',
    { filters: { ...when([person({ value: 'a' })]), aggregation_group_type_index: 0 } },
  ],
  [
    'an override of a group flag',
    {
      filters: { ...when([]), aggregation_group_type_index: 0 },
      overrides: [{ distinctId: 'a', value: true }],
    },
  ],
  ['an override for an id beyond ASCII', { overrides: [{ distinctId: 'zoë', value: true }] }],
])('SDKs ask the server for a flag with %s', (_name, changes) => {
  expect(isAsked(aFlag(changes))).toBe(true);
  // Inactive flags are false everywhere.
  expect(isAsked(aFlag({ ...changes, active: false }))).toBe(false);
});

test.each<[string, Partial<FlagDefinition>]>([
  ['texts', { filters: when([person({ value: ['a', 'b'] })]) }],
  ['a bound', { filters: when([person({ operator: 'gte', value: 18 })]) }],
  [
    'a plain pattern',
    { filters: when([person({ operator: 'regex', value: '^v[0-9]+\\.(a|b)?$' })]) },
  ],
  ['a device', { bucketingIdentifier: 'device_id' }],
  ['early exit', { filters: { ...when([person({ value: 'a' })], 10), early_exit: true } }],
  [
    'groups',
    {
      filters: {
        ...when([{ key: 'tier', type: 'group', group_type_index: 0, value: 'gold' }]),
        aggregation_group_type_index: 0,
      },
    },
  ],
])('SDKs decide a flag with %s by themselves', (_name, changes) => {
  expect(isAsked(aFlag(changes))).toBe(false);
});

test('what needs a flag that must be asked for must be asked for as well', () => {
  const held = aFlag({
    id: 1,
    key: 'held',
    filters: { groups: [], holdout: { id: 1, exclusion_percentage: 5 } },
  });
  const byGroup = aFlag({
    id: 2,
    key: 'grp',
    filters: { groups: [], aggregation_group_type_index: 0 },
  });
  const client = aFlag({ id: 3, key: 'client', evaluationRuntime: 'client' });
  const needs = (key: string) =>
    aFlag({ id: 8, key: `a-${key}`, filters: when([{ key, type: 'flag', value: true }]) });
  const far = aFlag({
    id: 9,
    key: 'far',
    filters: when([{ key: 'a-held', type: 'flag', value: true }]),
  });
  expect(isAsked(needs('held'), held)).toBe(true);
  expect(isAsked(far, needs('held'), held)).toBe(true);
  expect(isAsked(needs('grp'), byGroup)).toBe(true);
  expect(isAsked(needs('client'), client)).toBe(true);
  expect(isAsked(aFlag({ id: 8, key: 'x', killSwitchId: 1 }), held)).toBe(true);
  expect(isAsked(aFlag({ id: 8, key: 'x', killSwitchId: 3 }), client)).toBe(false);
});
