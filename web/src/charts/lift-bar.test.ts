import { expect, test } from 'vitest';
import { liftLimit } from './lift-bar.tsx';

const row = (lift: number, low: number | null, high: number | null) => ({ lift, low, high });

test('an axis of lifts is round, has room for intervals, and cuts those that are huge', () => {
  expect(liftLimit([])).toBeCloseTo(0.03, 12);
  expect(liftLimit([row(0.05, -0.02, 0.12)])).toBeCloseTo(0.2, 12);
  expect(liftLimit([row(0.05, -4, 9)])).toBeCloseTo(0.3, 12);
  expect(liftLimit([row(0.05, null, null), row(-0.4, -0.5, -0.3)])).toBeCloseTo(0.6, 12);
});
