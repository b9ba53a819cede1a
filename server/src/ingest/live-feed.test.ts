import { expect, test } from 'vitest';
import { LiveThrottle } from './live-feed.ts';

test('shows fifty a second and counts the rest', () => {
  const throttle = new LiveThrottle<number>();
  const many = Array.from({ length: 80 }, (_, i) => i);
  const first = throttle.take(many, 1000);
  expect(first.events).toHaveLength(50);
  expect(first.events.at(-1)).toBe(79);
  expect(first.skipped).toBe(30);
  expect(throttle.take([1, 2], 1999)).toEqual({ events: [], skipped: 2 });
  expect(throttle.take([1, 2], 2000)).toEqual({ events: [1, 2], skipped: 0 });
});
