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
  return (
    (shifted - 0.5) * Math.log(shifted) -
    shifted +
    HALF_LN_TWO_PI +
    stirlingRemainder(shifted) -
    Math.log(product)
  );
}

/** Stirling's remainder: ln Γ(x) − ((x − ½) ln x − x + ½ ln 2π), for x >= 10. */
function stirlingRemainder(x: number): number {
  const inverseSquare = 1 / (x * x);
  let series = 0;
  for (const coefficient of STIRLING.toReversed()) series = series * inverseSquare + coefficient;
  return series / x;
}

/**
 * ln B(a, b) for a, b > 0. With a large argument the differences of ln Γ are taken before they cancel:
 * ln Γ(10^7) alone has an error of 10^-8.
 */
export function lnBeta(a: number, b: number): number {
  const small = Math.min(a, b);
  const large = Math.max(a, b);
  if (large < STIRLING_FROM) return lnGamma(a) + lnGamma(b) - lnGamma(a + b);
  const remainder = stirlingRemainder(large) - stirlingRemainder(a + b);
  if (small < STIRLING_FROM) {
    const ratio =
      small - (large - 0.5) * Math.log1p(small / large) - small * Math.log(a + b) + remainder;
    return lnGamma(small) + ratio;
  }
  return (
    HALF_LN_TWO_PI -
    0.5 * Math.log(small) -
    (large - 0.5) * Math.log1p(small / large) -
    small * Math.log1p(large / small) +
    stirlingRemainder(small) +
    remainder
  );
}

/** e − ln(1 + e), without the cancellation near 0. */
function logGap(e: number): number {
  if (Math.abs(e) > 0.5) return e - Math.log1p(e);
  const r = e / (2 + e);
  let power = r * r * r;
  let sum = 0;
  for (let k = 3; ; k += 2) {
    const next = sum + power / k;
    if (next === sum) return r * e - 2 * sum;
    sum = next;
    power *= r * r;
  }
}

/**
 * ln of x^a y^b / B(a, b), y = 1 − x. For two large shapes the exponent is the gap to its maximum (Didonato
 * & Morris, ACM TOMS 708, BRCOMP): its terms alone are of the size of the shapes.
 */
function lnBetaFront(x: number, y: number, a: number, b: number): number {
  if (Math.min(a, b) < STIRLING_FROM) {
    const lnX = x < 0.5 ? Math.log(x) : Math.log1p(-y);
    const lnY = y < 0.5 ? Math.log(y) : Math.log1p(-x);
    return a * lnX + b * lnY - lnBeta(a, b);
  }
  const distance = betaDistance(x, y, a, b);
  const gap = a * logGap(-distance / a) + b * logGap(distance / b);
  const correction = stirlingRemainder(a) + stirlingRemainder(b) - stirlingRemainder(a + b);
  return 0.5 * (Math.log(a) - Math.log1p(a / b)) - HALF_LN_TWO_PI - gap - correction;
}

/** The fraction needs about sqrt(max(a, b)) steps; this covers counts beyond 10^9. */
const MAX_STEPS = 100_000;

/**
 * I_x(a, b) B(a, b) / (x^a y^b) for x <= a/(a + b): the even part of the continued fraction DLMF 8.17.22,
 * written in the distance to the mean (Didonato & Morris, ACM TOMS 708, BFRAC), so that nothing cancels
 * where x is close to 1.
 */
function betaFraction(x: number, y: number, a: number, b: number): number {
  const offset = 1 + betaDistance(x, y, a, b);
  const scale = 1 + 1 / a;
  let p = 1;
  let s = a + 1;
  let [before, current, denominator] = [0, 1, 1];
  let last = offset / scale;
  let value = scale / offset;
  for (let n = 1; n <= MAX_STEPS; n += 1) {
    const t = n / a;
    const w = n * (b - n) * x;
    const alpha = p * (p + b / a) * (a / s) ** 2 * w * x;
    const beta = n + w / s + ((1 + t) / (scale + 2 * t)) * (offset + n * (1 + y));
    p = 1 + t;
    s += 2;
    const numerator = alpha * before + beta * current;
    const next = alpha * denominator + beta * last;
    const changed = numerator / next;
    const isSettled = Math.abs(changed - value) <= 1e-16 * changed;
    value = changed;
    if (isSettled) break;
    [before, current, denominator, last] = [current / next, value, last / next, 1];
  }
  return value;
}

/** a − (a + b) x, from whichever of x and y is the smaller and therefore the more exact. */
function betaDistance(x: number, y: number, a: number, b: number): number {
  return x <= y ? a - (a + b) * x : (a + b) * y - b;
}

/**
 * Logarithms of I_x(a, b) and of 1 - I_x(a, b), both accurate where the value itself underflows. `y` is
 * 1 - x, for callers that know it better than a subtraction does.
 */
export function lnIncompleteBeta(
  x: number,
  a: number,
  b: number,
  y: number = 1 - x,
): { readonly lower: number; readonly upper: number } {
  if (x <= 0) return { lower: -Infinity, upper: 0 };
  if (y <= 0) return { lower: 0, upper: -Infinity };
  const lnFront = lnBetaFront(x, y, a, b);
  if (betaDistance(x, y, a, b) >= 0) {
    const lower = Math.min(0, lnFront + Math.log(betaFraction(x, y, a, b)));
    return { lower, upper: lnOneMinusExp(lower) };
  }
  const upper = Math.min(0, lnFront + Math.log(betaFraction(y, x, b, a)));
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

/** e^(x²) erfc(x) for x >= 2, by Lentz's fraction (DLMF 7.9.2); never underflows. */
function scaledErfc(x: number): number {
  let tail = x;
  for (let k = 60; k >= 1; k -= 1) tail = x + k / 2 / tail;
  return 1 / (tail * Math.sqrt(Math.PI));
}

/** Complementary error function: the series below 2 (DLMF 7.6.2), the fraction above. */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x >= 2) return Math.exp(-x * x) * scaledErfc(x);
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** From here on the scaled function is used: erfc itself would soon underflow. */
const NORMAL_TAIL = 3;

/** ln Φ(x), the logarithm of the standard normal distribution function. */
export function lnNormalCdf(x: number): number {
  if (x > 5) return Math.log1p(-0.5 * erfc(x / Math.SQRT2));
  if (x > -NORMAL_TAIL) return Math.log(0.5 * erfc(-x / Math.SQRT2));
  return -0.5 * x * x + Math.log(0.5 * scaledErfc(-x / Math.SQRT2));
}

/** Mills' ratio (1 − Φ(x)) / φ(x) for x >= 3. */
export function millsRatio(x: number): number {
  return Math.sqrt(Math.PI / 2) * scaledErfc(x / Math.SQRT2);
}

/** ln Σ exp(values) without overflow; -∞ for an empty list. */
export function lnSumExp(values: readonly number[]): number {
  const max = Math.max(...values);
  if (!Number.isFinite(max)) return max;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - max);
  return max + Math.log(sum);
}
