// Special functions that the tests of this folder stand on, in logarithms wherever a value can leave
// the range of a double. Accuracy: 1e-12 relative or better over the ranges named.

const HALF_LN_TWO_PI = 0.9189385332046727;

/** B(2k) / (2k (2k-1)), k = 1…7: Stirling's series, NIST DLMF 5.11.1. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156] as const;
/** From here on seven terms of the series are exact to a double (the eighth is below 4e-16). */
const STIRLING_FROM = 10;

/** ln Γ(x) for x > 0. */
export function lnGamma(x: number): number {
  let shifted = x;
  let product = 1;
  for (; shifted < STIRLING_FROM; shifted += 1) product *= shifted;
  const inverseSquare = 1 / (shifted * shifted);
  let series = 0;
  for (const coefficient of STIRLING.toReversed()) series = series * inverseSquare + coefficient;
  return (
    (shifted - 0.5) * Math.log(shifted) -
    shifted +
    HALF_LN_TWO_PI +
    series / shifted -
    Math.log(product)
  );
}

/** ln B(a, b) for a, b > 0. */
export function lnBeta(a: number, b: number): number {
  return lnGamma(a) + lnGamma(b) - lnGamma(a + b);
}

/** Keeps Lentz's denominators away from zero. */
const TINY = 1e-300;
/** The fraction needs about sqrt(max(a, b)) steps; this covers counts beyond 10^9. */
const MAX_STEPS = 100_000;

/** Lentz's continued fraction for the incomplete beta function, NIST DLMF 8.17.22. */
function betaFraction(x: number, a: number, b: number): number {
  const clamp = (value: number) => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / clamp(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= MAX_STEPS; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / clamp(1 + even * d);
    c = clamp(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / clamp(1 + odd * d);
    c = clamp(1 + odd / c);
    const change = d * c;
    fraction *= change;
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return fraction;
}

/** Logarithms of I_x(a, b) and of 1 - I_x(a, b), both accurate where the value itself underflows. */
export function lnIncompleteBeta(
  x: number,
  a: number,
  b: number,
): { readonly lower: number; readonly upper: number } {
  if (x <= 0) return { lower: -Infinity, upper: 0 };
  if (x >= 1) return { lower: 0, upper: -Infinity };
  const lnFront = a * Math.log(x) + b * Math.log1p(-x) - lnBeta(a, b);
  if (x < (a + 1) / (a + b + 2)) {
    const lower = Math.min(0, lnFront + Math.log(betaFraction(x, a, b)) - Math.log(a));
    return { lower, upper: lnOneMinusExp(lower) };
  }
  const upper = Math.min(0, lnFront + Math.log(betaFraction(1 - x, b, a)) - Math.log(b));
  return { lower: lnOneMinusExp(upper), upper };
}

/** ln(1 - e^x) for x <= 0. */
function lnOneMinusExp(x: number): number {
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}

/** The regularised incomplete beta function I_x(a, b). */
export function incompleteBeta(x: number, a: number, b: number): number {
  return Math.exp(lnIncompleteBeta(x, a, b).lower);
}

/** Complementary error function: the series below 2, Lentz's fraction above (DLMF 7.6.2, 7.9.2). */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let n = 1; term > sum * 1e-17; n += 1) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  let tail = x;
  for (let k = 60; k >= 1; k -= 1) tail = x + k / 2 / tail;
  return Math.exp(-x * x) / (tail * Math.sqrt(Math.PI));
}

/** Below this the asymptotic series of Mills' ratio is used: erfc itself would soon underflow. */
const LN_PHI_TAIL = -10;

/** ln Φ(x), the logarithm of the standard normal distribution function. */
export function lnNormalCdf(x: number): number {
  if (x > 5) return Math.log1p(-0.5 * erfc(x / Math.SQRT2));
  if (x > LN_PHI_TAIL) return Math.log(0.5 * erfc(-x / Math.SQRT2));
  // DLMF 7.12.1 with six terms: relative error below 1e-9 at x = -10 and falling fast.
  const u = 1 / (x * x);
  const series = 1 - u * (1 - 3 * u * (1 - 5 * u * (1 - 7 * u * (1 - 9 * u * (1 - 11 * u)))));
  return -0.5 * x * x - Math.log(-x) - HALF_LN_TWO_PI + Math.log(series);
}

/** ln Σ exp(values) without overflow; -∞ for an empty list. */
export function lnSumExp(values: readonly number[]): number {
  const max = Math.max(...values);
  if (!Number.isFinite(max)) return max;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - max);
  return max + Math.log(sum);
}
