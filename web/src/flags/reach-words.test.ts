import { expect, test } from 'vitest';
import { groupReachWords, changedWords, setReachWords, totalWords } from './reach-words.ts';

const set = (matching: number | null, taken: number | null, asksForGroups = false) => ({
  matching,
  taken,
  asks_for_groups: asksForGroups,
});

test('a set says whom it means and whom it takes in', () => {
  expect(setReachWords(set(1204, 301), true)).toBe('≈ 1,204 people match, 301 get it here');
  expect(setReachWords(set(1, 1), false)).toBe('1 person matches, and gets it here');
  expect(setReachWords(set(5, 0), false)).toBe('5 people match, nobody gets it here');
  expect(setReachWords(set(0, 0, true), false)).toBe('Nobody known matches, groups aside');
  expect(setReachWords(set(null, null), false)).toBeNull();
});

test('the total stands beside all who are known', () => {
  const preview = { people: 200, looked_at: 200, is_estimate: false, sets: [], changes: null };
  const values = [
    { value: 'a', people: 30 },
    { value: 'b', people: 20 },
  ];
  expect(totalWords({ ...preview, values })).toBe('50 of 200 known people (25 %)');
  expect(totalWords({ ...preview, values: [] })).toBe('None of the 200 known people');
});

test('changes name only what happens', () => {
  expect(changedWords({ gained: 0, lost: 0, other: 0 }, false)).toBeNull();
  expect(changedWords({ gained: 1200, lost: 3, other: 0 }, true)).toBe(
    '≈ 1,200 gain it and 3 lose it',
  );
});

test('groups are counted by the name of their type', () => {
  const words = (users_affected: number, total_users: number, is_estimate = false) =>
    groupReachWords({ users_affected, total_users, is_estimate }, 'company');
  expect(words(12, 40)).toBe('12 of 40 companies match');
  expect(words(1, 2, true)).toBe('≈ 1 of 2 companies matches');
  expect(words(1, 1)).toBe('1 of 1 company matches');
  expect(words(0, 40)).toBe('None of 40 companies matches');
  expect(words(0, 0)).toBe('No company is known yet');
});
