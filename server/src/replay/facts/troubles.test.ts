import { expect, test } from 'vitest';
import { errorsAfterClick, idleGaps, quickBacks } from './troubles.ts';

test('a click counts once that an error follows within 5 s, the last before the error', () => {
  expect(errorsAfterClick([1000], [6000, 3000, 6000])).toBe(1);
  expect(errorsAfterClick([1000], [6001, 999])).toBe(0);
  expect(errorsAfterClick([1200, 1000, 1100], [1300])).toBe(1);
  expect(errorsAfterClick([1000, 2000], [2500, 1500])).toBe(2);
  expect(errorsAfterClick([1000], [1000])).toBe(1);
  expect(errorsAfterClick([], [1000])).toBe(0);
});

test('a page that is left for the one before within 2 s is a quick back', () => {
  const there = (...visits: readonly [number, string][]) => quickBacks(visits);
  expect(there([0, 'a'], [5000, 'b'], [6999, 'a'])).toBe(1);
  expect(there([0, 'a'], [5000, 'b'], [7000, 'a'])).toBe(0);
  expect(there([0, 'a'], [5000, 'b'], [6000, 'c'])).toBe(0);
  // A page is told at its start and with each snapshot; neither is another visit.
  expect(there([0, 'a'], [1000, 'a'], [1500, 'a'])).toBe(0);
  expect(there([6500, 'a'], [5100, 'b'], [5000, 'b'], [0, 'a'])).toBe(1);
  expect(there([0, 'a'], [1000, 'b'], [2000, 'a'], [3000, 'b'])).toBe(2);
});

test('a time in which nothing is done counts when it is long and something comes after', () => {
  expect(idleGaps([[0, 1000]])).toBe(0);
  expect(
    idleGaps([
      [0, 1000],
      [31_000, 32_000],
      [62_001, 70_000],
    ]),
  ).toBe(1);
});
