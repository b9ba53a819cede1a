import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatClock, moveOn, speedStep } from './clock.ts';
import { INACTIVE_MS, segmentAt, segmentsOf, type Span, spansOf } from './segments.ts';

const span = (windowId: string, startMs: number, endMs: number): Span => ({
  windowId,
  startMs,
  endMs,
});

const range = { startMs: 0, endMs: 60_000 };
const spans = [...spansOf('a', [0, 4000, 8000, 30_000]), ...spansOf('b', [6000, 7000, 50_000])];

test('who was turned to last is shown; a long pause is marked and keeps the picture', () => {
  const shown = segmentsOf(spans, range).map(
    ({ windowId, startMs, endMs, isActive }) => `${windowId} ${startMs}-${endMs} ${isActive}`,
  );
  expect(shown).toEqual([
    'a 0-6000 true',
    'b 6000-7500 true',
    'a 7500-8500 true',
    'a 8500-30000 false',
    'a 30000-30500 true',
    'a 30500-50000 false',
    'b 50000-50500 true',
    'b 50500-60000 false',
  ]);
});

test('segments cover the recording without holes or overlaps, whatever is active', () => {
  const moments = fc.array(fc.integer({ min: -5000, max: 70_000 }), { maxLength: 40 });
  fc.assert(
    fc.property(moments, moments, (a, b) => {
      const segments = segmentsOf([...spansOf('a', a), ...spansOf('b', b)], range);
      const cuts = segments.map(({ startMs }) => startMs);
      expect([...cuts, 60_000]).toEqual([0, ...segments.map(({ endMs }) => endMs)]);
      expect(new Set(cuts).size).toBe(cuts.length);
      const pauses = segments.filter(({ isActive }) => !isActive);
      expect(pauses.every(({ startMs, endMs }) => endMs - startMs >= INACTIVE_MS)).toBe(true);
      for (const at of [...a, ...b].filter((ms) => ms > 0 && ms < 60_000)) {
        expect(segmentAt(segments, at)?.isActive).toBe(true);
      }
    }),
  );
});

test('playing jumps to just before something happens again, and stops at the end', () => {
  const segments = segmentsOf([span('a', 0, 10_000), span('a', 40_000, 45_000)], range);
  const step = { passedMs: 100, speed: 2, endMs: 60_000, segments, skipsPauses: true };
  expect(moveOn({ ...step, atMs: 1000 })).toEqual({
    atMs: 1200,
    hasJumped: false,
    isOver: false,
  });
  expect(moveOn({ ...step, atMs: 10_000 })).toEqual({
    atMs: 39_500,
    hasJumped: true,
    isOver: false,
  });
  expect(moveOn({ ...step, atMs: 39_600 }).atMs).toBe(39_800);
  expect(moveOn({ ...step, atMs: 46_000 })).toEqual({
    atMs: 60_000,
    hasJumped: true,
    isOver: true,
  });
  expect(moveOn({ ...step, atMs: 46_000, skipsPauses: false }).atMs).toBe(46_200);
  expect(moveOn({ ...step, atMs: 59_900, skipsPauses: false }).isOver).toBe(true);
});

test('speeds go up and down within their list; time reads as people write it', () => {
  expect([speedStep(1, 1), speedStep(1, -1), speedStep(16, 1), speedStep(0.5, -1)]).toEqual([
    1.5, 0.5, 16, 0.5,
  ]);
  expect([0, 65_000, 3_729_999, -5].map(formatClock)).toEqual(['0:00', '1:05', '1:02:09', '0:00']);
});
