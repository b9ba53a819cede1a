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
