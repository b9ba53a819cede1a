import { expect, test } from 'vitest';
import {
  erfc,
  incompleteBeta,
  lnGamma,
  lnIncompleteBeta,
  lnNormalCdf,
  lnSumExp,
} from './special.ts';

// Reference values: computed independently, and the tables of NIST's DLMF.
test.each([
  [0.5, 0.5723649429],
  [3.2, 0.8854048271],
  [101, 363.7393755556],
  [1e5, 1051287.7089736569],
])('lnGamma(%d)', (x, expected) => {
  expect(Math.abs(lnGamma(x) - expected)).toBeLessThan(1e-9 * Math.max(1, expected));
});

test('lnGamma is zero at 1 and 2 and follows its recurrence', () => {
  expect(Math.abs(lnGamma(1))).toBeLessThan(1e-14);
  expect(Math.abs(lnGamma(2))).toBeLessThan(1e-14);
  for (const x of [0.01, 0.7, 4.4, 9.99, 55.5]) {
    expect(lnGamma(x + 1)).toBeCloseTo(lnGamma(x) + Math.log(x), 12);
  }
});

test.each([
  [9, 193, 0.01, 0.00022053697625],
  [4, 98, 0.01, 0.018984028103],
  [1, 301, 0.02, 0.997714144],
])('incompleteBeta(%d, %d, %d)', (a, b, x, expected) => {
  expect(incompleteBeta(x, a, b) / expected).toBeCloseTo(1, 8);
});

test('both tails of the incomplete beta stay accurate where one of them underflows', () => {
  // I_x(1, b) = 1 - (1 - x)^b in closed form.
  const far = lnIncompleteBeta(0.5, 1, 5000);
  expect(far.upper).toBeCloseTo(5000 * Math.log(0.5), 8);
  expect(far.lower).toBeCloseTo(0, 12);
  const near = lnIncompleteBeta(1e-9, 1, 10);
  expect(near.lower).toBeCloseTo(Math.log(-Math.expm1(10 * Math.log1p(-1e-9))), 10);
});

test('erfc at reference points, and on both sides of the change of method', () => {
  expect(erfc(0)).toBe(1);
  expect(erfc(0.5)).toBeCloseTo(0.4795001221869535, 14);
  expect(erfc(-1)).toBeCloseTo(1.8427007929497148, 14);
  expect(erfc(3) / 2.209049699858544e-5).toBeCloseTo(1, 12);
  expect(erfc(2 - 1e-12) / erfc(2 + 1e-12)).toBeCloseTo(1, 10);
});

test('lnNormalCdf has no step where its method changes', () => {
  expect(lnNormalCdf(-10 + 1e-9) - lnNormalCdf(-10 - 1e-9)).toBeCloseTo(2.02e-8, 8);
  expect(lnNormalCdf(5.5)).toBeCloseTo(-1.8989562646e-8, 16);
});

test('lnSumExp of nothing is minus infinity, and large values do not overflow', () => {
  expect(lnSumExp([])).toBe(-Infinity);
  expect(lnSumExp([-Infinity, -Infinity])).toBe(-Infinity);
  expect(lnSumExp([1000, 1000])).toBeCloseTo(1000 + Math.LN2, 12);
});
