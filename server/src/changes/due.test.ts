import { expect, test } from 'vitest';
import { SerinError } from '#kernel/errors';
import { type DueInput, dueOf } from './due.ts';

const NOW = Date.UTC(2026, 2, 1, 12);
const berlin = (local_time: string, fold?: 'earlier' | 'later'): DueInput => ({
  local_time,
  time_zone: 'Europe/Berlin',
  ...(fold ? { fold } : {}),
});

function refusal(input: DueInput): SerinError {
  try {
    dueOf(input, NOW, 'due');
  } catch (error) {
    if (error instanceof SerinError) return error;
  }
  throw new Error(`${JSON.stringify(input)} was not refused`);
}

test('nine o’clock stays nine o’clock when clocks go forward', () => {
  const before = dueOf(berlin('2026-03-28T09:00'), NOW, 'due');
  const after = dueOf(berlin('2026-03-29T09:00'), NOW, 'due');
  expect(after.atMs - before.atMs).toBe(23 * 3_600_000);
  expect(after).toMatchObject({ localTime: '2026-03-29T09:00', timeZone: 'Europe/Berlin' });
});

test('an instant is kept as UTC', () => {
  expect(dueOf({ at: '2026-03-02T01:00:00+02:00' }, NOW, 'due')).toEqual({
    atMs: Date.UTC(2026, 2, 1, 23),
    localTime: '2026-03-01T23:00',
    timeZone: 'UTC',
    fold: null,
  });
});

test('a time that comes twice needs saying which', () => {
  const refused = refusal(berlin('2026-10-25T02:30'));
  expect(refused).toMatchObject({ code: 'invalid_input', attr: 'due.fold' });
  expect(refused.message).toContain('00:30 UTC (UTC+02:00) and at 01:30 UTC (UTC+01:00)');
  const earlier = dueOf(berlin('2026-10-25T02:30', 'earlier'), NOW, 'due');
  const later = dueOf(berlin('2026-10-25T02:30', 'later'), NOW, 'due');
  expect(later.atMs - earlier.atMs).toBe(3_600_000);
});

test('a time that is jumped over is explained', () => {
  const refused = refusal(berlin('2026-03-29T02:30'));
  expect(refused).toMatchObject({ code: 'invalid_input', attr: 'due.local_time' });
  expect(refused.message).toContain('clocks go from 02:00 to 03:00');
});

test('a fold where there is none says nothing', () => {
  const plain = dueOf(berlin('2026-04-01T09:00'), NOW, 'due');
  expect(dueOf(berlin('2026-04-01T09:00', 'later'), NOW, 'due').atMs).toBe(plain.atMs);
});

test.each<[DueInput, string, string]>([
  [{}, 'due.local_time', 'required'],
  [{ local_time: '2026-04-01T09:00' }, 'due.time_zone', 'required'],
  [{ local_time: '9 am', time_zone: 'UTC' }, 'due.local_time', 'invalid_input'],
  [{ local_time: '2026-04-01T09:00', time_zone: 'Mars/Base' }, 'due.time_zone', 'invalid_input'],
  [berlin('2026-02-28T09:00'), 'due.local_time', 'invalid_input'],
  [berlin('2036-02-28T09:00'), 'due.local_time', 'invalid_input'],
  [{ at: '2026-03-01T12:00:00Z' }, 'due.at', 'invalid_input'],
  [{ at: '2026-04-01T12:00:00Z', time_zone: 'UTC' }, 'due.time_zone', 'invalid_input'],
])('%j is refused at %s: %s', (input, attr, code) => {
  expect(refusal(input)).toMatchObject({ attr, code });
});
