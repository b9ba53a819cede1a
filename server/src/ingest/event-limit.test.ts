import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventLimit, type LimitedRequest } from './event-limit.ts';

type Asked = LimitedRequest & { readonly eventCount: number };

const asked = (name: string, change: Partial<Asked> = {}): Asked => ({
  environmentId: 1,
  eventsPerSecond: 10,
  eventCount: 100,
  name: () => name,
  isLastChance: false,
  ...change,
});

/** As admission does: asks, and counts what is taken. */
function take(limit: EventLimit, request: Asked, nowMs: number): number {
  const waitSeconds = limit.take(request, nowMs);
  if (waitSeconds === 0) limit.count(request, request.eventCount, nowMs);
  return waitSeconds;
}

test('a burst is taken, the rest is told when to come', () => {
  const limit = new EventLimit();
  expect(take(limit, asked('a'), 0)).toBe(0);
  expect(take(limit, asked('b'), 0)).toBe(1);
  expect(take(limit, asked('c', { environmentId: 2 }), 0)).toBe(0);
  expect(take(limit, asked('b'), 1000)).toBe(0);
  expect(take(limit, asked('d'), 1000)).toBe(9);
});

test('a request above the whole burst is taken, and paid off afterwards', () => {
  const limit = new EventLimit();
  expect(take(limit, asked('a', { eventCount: 300 }), 0)).toBe(0);
  expect(take(limit, asked('b'), 0)).toBe(20);
});

test('a huge request keeps the others waiting for no more than a minute', () => {
  const limit = new EventLimit();
  expect(take(limit, asked('a', { eventCount: 1_500_000 }), 0)).toBe(0);
  expect(take(limit, asked('b'), 0)).toBe(40);
});

test('without a limit nothing is counted', () => {
  const limit = new EventLimit();
  const free = asked('a', { eventsPerSecond: 0, eventCount: 1e9 });
  expect([take(limit, free, 0), take(limit, free, 0)]).toEqual([0, 0]);
});

test('what cannot come again is taken, up to a minute ahead', () => {
  const limit = new EventLimit();
  take(limit, asked('a'), 0);
  const beacon = asked('b', { isLastChance: true });
  const answers = Array.from({ length: 6 }, () => take(limit, beacon, 0));
  expect(answers).toEqual([0, 0, 0, 0, 0, 50]);
});

test('posthog-node, four attempts three seconds apart, loses nothing in a burst of five times the limit', () => {
  const limit = new EventLimit();
  const attempts = Array.from({ length: 10 }, (_, i) => ({ name: `n${i}`, atMs: i * 20, left: 4 }));
  const taken: string[] = [];
  while (attempts.length > 0) {
    attempts.sort((a, b) => a.atMs - b.atMs);
    const attempt = attempts.shift();
    if (!attempt) break;
    if (take(limit, asked(attempt.name, { eventCount: 50 }), attempt.atMs) === 0) {
      taken.push(attempt.name);
    } else if (attempt.left > 1) {
      attempts.push({ ...attempt, atMs: attempt.atMs + 3000, left: attempt.left - 1 });
    }
  }
  expect(new Set(taken).size).toBe(10);
  expect(taken).toHaveLength(10);
});

test('in the long run no more than the limit and the debt, whoever presses', () => {
  const request = fc.record({
    pauseMs: fc.integer({ min: 0, max: 2000 }),
    name: fc.integer({ min: 0, max: 20 }),
    eventCount: fc.integer({ min: 1, max: 200 }),
    isLastChance: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(request, { maxLength: 200 }), (requests) => {
      const limit = new EventLimit();
      let nowMs = 0;
      let events = 0;
      for (const { pauseMs, name, ...rest } of requests) {
        nowMs += pauseMs;
        const waitSeconds = take(limit, asked(String(name), rest), nowMs);
        if (waitSeconds === 0) events += rest.eventCount;
        expect(waitSeconds).toBeLessThanOrEqual(70);
      }
      expect(events).toBeLessThanOrEqual((60_000 + nowMs) / 100 + 200);
    }),
  );
});
