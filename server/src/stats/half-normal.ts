// Always-valid tests of means and ratios: a half-normal mixture over effects (one-sided) or a normal one
// (two-sided). Asymptotic, so callers keep a burn-in. Source: docs/statistics.md §3 (Robbins;
// Howard et al., one-sided normal mixture).
import { bisect } from './bisect.ts';
import { lnNormalCdf } from './special.ts';

/** Smallest squared standard error that is believed. */
const VARIANCE_FLOOR = 1e-12;

export type MeanTest = {
  /** 1: harm only; 2: any difference. */
  readonly sides: 1 | 2;
  /** Squared standard error of the estimate. */
  readonly variance: number;
  /** Square of the effect worth catching. */
  readonly tauSquared: number;
};

/** ln E against "the harm-oriented difference is at most 0", at estimate `delta`. */
export function halfNormalLogE(delta: number, test: MeanTest): number {
  const variance = Math.max(test.variance, VARIANCE_FLOOR);
  const spread = variance + test.tauSquared;
  const twoSided =
    0.5 * Math.log(variance / spread) + (test.tauSquared * delta * delta) / (2 * variance * spread);
  if (test.sides === 2) return twoSided;
  const z = (delta * Math.sqrt(test.tauSquared)) / Math.sqrt(variance * spread);
  return twoSided + Math.LN2 + lnNormalCdf(z);
}

/** Half the width of the confidence sequence (two-sided), or the one-sided bound's distance. */
export function halfNormalHalfWidth(test: MeanTest, alpha: number): number {
  const variance = Math.max(test.variance, VARIANCE_FLOOR);
  const spread = variance + test.tauSquared;
  const lnThreshold = -Math.log(alpha);
  const twoSided = Math.sqrt(
    ((variance * spread) / test.tauSquared) * (Math.log(spread / variance) + 2 * lnThreshold),
  );
  if (test.sides === 2) return twoSided;
  return bisect(0, 2 * twoSided, (delta) => halfNormalLogE(delta, test) < lnThreshold);
}

/** Sums over the people of one arm: x the denominator, y the numerator of a ratio metric. */
export type RatioSums = {
  readonly n: number;
  readonly sx: number;
  readonly sy: number;
  readonly sxx: number;
  readonly syy: number;
  readonly sxy: number;
};

/** Ratio Σy/Σx and its variance by the delta method, clustered by person. */
export function ratioMoments(sums: RatioSums): {
  readonly ratio: number;
  readonly variance: number;
} {
  const { n, sx, sy } = sums;
  const ratio = sy / sx;
  const meanX = sx / n;
  const covariance = (sum: number, first: number, second: number) =>
    (sum - (first * second) / n) / (n - 1);
  const spread =
    covariance(sums.syy, sy, sy) -
    2 * ratio * covariance(sums.sxy, sx, sy) +
    ratio * ratio * covariance(sums.sxx, sx, sx);
  return { ratio, variance: spread / (n * meanX * meanX) };
}
