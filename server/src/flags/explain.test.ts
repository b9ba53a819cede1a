import { expect, test } from 'vitest';
import { compileRe2 } from '#properties';
import { explainFlag } from './explain.ts';
import type { FlagDefinition, Property } from './flag.ts';
import { compileFlagSet } from './flag-set.ts';
import type { Subject } from './subject.ts';
import { NOON, aFlag, aSubject, when } from './test-flag.ts';

const options = { compileRegex: compileRe2 };
const context = { ...NOON, groupTypes: ['company'] };

function explain(flags: FlagDefinition[], subject: Subject, given: Partial<Subject> = {}) {
  const set = compileFlagSet(flags, options);
  const asked = { personProperties: {}, ...given };
  return explainFlag(set, flags[0]?.key ?? '', { subject, context, given: asked }, compileRe2);
}

test('each property is told with what the person has, and where that is from', () => {
  const properties: Property[] = [
    { key: 'plan', type: 'person', operator: 'exact', value: ['pro'] },
    { key: 'seats', type: 'person', operator: 'gte', value: 5 },
    { key: '$initial_browser', type: 'person', operator: 'exact', value: 'Firefox' },
    { key: 'none', type: 'person', operator: 'is_not_set', value: 'is_not_set' },
    { key: 'distinct_id', type: 'person', operator: 'exact', value: 'user-1' },
    { key: 'tier', type: 'group', group_type_index: 0, operator: 'exact', value: 'gold' },
    { key: '$group_key', type: 'group', group_type_index: 0, operator: 'exact', value: 'x' },
    { key: '2', type: 'flag', operator: 'flag_evaluates_to', value: false },
  ];
  const personProperties = { plan: 'free', seats: 7, $browser: 'Firefox' };
  const subject = aSubject({
    personProperties,
    groups: { company: 'acme' },
    groupProperties: { company: { tier: 'gold' } },
  });
  const explained = explain(
    [aFlag({ filters: when(properties) }), aFlag({ id: 2, key: 'other' })],
    subject,
    { personProperties: { seats: 7 } },
  );
  const [set] = explained?.conditions ?? [];
  expect(
    set?.properties.map(({ actual, source, isMatched }) => [actual, source, isMatched]),
  ).toEqual([
    ['free', 'stored', false],
    [7, 'request', true],
    ['Firefox', 'stored', true],
    [null, 'missing', true],
    ['user-1', 'request', true],
    ['gold', 'stored', true],
    ['acme', 'request', false],
    [true, 'evaluated', false],
  ]);
  expect(set?.code).toBe('no_condition_match');
});

test('the place of an id is told beside the share and the range of its variant', () => {
  const multivariate = {
    variants: [
      { key: 'a', rollout_percentage: 30 },
      { key: 'b', rollout_percentage: 70 },
    ],
  };
  const flag = aFlag({
    filters: { groups: [{ rollout_percentage: 1 }, { variant: 'b' }], multivariate },
  });
  const explained = explain([flag], aSubject());
  const [first, second] = explained?.conditions ?? [];
  expect(first?.bucket).toMatchObject({
    by: 'distinct_id',
    id: 'user-1',
    percentage: 1,
    isIn: false,
  });
  expect(second?.bucket).toEqual({ ...first?.bucket, percentage: 100, isIn: true });
  // user-1 falls among the first 30 of 100: into a, unless b is forced.
  expect(first?.variant?.position).toBeCloseTo(25.402);
  expect(first?.variant).toMatchObject({ key: 'a', isForced: false, from: 0, to: 30 });
  expect(second?.variant).toMatchObject({ key: 'b', isForced: true, from: 30, to: 100 });
});

test('steps stand in the order of evaluation, and one decides', () => {
  const flag = aFlag({
    killSwitchId: 2,
    overrides: [{ distinctId: 'user-1', value: false }],
    filters: {
      groups: [{}],
      feature_enrollment: true,
      holdout: { id: 1, exclusion_percentage: 0 },
    },
  });
  const kill = aFlag({ id: 2, key: 'kill', active: false });
  const steps = (id: string) =>
    explain([flag, kill], aSubject({ distinctId: id }))?.steps.map(
      ({ kind, decides }) => `${kind}${decides ? '!' : ''}`,
    );
  expect(steps('user-1')).toEqual([
    'switch',
    'kill_switch',
    'override!',
    'early_access',
    'holdout',
    'conditions',
  ]);
  expect(steps('user-2')).toEqual([
    'switch',
    'kill_switch',
    'override',
    'early_access',
    'holdout',
    'conditions!',
  ]);
});
