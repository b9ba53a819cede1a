import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactRatioInterval, fisherGreater } from './exact.ts';

/** Binomial coefficients by Pascal's rule, exactly. */
function choose(n: number, k: number): bigint {
  let result = 1n;
  for (let i = 1n; i <= BigInt(k); i += 1n) result = (result * (BigInt(n) - i + 1n)) / i;
  return k < 0 || k > n ? 0n : result;
}

test('Fisher’s test adds up what is counted by hand', () => {
  // Tea tasting: 3 of 4 right, 17 in 70 (Fisher 1935, §II).
  expect(fisherGreater({ a: 3, nT: 4, b: 1, nC: 4 })).toBeCloseTo(17 / 70, 12);
  expect(fisherGreater({ a: 4, nT: 4, b: 0, nC: 4 })).toBeCloseTo(1 / 70, 12);
  const arm = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(arm, arm, fc.nat(40), fc.nat(40), (nT, nC, some, others) => {
      const [a, b] = [Math.min(some, nT), Math.min(others, nC)];
      const all = choose(nT + nC, a + b);
      let tail = 0n;
      for (let x = a; x <= Math.min(a + b, nT); x += 1)
        tail += choose(nT, x) * choose(nC, a + b - x);
      const expected = Number((tail * 10n ** 18n) / all) / 1e18;
      expect(fisherGreater({ a, nT, b, nC })).toBeCloseTo(expected, 10);
    }),
  );
});

test('large arms stay exact: all of 12 among half of two million', () => {
  expect(fisherGreater({ a: 12, nT: 1e6, b: 0, nC: 1e6 })).toBeCloseTo(2 ** -12, 6);
});

test('the interval is Clopper and Pearson’s of the share, as odds', () => {
  // 10 of 13: 0.46187 to 0.94962 (Clopper & Pearson, by R binom.test(10, 13)).
  const { lower, upper } = exactRatioInterval({ a: 10, nT: 500, b: 3, nC: 500 }, 0.05);
  expect(lower).toBeCloseTo(0.46187 / (1 - 0.46187), 3);
  expect(upper).toBeCloseTo(0.94962 / (1 - 0.94962), 1);
  expect(exactRatioInterval({ a: 5, nT: 10, b: 0, nC: 10 }, 0.05).upper).toBe(Infinity);
  expect(exactRatioInterval({ a: 0, nT: 10, b: 5, nC: 10 }, 0.05).lower).toBe(0);
  expect(exactRatioInterval({ a: 0, nT: 10, b: 0, nC: 10 }, 0.05)).toEqual({
    lower: 0,
    upper: Infinity,
  });
});

test('twice the people without the change make the same counts twice the ratio', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 }), (a, b) => {
      const one = exactRatioInterval({ a, nT: 1000, b, nC: 1000 }, 0.05);
      const two = exactRatioInterval({ a, nT: 1000, b, nC: 2000 }, 0.05);
      expect(two.lower).toBeCloseTo(2 * one.lower, 6);
      expect(one.lower).toBeLessThan(a / b);
      expect(one.upper).toBeGreaterThan(a / b);
    }),
  );
});
