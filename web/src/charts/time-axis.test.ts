import { expect, test } from 'vitest';
import { everyNth, longName, shortName, ticksOf } from './time-axis.ts';

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
  expect(everyNth(30, 300, 66, 'day')).toBe(7);
  for (const steps of [1, 24, 90, 365, 5000]) {
    expect((300 / steps) * everyNth(steps, 300, 66)).toBeGreaterThanOrEqual(66);
  }
});

test('hours are named at the same time of each day', () => {
  const hours = Array.from({ length: 14 * 24 }, (_, hour) =>
    new Date(Date.UTC(2026, 10, 6, 5 + hour)).toISOString().slice(0, 19).replace('T', ' '),
  );
  expect(ticksOf(hours, 'hour', 900, 66).map(({ name }) => name)).toEqual([
    '7 Nov',
    '9 Nov',
    '11 Nov',
    '13 Nov',
    '15 Nov',
    '17 Nov',
    '19 Nov',
  ]);
  expect(ticksOf(hours.slice(0, 24), 'hour', 400, 66).map(({ name }) => name)).toEqual([
    '06:00',
    '12:00',
    '18:00',
    '7 Nov',
  ]);
});
