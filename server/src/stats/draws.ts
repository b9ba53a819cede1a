// Random draws of a simulated world, all from one stream of uniform numbers.
import type { Rng } from '#kernel/rng';
import { normalQuantile } from './distributions.ts';

/** Successes in `n` trials of chance `p`, exactly: by the gaps between successes, so that rare ones are quick. */
export function drawBinomial(rng: Rng, n: number, p: number): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - drawBinomial(rng, n, 1 - p);
  const lnMiss = Math.log1p(-p);
  let successes = -1;
  for (let trial = 0; trial <= n; successes += 1) {
    trial += Math.floor(Math.log(1 - rng()) / lnMiss) + 1;
  }
  return successes;
}

/** How `n` fall into classes of these chances, which sum to 1. */
export function drawMultinomial(rng: Rng, n: number, chances: readonly number[]): number[] {
  let left = n;
  let rest = 1;
  return chances.map((chance, index) => {
    const isLast = index === chances.length - 1;
    const drawn = isLast ? left : drawBinomial(rng, left, Math.min(1, chance / rest));
    left -= drawn;
    rest -= chance;
    return drawn;
  });
}

/** From here on a Poisson is drawn as the rounded normal that it nearly is. */
const NORMAL_FROM = 50;

export function drawPoisson(rng: Rng, mean: number): number {
  if (mean >= NORMAL_FROM) {
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * drawNormal(rng)));
  }
  const end = Math.exp(-mean);
  let count = 0;
  for (let product = rng(); product > end; product *= rng()) count += 1;
  return count;
}

/** Box and Muller; one of the pair is thrown away. */
export function drawNormal(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng());
}

/** Waiting time of this mean. */
export function drawExponential(rng: Rng, mean: number): number {
  return -mean * Math.log(1 - rng());
}

/** Marsaglia and Tsang, ACM TOMS 26 (2000): scale 1. */
function drawGamma(rng: Rng, shape: number): number {
  if (shape < 1) return drawGamma(rng, shape + 1) * (1 - rng()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(rng);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - rng()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Events of one person: Poisson, or Gamma–Poisson whose variance is `phi` times its mean. */
export function drawCount(rng: Rng, mean: number, phi: number): number {
  if (phi <= 1) return drawPoisson(rng, mean);
  return drawPoisson(rng, drawGamma(rng, mean / (phi - 1)) * (phi - 1));
}

/** Chance that {@link drawCount} is not 0. */
export function chanceOfAny(mean: number, phi: number): number {
  return phi <= 1 ? -Math.expm1(-mean) : -Math.expm1((-mean / (phi - 1)) * Math.log(phi));
}

/** Parameters of the logarithm. */
export type Lognormal = { readonly mu: number; readonly sigma: number };

export function lognormalOf({
  mean,
  sd,
}: {
  readonly mean: number;
  readonly sd: number;
}): Lognormal {
  const variance = Math.log1p((sd / mean) ** 2);
  return { mu: Math.log(mean) - variance / 2, sigma: Math.sqrt(variance) };
}

export function drawLognormal(rng: Rng, { mu, sigma }: Lognormal): number {
  return Math.exp(mu + sigma * drawNormal(rng));
}

export function lognormalQuantile({ mu, sigma }: Lognormal, level: number): number {
  return Math.exp(mu + sigma * normalQuantile(level));
}
