import { expect, test } from 'vitest';
import { parseDuration } from './duration.ts';
import { formatDuration } from './format.ts';

test.each([
  ['30 min', 1800],
  ['1h 30m', 5400],
  ['1 hour 30 minutes', 5400],
  ['2 days', 172_800],
  ['0.5 h', 1800],
  ['1,5h', 5400],
  ['10s', 10],
  ['', null],
  ['30', null],
  ['soon', null],
  ['5 parsecs', null],
])('%s is %s seconds', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test('what is shown can be typed', () => {
  for (const seconds of [0.5, 8, 60, 1800, 5400, 86_400, 100_800]) {
    expect(parseDuration(formatDuration(seconds))).toBe(seconds);
  }
});
