import { expect, test } from 'vitest';
import { parseTime, resolveEventTime } from './event-time.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const HOUR = 3_600_000;
const claims = { timestamp: undefined, offset: undefined, sentAt: undefined, ignoreSentAt: false };
const iso = (ms: number): string => new Date(ms).toISOString();

test.each<[unknown, number | undefined]>([
  ['2026-11-20T12:00:00.123Z', NOW + 123],
  ['2026-11-20T12:00:00Z', NOW],
  ['2026-11-20T12:00:00.123456+00:00', NOW + 123],
  ['2026-11-20T13:30:00+01:30', NOW],
  ['2026-11-20T05:00:00-0700', NOW],
  ['2026-11-20T12:00:00', NOW],
  ['2026-11-20 12:00:00.5', NOW + 500],
  ['2026-11-20', NOW - 12 * HOUR],
  ['Fri, 20 Nov 2026 12:00:00 GMT', NOW],
  [NOW, NOW],
  [NOW / 1000, NOW],
  ['2026-02-30', undefined],
  ['2026-11-20T25:00:00Z', undefined],
  ['yesterday', undefined],
  ['11/20/2026', undefined],
  ['', undefined],
  [{}, undefined],
  [Number.NaN, undefined],
])('reads %j', (value, expected) => {
  expect(parseTime(value)).toBe(expected);
});

test('does not search long text for a time', () => {
  expect(parseTime('Z('.repeat(1_000_000))).toBeUndefined();
  expect(parseTime(`2026-11-20${' '.repeat(1_000_000)}x`)).toBeUndefined();
});

test('corrects by how far the client clock is off', () => {
  const clientNow = NOW - 5 * HOUR;
  const time = resolveEventTime(
    { ...claims, timestamp: iso(clientNow - 2000), sentAt: iso(clientNow) },
    NOW,
  );
  expect(time).toEqual({ atMs: NOW - 2000, claimedMs: clientNow - 2000, problem: undefined });
  const byQuery = resolveEventTime(
    { ...claims, timestamp: iso(clientNow - 2000), sentAt: String(clientNow) },
    NOW,
  );
  expect(byQuery.atMs).toBe(NOW - 2000);
});

test('keeps the time as it is when told so, or when the sending time is of no use', () => {
  const timestamp = iso(NOW - 5 * HOUR);
  for (const rest of [
    { sentAt: iso(NOW - HOUR), ignoreSentAt: true },
    { sentAt: '1999-01-01T00:00:00Z', ignoreSentAt: false },
    { sentAt: 'soon', ignoreSentAt: false },
    { sentAt: undefined, ignoreSentAt: false },
  ]) {
    expect(resolveEventTime({ ...claims, timestamp, ...rest }, NOW).atMs).toBe(NOW - 5 * HOUR);
  }
});

test('falls back to the time of receipt, and says why', () => {
  expect(resolveEventTime(claims, NOW)).toEqual({
    atMs: NOW,
    claimedMs: undefined,
    problem: undefined,
  });
  expect(resolveEventTime({ ...claims, timestamp: 'soon' }, NOW).problem).toBe('unreadable');
  const ahead = resolveEventTime({ ...claims, timestamp: iso(NOW + 24 * HOUR) }, NOW);
  expect(ahead).toMatchObject({ atMs: NOW, problem: 'in_future' });
  expect(resolveEventTime({ ...claims, timestamp: iso(NOW + 22 * HOUR) }, NOW).atMs).toBe(
    NOW + 22 * HOUR,
  );
});

test('an offset counts back from receipt', () => {
  expect(resolveEventTime({ ...claims, offset: 1500, timestamp: iso(0) }, NOW).atMs).toBe(
    NOW - 1500,
  );
});

test('nothing happened before 1970', () => {
  expect(resolveEventTime({ ...claims, timestamp: '0100-01-01T00:00:00Z' }, NOW).atMs).toBe(0);
});
