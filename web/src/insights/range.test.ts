import { expect, test } from 'vitest';
import { fittingInterval, intervalsFor } from 'serin/insights/fitting-interval';
import { presetOf, rangeWords } from './range.ts';

test('ranges in words', () => {
  expect(rangeWords(undefined)).toBe('Last 7 days');
  expect(rangeWords({ date_from: '-1mStart', date_to: '-1mEnd' })).toBe('Last month');
  expect(rangeWords({ date_from: '-3d' })).toBe('Last 3 days');
  expect(rangeWords({ date_from: '2026-11-01', date_to: '2026-11-20' })).toBe(
    '1 Nov 2026 – 20 Nov 2026',
  );
  expect(rangeWords({ date_from: '2026-11-01' })).toBe('Since 1 Nov 2026');
  expect(presetOf({ date_from: '-7d', date_to: '-1d' })).toBeUndefined();
});

test.each([
  ['-1h', 'day', 'minute'],
  ['-24h', 'day', 'hour'],
  ['-24h', 'minute', 'hour'],
  ['dStart', 'week', 'hour'],
  ['-7d', 'hour', 'hour'],
  ['-7d', 'month', 'day'],
  ['-90d', 'hour', 'day'],
  ['-90d', 'week', 'week'],
  ['all', 'hour', 'month'],
  ['yStart', 'day', 'day'],
] as const)('a range of %s by %s is asked about by %s', (date_from, before, after) => {
  expect(fittingInterval({ date_from }, before)).toBe(after);
  expect(intervalsFor({ date_from })).toContain(after);
});

test('days of one’s own have intervals too', () => {
  const range = { date_from: '2026-01-01', date_to: '2026-03-31' };
  expect(intervalsFor(range)).toEqual(['day', 'week', 'month']);
  expect(fittingInterval(range, 'hour')).toBe('day');
});
