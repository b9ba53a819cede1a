import { describe, expect, test } from 'vitest';
import { bucketsOf } from './buckets.ts';
import { type Calendar, resolveRange } from './date-range.ts';
import type { DateRange, Interval } from '../question.ts';

/** Friday, 2026-11-20 15:30 in Berlin. */
const berlin: Calendar = {
  timeZone: 'Europe/Berlin',
  firstWeekday: 1,
  nowMs: Date.parse('2026-11-20T14:30:00Z'),
};
const iso = (ms: number) => new Date(ms).toISOString().replace(':00.000Z', 'Z');
function resolved(range: DateRange, interval?: Interval, calendar = berlin): string[] {
  const { fromMs, toMs } = resolveRange(range, calendar, { interval });
  return [iso(fromMs), iso(toMs)];
}
const NOW = '2026-11-20T14:30Z';

test.each([
  [{}, '2026-11-12T23:00Z', NOW],
  [{ date_from: '-1d' }, '2026-11-18T23:00Z', NOW],
  [{ date_from: 'dStart' }, '2026-11-19T23:00Z', NOW],
  [{ date_from: 'wStart' }, '2026-11-15T23:00Z', NOW],
  [{ date_from: 'mStart' }, '2026-10-31T23:00Z', NOW],
  [{ date_from: 'qStart' }, '2026-09-30T22:00Z', NOW],
  [{ date_from: 'yStart' }, '2025-12-31T23:00Z', NOW],
  [{ date_from: '-1mStart', date_to: '-1mEnd' }, '2026-09-30T22:00Z', '2026-10-31T23:00Z'],
  [{ date_from: '-1m' }, '2026-10-19T22:00Z', NOW],
  [{ date_from: '-24h' }, '2026-11-19T14:30Z', NOW],
  [{ date_from: '-90M', date_to: '-30M' }, '2026-11-20T13:00Z', '2026-11-20T14:00Z'],
  [{ date_from: '-3d', date_to: '-1d' }, '2026-11-16T23:00Z', '2026-11-19T23:00Z'],
  [{ date_from: '2026-10-25', date_to: '2026-10-25' }, '2026-10-24T22:00Z', '2026-10-25T23:00Z'],
  [
    { date_from: '2026-10-25', date_to: '2026-10-26', explicitDate: true },
    '2026-10-24T22:00Z',
    '2026-10-25T23:00Z',
  ],
  [
    { date_from: '2026-11-01T10:00:00', date_to: '2026-11-01 23:59:59' },
    '2026-11-01T09:00Z',
    '2026-11-01T23:00Z',
  ],
  [
    { date_from: '2026-11-01T10:00:00Z', date_to: '2026-11-01T14:00+02:00' },
    '2026-11-01T10:00Z',
    '2026-11-01T12:00Z',
  ],
])('%j', (range, from, to) => {
  expect(resolved(range)).toEqual([from, to]);
});

test('without an exact date the range goes back to the start of an interval', () => {
  expect(resolved({ date_from: '-3d' }, 'week')[0]).toBe('2026-11-15T23:00Z');
  expect(resolved({ date_from: '-3d' }, 'month')[0]).toBe('2026-10-31T23:00Z');
  expect(resolved({ date_from: '-24h' }, 'hour')[0]).toBe('2026-11-19T14:00Z');
  expect(resolved({ date_from: '-3d', explicitDate: true }, 'week')[0]).toBe('2026-11-17T14:30Z');
  const sunday = { ...berlin, firstWeekday: 0 };
  expect(resolved({ date_from: '-3d' }, 'week', sunday)[0]).toBe('2026-11-14T23:00Z');
});

test.each([
  [{ date_from: '2026-02-30' }, 'dateRange.date_from'],
  [{ date_from: '2026-11-20T25:00' }, 'dateRange.date_from'],
  [{ date_from: '7 days' }, 'dateRange.date_from'],
  [{ date_from: '1970-01-01' }, 'dateRange.date_from'],
  [{ date_to: '9999-12-31' }, 'dateRange.date_to'],
  [{ date_from: '2026-11-21' }, 'dateRange'],
])('refused: %j', (range, attr) => {
  expect(() => resolved(range)).toThrow(expect.objectContaining({ code: 'invalid_input', attr }));
});

describe('intervals', () => {
  const starts = (range: DateRange, interval: Interval, calendar = berlin) => {
    const buckets = bucketsOf(resolveRange(range, calendar, { interval }), interval, calendar);
    return { ...buckets, startsMs: buckets.startsMs.map(iso), endMs: iso(buckets.endMs) };
  };

  test('the day on which clocks go back has 25 hours', () => {
    const range = { date_from: '2026-10-25', date_to: '2026-10-25' };
    const hours = starts(range, 'hour');
    expect(hours.count).toBe(25);
    expect(hours.days.slice(1, 4)).toEqual([
      '2026-10-25 01:00:00',
      '2026-10-25 02:00:00',
      '2026-10-25 02:00:00',
    ]);
    expect(starts(range, 'day')).toMatchObject({
      startsMs: ['2026-10-24T22:00Z'],
      endMs: '2026-10-25T23:00Z',
      labels: ['25-Oct-2026'],
    });
  });

  test('a day may begin at one in the morning, or not be at all', () => {
    const saoPaulo = { ...berlin, timeZone: 'America/Sao_Paulo' };
    const range = { date_from: '2018-11-03', date_to: '2018-11-05' };
    expect(starts(range, 'day', saoPaulo).startsMs).toEqual([
      '2018-11-03T03:00Z',
      '2018-11-04T03:00Z',
      '2018-11-05T02:00Z',
    ]);
    const apia = { ...berlin, timeZone: 'Pacific/Apia' };
    const skipped = starts({ date_from: '2011-12-29', date_to: '2011-12-31' }, 'day', apia);
    expect(skipped.days).toEqual(['2011-12-29', '2011-12-30', '2011-12-31']);
    expect(skipped.startsMs).toEqual([
      '2011-12-29T10:00Z',
      '2011-12-30T10:00Z',
      '2011-12-30T10:00Z',
    ]);
  });

  test('weeks and months are named by their first day, also outside the range', () => {
    expect(starts({ date_from: '2026-11-04', date_to: '2026-11-16' }, 'week').days).toEqual([
      '2026-11-02',
      '2026-11-09',
      '2026-11-16',
    ]);
    expect(starts({ date_from: '2025-11-30', date_to: '2026-01-01' }, 'month').days).toEqual([
      '2025-11-01',
      '2025-12-01',
      '2026-01-01',
    ]);
  });
});
