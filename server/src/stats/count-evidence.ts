// One-sided evidence that a rare bad outcome is commoner with the new version, from counts of affected units
// alone: a beta mixture over the share of outcomes, truncated to shares beyond the null (after Lindon &
// Malek, arXiv 2011.03567; docs/statistics.md §8). Valid at every look.
import { lnBeta, lnIncompleteBeta } from './special.ts';

/** Weight of the mixture: how many outcomes it is worth. */
const CONCENTRATION = 10;

export type OutcomeCounts = {
  readonly treatmentEvents: number;
  readonly controlEvents: number;
  /** Share of outcomes that fall on the treatment when nothing is wrong, 0 to 1. */
  readonly nullShare: number;
  readonly concentration?: number;
};

/** ln E and the p-value min(1, 1/E); harm when E >= 1/alpha. */
export function countEvidence(counts: OutcomeCounts): {
  readonly logE: number;
  readonly pValue: number;
} {
  const { treatmentEvents: k, controlEvents: m, nullShare, concentration = CONCENTRATION } = counts;
  const a = nullShare * concentration;
  const b = (1 - nullShare) * concentration;
  const logE =
    lnBeta(a + k, b + m) -
    lnBeta(a, b) -
    k * Math.log(nullShare) -
    m * Math.log1p(-nullShare) +
    lnIncompleteBeta(nullShare, a + k, b + m).upper -
    lnIncompleteBeta(nullShare, a, b).upper;
  return { logE, pValue: Math.min(1, Math.exp(-logE)) };
}
