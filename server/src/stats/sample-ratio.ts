// Sequential test of the sample ratio: are people arriving in the arms in the planned shares? A
// treatment that breaks before it reports shows up here first. Source: Lindon & Malek, arXiv
// 2011.03567, with the concentration rule of docs/statistics.md §4.
import { chiSquaredSf } from './distributions.ts';
import { lnGamma } from './special.ts';

/** Standard deviation of the prior, as a fraction of the smallest arm's share. */
const PRIOR_SPREAD = 0.1;

/** Dirichlet concentration for planned `shares` (fractions that sum to 1). */
export function sampleRatioConcentration(shares: readonly number[]): number {
  const smallest = Math.min(...shares);
  return (1 - smallest) / (smallest * PRIOR_SPREAD * PRIOR_SPREAD);
}

/** ln E against "people arrive in the planned shares"; `counts` and `shares` in the same order. */
export function sampleRatioLogE(
  counts: readonly number[],
  shares: readonly number[],
  concentration: number = sampleRatioConcentration(shares),
): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let result = lnGamma(concentration) - lnGamma(concentration + total);
  for (const [i, count] of counts.entries()) {
    const share = shares[i] ?? 0;
    const prior = concentration * share;
    result += lnGamma(prior + count) - lnGamma(prior) - count * Math.log(share);
  }
  return result;
}

/** Pearson's test at a fixed horizon; arms of weight 0 take no part. Weights need not sum to 1. */
export function sampleRatioChiSquared(
  observed: readonly number[],
  weights: readonly number[],
): { readonly chiSquared: number; readonly df: number; readonly pValue: number } {
  const arms = observed
    .map((count, i) => ({ count, weight: weights[i] ?? 0 }))
    .filter(({ weight }) => weight > 0);
  const total = arms.reduce((sum, { count }) => sum + count, 0);
  const whole = arms.reduce((sum, { weight }) => sum + weight, 0);
  let chiSquared = 0;
  for (const { count, weight } of arms) {
    const expected = (total * weight) / whole;
    chiSquared += (count - expected) ** 2 / expected;
  }
  const df = arms.length - 1;
  return { chiSquared, df, pValue: chiSquaredSf(chiSquared, df) };
}

export type SampleRatioLook = {
  readonly logBayesFactor: number;
  /** Always valid: the smallest 1/E so far. */
  readonly pValue: number;
  readonly posteriorProbability: number;
};

/** The sequential test after each batch of new units. */
export function sampleRatioLooks(
  batches: readonly (readonly number[])[],
  shares: readonly number[],
  concentration: number,
): SampleRatioLook[] {
  const counts = shares.map(() => 0);
  let pValue = 1;
  return batches.map((batch) => {
    for (const [i, count] of batch.entries()) counts[i] = (counts[i] ?? 0) + count;
    const logBayesFactor = sampleRatioLogE(counts, shares, concentration);
    pValue = Math.min(pValue, Math.exp(-logBayesFactor));
    return { logBayesFactor, pValue, posteriorProbability: 1 / (1 + Math.exp(-logBayesFactor)) };
  });
}
