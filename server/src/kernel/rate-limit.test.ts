import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BURST_MS, Debt, createRateLimit } from './rate-limit.ts';

test('ten seconds’ worth at once, then as many as time pays off', () => {
  const limit = createRateLimit<string>(2, 10);
  const taken = Array.from({ length: 30 }, () => limit.take('a', 0)).filter((ms) => ms === 0);
  expect(taken).toHaveLength(20);
  expect(limit.take('a', 0)).toBe(500);
  expect(limit.take('b', 0)).toBe(0);
  expect(limit.take('a', 500)).toBe(0);
  expect(limit.take('a', 500)).toBe(500);
});

test('0 is any number; less than one in ten seconds is still one', () => {
  const none = createRateLimit<string>(0, 10);
  expect(Array.from({ length: 1000 }, () => none.take('a', 0)).every((ms) => ms === 0)).toBe(true);
  const rare = createRateLimit<string>(0.01, 10);
  expect(rare.take('a', 0)).toBe(0);
  expect(rare.take('a', 0)).toBeGreaterThan(0);
});

test('never more than the burst and the rate, at any times, also when the clock is set back', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 300 }),
      (perSecond, pauses) => {
        const limit = createRateLimit<string>(perSecond, 1);
        let nowMs = 1_000_000;
        let taken = 0;
        for (const pauseMs of pauses) {
          nowMs += pauseMs;
          const waitMs = limit.take('a', nowMs);
          if (waitMs === 0) taken += 1;
          const isTooSoon = waitMs > 0 && limit.take('a', nowMs + waitMs - 1) === 0;
          expect(isTooSoon).toBe(false);
          expect(waitMs).toBeLessThanOrEqual(BURST_MS);
        }
        const elapsedMs = nowMs - 1_000_000;
        expect(taken).toBeLessThanOrEqual(((BURST_MS + elapsedMs) * perSecond) / 1000 + 1);
      },
    ),
  );
  const limit = createRateLimit<string>(1, 1);
  for (let i = 0; i < 20; i += 1) limit.take('a', 10_000_000);
  expect(limit.take('a', 0)).toBeLessThanOrEqual(BURST_MS);
});

test('memory is bounded: the longest known key is forgotten first', () => {
  const limit = createRateLimit<string>(0.1, 2);
  expect([limit.take('a', 0), limit.take('b', 0), limit.take('c', 0)]).toEqual([0, 0, 0]);
  expect(limit.take('c', 0)).toBeGreaterThan(0);
  expect(limit.take('a', 0)).toBe(0);
});

test('a debt is paid off by time and bounded', () => {
  const debt = new Debt();
  debt.add(500, 0, 1000);
  expect(debt.ofMs(200, 1000)).toBe(300);
  debt.add(5000, 200, 1000);
  expect(debt.ofMs(200, 1000)).toBe(1000);
  expect(debt.ofMs(5000, 1000)).toBe(0);
});
