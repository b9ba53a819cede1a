import type { Property } from 'serin/flags/flag';
import { expect, test } from 'vitest';
import { audienceWords, groupWords, summarySentences } from './words.ts';

const person = (property: Partial<Property>): Property => ({
  key: 'plan',
  type: 'person',
  ...property,
});

test('condition sets name share and people', () => {
  expect(groupWords({})).toBe('everyone');
  expect(groupWords({ rollout_percentage: 0 })).toBe('nobody');
  expect(groupWords({ rollout_percentage: 25 })).toBe('25 % of everyone');
  expect(groupWords({ rollout_percentage: 25, properties: [person({ value: 'growth' })] })).toBe(
    '25 % of people whose plan is growth',
  );
});

test('the audience of a flag is one line', () => {
  const staff = { properties: [person({ value: 'staff' })] };
  expect(audienceWords({ groups: [] })).toBe('nobody');
  expect(audienceWords({ groups: [staff, {}] })).toBe('everyone');
  expect(audienceWords({ groups: [staff] })).toBe('all people whose plan is staff');
  expect(audienceWords({ groups: [staff, staff, { rollout_percentage: 5 }] })).toBe(
    '2 targeted sets and 5 % of everyone',
  );
  const optIn = { feature_enrollment: true };
  expect(audienceWords({ groups: [], ...optIn })).toBe('whoever opted in');
  expect(audienceWords({ groups: [] }, {}, 2)).toBe('2 people by override');
  expect(audienceWords({ groups: [{ rollout_percentage: 5 }], ...optIn }, {}, 1)).toBe(
    '5 % of everyone, whoever opted in and 1 person by override',
  );
  expect(audienceWords({ groups: [{}], ...optIn }, {}, 3)).toBe('everyone');
});

test('the summary says who gets what, in order', () => {
  const groups = [
    { properties: [person({ value: 'staff' })], variant: 'test' },
    { rollout_percentage: 10 },
  ];
  const multivariate = {
    variants: [
      { key: 'control', rollout_percentage: 50 },
      { key: 'test', rollout_percentage: 50 },
    ],
  };
  expect(summarySentences({ groups, multivariate }, true)).toEqual([
    'All people whose plan is staff get the variant test.',
    'Otherwise, 10 % of everyone get one of control 50 % and test 50 %.',
    'Everyone else gets false.',
  ]);
  expect(summarySentences({ groups: [{ rollout_percentage: 0 }] }, true)).toEqual([
    'Every share is 0 %: everyone gets false.',
  ]);
  expect(summarySentences({ groups: [{}] }, true)).toEqual(['Everyone gets the flag.']);
  expect(summarySentences({ groups }, false)[0]).toContain('off');
});

test('sets are about people, groups or devices', () => {
  const names = { groupTypes: ['company'] };
  const tier = { key: 'tier', type: 'group' as const, group_type_index: 0, value: 'gold' };
  const byCompany = { aggregation_group_type_index: 0 };
  expect(groupWords({ rollout_percentage: 10 }, byCompany, names)).toBe('10 % of companies');
  expect(groupWords({ properties: [tier] }, byCompany, names)).toBe(
    'all companies whose tier is gold',
  );
  expect(groupWords({ properties: [tier] }, {}, names)).toBe(
    'all people whose company’s tier is gold',
  );
  expect(groupWords({ aggregation_group_type_index: null }, byCompany, names)).toBe('everyone');
  expect(groupWords({ rollout_percentage: 5 }, {}, { bucketing: 'device_id' })).toBe(
    '5 % of all devices',
  );
  expect(groupWords({ rollout_percentage: 0.001 })).toBe('0.001 % of everyone');
});

test('cohorts and other flags are named', () => {
  const properties: Property[] = [
    person({ value: 'growth' }),
    { key: 'id', type: 'cohort', operator: 'not_in', value: 7 },
    { key: '12', type: 'flag', operator: 'flag_evaluates_to', value: false, label: 'old-ui' },
  ];
  const names = { cohorts: new Map([[7, 'Beta']]), flags: new Map([['12', 'new-ui']]) };
  expect(groupWords({ properties }, {}, names)).toBe(
    'all people not in the cohort Beta, whose plan is growth and for whom the flag new-ui is off',
  );
});

test('what is never tried is said', () => {
  const staff = { properties: [person({ value: 'staff' })] };
  expect(summarySentences({ groups: [{}, staff, staff] }, true)).toEqual([
    'Everyone gets the flag.',
    'Sets 2 to 3 are never tried: set 1 decides for everyone.',
  ]);
  const half = { ...staff, rollout_percentage: 50 };
  expect(summarySentences({ groups: [half, staff], early_exit: true }, true)[0]).toBe(
    '50 % of people whose plan is staff get the flag; the rest of them get false, and no later set is tried for them.',
  );
});

test('early access and holdouts come first', () => {
  const filters = {
    groups: [{ rollout_percentage: 0 }],
    feature_enrollment: true,
    holdout: { id: 3, exclusion_percentage: 5 },
  };
  expect(summarySentences(filters, true)).toEqual([
    'Whoever opted in to early access gets the flag, and whoever opted out gets false.',
    '5 % of everyone are held out and get holdout-3.',
    'Every share is 0 %: everyone else gets false.',
  ]);
});
