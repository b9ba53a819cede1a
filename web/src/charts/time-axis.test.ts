import { expect, test } from 'vitest';
import { everyNth, longName, shortName } from './time-axis.ts';

test('intervals are called by what they are', () => {
  expect(shortName('2026-11-20', 'day')).toBe('20 Nov');
  expect(shortName('2026-11-01', 'month')).toBe('Nov 2026');
  expect(shortName('2026-11-20 14:00:00', 'hour')).toBe('14:00');
  expect(shortName('2026-11-20 00:00:00', 'hour')).toBe('20 Nov');
  expect(longName('2026-11-16', 'week')).toBe('Week of Mon, 16 Nov 2026');
  expect(longName('2026-11-20 14:00:00', 'hour')).toBe('Fri, 20 Nov 2026, 14:00');
  expect(longName('anything', 'day')).toBe('anything');
});

test('names stand apart', () => {
  expect(everyNth(8, 800, 66)).toBe(1);
  expect(everyNth(30, 300, 66)).toBe(7);
  for (const steps of [1, 24, 90, 365, 5000]) {
    expect((300 / steps) * everyNth(steps, 300, 66)).toBeGreaterThanOrEqual(66);
  }
});
