// Distribution functions and quantiles of the normal, Student's t, beta and chi-squared distributions,
// accurate in both tails (relative error 1e-12): a p-value of 1e-100 is not 0.
import { bisect } from './bisect.ts';
import { erfc, lnGamma, lnIncompleteBeta, lnNormalCdf } from './special.ts';

const SQRT_TWO_PI = Math.sqrt(2 * Math.PI);

/** Φ(z). */
export function normalCdf(z: number): number {
  return 0.5 * erfc(-z / Math.SQRT2);
}

/** φ(z). */
export function normalPdf(z: number): number {
  return Math.exp(-0.5 * z * z) / SQRT_TWO_PI;
}

/** Newton's steps below come from the left and end after some 10; this only ends NaN. */
const MAX_STEPS = 100;

/** The z with Φ(z) = p; ∓∞ at 0 and 1. */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p === 0) return -Infinity;
  // Φ(z) <= ½ e^(−z²/2) for z <= 0, so this starts below the answer; ln Φ is concave, so Newton's
  // method climbs to it without ever passing it.
  const lnP = Math.log(p);
  let z = -Math.sqrt(-2 * (lnP + Math.LN2));
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const lnCdf = lnNormalCdf(z);
    const lnSlope = -0.5 * z * z - Math.log(SQRT_TWO_PI) - lnCdf;
    const next = z + (lnP - lnCdf) * Math.exp(-lnSlope);
    if (Math.abs(next - z) <= 1e-15 * Math.abs(z)) return next;
    z = next;
  }
  return z;
}

/** P(T > t) with `df` degrees of freedom (any positive number; Infinity is the normal distribution). */
export function tSf(t: number, df: number): number {
  if (df === Infinity) return normalCdf(-t);
  const square = t * t;
  const x = df / (df + square);
  const half = 0.5 * Math.exp(lnIncompleteBeta(x, df / 2, 0.5, square / (df + square)).lower);
  return t >= 0 ? half : 1 - half;
}

/** P(T <= t). */
export function tCdf(t: number, df: number): number {
  return tSf(-t, df);
}

/** The t with P(T <= t) = p, for 0 < p < 1. */
export function tQuantile(p: number, df: number): number {
  if (p > 0.5) return -tQuantile(1 - p, df);
  if (p === 0.5) return 0;
  if (df === Infinity) return normalQuantile(p);
  let far = 1;
  while (tSf(far, df) > p) far *= 2;
  return -bisect(0, far, (t) => tSf(t, df) > p);
}

/** The x with I_x(a, b) = p, for 0 < p < 1. */
export function betaQuantile(p: number, a: number, b: number): number {
  const lnP = Math.log(p);
  return bisect(0, 1, (x) => lnIncompleteBeta(x, a, b).lower < lnP);
}

/** P(X > x) of chi-squared with `df` degrees of freedom: the upper incomplete gamma function. */
export function chiSquaredSf(x: number, df: number): number {
  if (x <= 0) return 1;
  const a = df / 2;
  const half = x / 2;
  const front = Math.exp(a * Math.log(half) - half - lnGamma(a));
  return half < a + 1 ? 1 - front * gammaSeries(half, a) : front * gammaFraction(half, a);
}

/** Σ x^n Γ(a)/Γ(a+1+n), DLMF 8.7.1. */
function gammaSeries(x: number, a: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; term > sum * 1e-17; n += 1) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/** The continued fraction of Γ(a, x) x^−a e^x, DLMF 8.9.2, by Lentz's method. */
function gammaFraction(x: number, a: number): number {
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < 10_000; n += 1) {
    const step = -n * (n - a);
    b += 2;
    d = 1 / (step * d + b);
    c = b + step / c;
    const change = c * d;
    fraction *= change;
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return fraction;
}
