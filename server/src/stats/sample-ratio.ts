// Sequential test of the sample ratio: are people arriving in the arms in the planned shares? A
// treatment that breaks before it reports shows up here first. Source: Lindon & Malek, arXiv
// 2011.03567, with the concentration rule of docs/statistics.md §4.
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
