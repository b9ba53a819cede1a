// The interval of a relative effect by Fieller's theorem: it excludes 0 exactly when the absolute test rejects,
// so p-value, interval and badge never contradict each other. The delta method's interval does, and loses
// up to four times too often at small baselines (docs/statistics.md §8).
import type { Contrast } from './contrast.ts';

export type FiellerInterval = {
  readonly estimate: number;
  /** How noisy the baseline is; from 1 on there is no bounded relative interval. */
  readonly g: number;
  readonly bounded: boolean;
  readonly ciLow: number | null;
  readonly ciHigh: number | null;
};

/** @param multiplier standard errors that the absolute interval reaches: a t quantile or a sequential one. */
export function fiellerInterval(contrast: Contrast, multiplier: number): FiellerInterval {
  const { difference, variance, baselineVariance, covariance } = contrast;
  const baseline = Math.abs(contrast.baseline);
  const estimate = difference / baseline;
  const square = multiplier * multiplier;
  const g = (square * baselineVariance) / (baseline * baseline);
  if (!(g < 1)) return { estimate, g, bounded: false, ciLow: null, ciHigh: null };
  const curve = baseline * baseline - square * baselineVariance;
  const middle = difference * baseline - square * covariance;
  const reach = Math.sqrt(
    Math.max(0, middle * middle - curve * (difference * difference - square * variance)),
  );
  return {
    estimate,
    g,
    bounded: true,
    ciLow: (middle - reach) / curve,
    ciHigh: (middle + reach) / curve,
  };
}
