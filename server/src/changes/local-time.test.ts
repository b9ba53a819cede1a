import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatLocal, gapAround, instantsOf, isTimeZone, parseLocal } from './local-time.ts';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Pacific/Chatham',
];

const instants = (local: string, zone: string) =>
  instantsOf(parseLocal(local) ?? Number.NaN, zone).map((ms) => new Date(ms).toISOString());

describe('wall time stays over the change of clocks', () => {
  test.each([
    ['2026-03-28T09:00', 'Europe/Berlin', '2026-03-28T08:00:00.000Z'],
    ['2026-03-30T09:00', 'Europe/Berlin', '2026-03-30T07:00:00.000Z'],
    ['2026-10-26T09:00', 'Europe/Berlin', '2026-10-26T08:00:00.000Z'],
    ['2026-07-01T12:34:56', 'Asia/Kathmandu', '2026-07-01T06:49:56.000Z'],
    ['2026-01-01T00:00', 'UTC', '2026-01-01T00:00:00.000Z'],
  ])('%s in %s is %s', (local, zone, instant) => {
    expect(instants(local, zone)).toEqual([instant]);
  });
});

test('a time that clocks jump over is none, and the jump is told', () => {
  expect(instants('2026-03-29T02:30', 'Europe/Berlin')).toEqual([]);
  const gap = (local: string, zone: string) => gapAround(parseLocal(local) ?? 0, zone);
  expect(gap('2026-03-29T02:30', 'Europe/Berlin')).toEqual({ from: '02:00', to: '03:00' });
  expect(gap('2026-03-08T02:00', 'America/New_York')).toEqual({ from: '02:00', to: '03:00' });
  // Half an hour only.
  expect(gap('2026-10-04T02:10', 'Australia/Lord_Howe')).toEqual({ from: '02:00', to: '02:30' });
});

test('a time that clocks show twice is two', () => {
  expect(instants('2026-10-25T02:30', 'Europe/Berlin')).toEqual([
    '2026-10-25T00:30:00.000Z',
    '2026-10-25T01:30:00.000Z',
  ]);
  expect(instants('2026-04-05T01:45', 'Australia/Lord_Howe')).toHaveLength(2);
});

test('the last minute before and the first after a change are one each', () => {
  for (const local of [
    '2026-03-29T01:59',
    '2026-03-29T03:00',
    '2026-10-25T01:59',
    '2026-10-25T03:00',
  ])
    expect(instants(local, 'Europe/Berlin'), local).toHaveLength(1);
});

test('whatever instant there is, its wall time means it', () => {
  const zone = fc.constantFrom(...ZONES);
  const second = fc.integer({ min: Date.UTC(2000) / 1000, max: Date.UTC(2040) / 1000 });
  fc.assert(
    fc.property(second, zone, (seconds, timeZone) => {
      const local = parseLocal(formatLocal(seconds * 1000, timeZone));
      const found = instantsOf(local ?? Number.NaN, timeZone);
      expect(found).toContain(seconds * 1000);
      expect(found.length).toBeLessThanOrEqual(2);
    }),
  );
});

test.each([
  ['2026-02-30T10:00', undefined],
  ['2026-13-01T10:00', undefined],
  ['2026-01-01T24:00', undefined],
  ['2026-01-01 10:00', undefined],
  ['2026-01-01T10:00Z', undefined],
  ['tomorrow', undefined],
  ['2028-02-29T23:59', Date.UTC(2028, 1, 29, 23, 59)],
])('%s is read as %s', (text, ms) => {
  expect(parseLocal(text)).toBe(ms);
});

test.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['Etc/GMT+3', true],
  ['+02:00', false],
  ['Europe/Atlantis', false],
  ['', false],
  ['Europe/Berlin; drop', false],
])('%j is a time zone: %s', (name, isOne) => {
  expect(isTimeZone(name)).toBe(isOne);
});
