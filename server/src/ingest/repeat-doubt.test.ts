import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { EVALUATED_EVENT } from './event.ts';
import { type AgeClues, copyTimeMs, doubtOf } from './repeat-doubt.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The set is complete since an hour ago. */
const SINCE = NOW - HOUR_MS;
const RANDOM = 'b3a1f921-288b-4738-869e-a9b17bc3b697';
const NAMED = 'b3a1f921-288b-5738-869e-a9b17bc3b697';
const madeAt = (msecs: number): string => v7({ msecs });

function clues(change: Partial<AgeClues> = {}): AgeClues {
  return { uuid: RANDOM, event: 'e', atMs: NOW, claimedMs: NOW, receivedMs: NOW, ...change };
}
const at = (ms: number) => ({ atMs: ms, claimedMs: ms });
const doubt = (change: Partial<AgeClues>) => doubtOf(clues(change), SINCE);

test('a uuid that says it was made lately cannot be older', () => {
  expect(doubt({ uuid: madeAt(NOW - 1000) })).toBe('none');
  expect(doubt({ uuid: madeAt(NOW - 1000), claimedMs: undefined })).toBe('none');
  expect(doubt({ uuid: madeAt(SINCE + 5000) })).toBe('possible');
  expect(doubt({ uuid: madeAt(NOW - 2 * DAY_MS) })).toBe('possible');
});

test('a uuid from the future says nothing, unless the clock is known to be ahead', () => {
  expect(doubt({ uuid: madeAt(NOW + HOUR_MS) })).toBe('possible');
  expect(doubt({ uuid: madeAt(NOW + HOUR_MS), claimedMs: NOW + HOUR_MS })).toBe('none');
  expect(doubt({ uuid: madeAt(NOW + 2000) })).toBe('none');
});

test('a random uuid is hardly repeated with another time, others are', () => {
  expect(doubt({})).toBe('unlikely');
  expect(doubt({ uuid: NAMED })).toBe('possible');
  expect(doubt(at(SINCE - 1))).toBe('possible');
  expect(doubt({ claimedMs: undefined })).toBe('possible');
  expect(doubt(at(NOW + HOUR_MS))).toBe('possible');
});

test('an internal event may have been noted since the start of its day', () => {
  const evaluated = { uuid: NAMED, event: EVALUATED_EVENT };
  expect(doubt({ ...evaluated, claimedMs: NOW - 12 * HOUR_MS })).toBe('possible');
  expect(doubt({ ...evaluated, claimedMs: NOW - HOUR_MS / 2 })).toBe('none');
});

test('a copy lies near its time only where the time goes with the uuid', () => {
  expect(copyTimeMs(clues(at(NOW - DAY_MS)))).toBe(NOW - DAY_MS);
  expect(copyTimeMs(clues({ uuid: NAMED }))).toBeUndefined();
  expect(copyTimeMs(clues({ uuid: NAMED, event: EVALUATED_EVENT }))).toBe(NOW);
  expect(copyTimeMs(clues({ claimedMs: undefined }))).toBeUndefined();
  expect(copyTimeMs(clues({ uuid: madeAt(NOW - HOUR_MS) }))).toBe(NOW);
  expect(copyTimeMs(clues({ uuid: madeAt(NOW - 3 * DAY_MS) }))).toBeUndefined();
});
