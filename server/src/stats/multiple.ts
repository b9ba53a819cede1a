// Several comparisons at once: p-values and intervals that keep the family's error rate.
import { normalQuantile } from './distributions.ts';
import type { Interval } from './welch.ts';

export type AdjustedPValues = {
  readonly holm: readonly number[];
  readonly bh: readonly number[];
  readonly bonferroni: readonly number[];
};

/** Holm (family-wise), Benjamini–Hochberg (false discovery rate), Bonferroni; in the order given. */
export function adjustPValues(pValues: readonly number[]): AdjustedPValues {
  const m = pValues.length;
  const order = pValues.map((p, index) => ({ p, index })).toSorted((x, y) => x.p - y.p);
  const holm: number[] = Array.from({ length: m });
  const bh: number[] = Array.from({ length: m });
  let largest = 0;
  for (const [rank, { p, index }] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (m - rank) * p));
    holm[index] = largest;
  }
  let smallest = 1;
  for (const [back, { p, index }] of order.toReversed().entries()) {
    smallest = Math.min(smallest, (m * p) / (m - back));
    bh[index] = smallest;
  }
  return { holm, bh, bonferroni: pValues.map((p) => Math.min(1, m * p)) };
}

/** Above this an interval that fits the adjusted p has no bound. */
const NO_EVIDENCE = 0.999999;

/** The interval widened until it agrees with an adjusted p-value; never narrower than it was. */
export function adjustInterval(input: {
  readonly estimate: number;
  readonly adjustedPValue: number;
  readonly ciLow: number;
  readonly ciHigh: number;
  readonly alpha: number;
}): Interval {
  const { estimate, adjustedPValue: p, ciLow, ciHigh, alpha } = input;
  if (p > NO_EVIDENCE) return { ciLow: null, ciHigh: null };
  if (estimate === 0) return { ciLow, ciHigh };
  const sd = Math.abs(estimate) / normalQuantile(1 - p / 2);
  const reach = normalQuantile(1 - alpha / 2) * sd;
  return {
    ciLow: Math.min(ciLow, estimate - reach),
    ciHigh: Math.max(ciHigh, estimate + reach),
  };
}

/** Eppo's split of alpha: a share `gamma` for the primary metric, the rest for the others. */
export function preferentialBonferroni(input: {
  readonly gamma: number;
  readonly alpha: number;
  readonly treatments: number;
  readonly metrics: number;
}): { readonly alphaPrimary: number; readonly alphaOther: number } {
  const { gamma, alpha, treatments, metrics } = input;
  return {
    alphaPrimary: (alpha * gamma) / treatments,
    alphaOther: (alpha * (1 - gamma)) / (treatments * (metrics - 1)),
  };
}
