// Exact tests and intervals for few affected people: what happened to a of n with a change, and to b of m without.
import { betaQuantile } from './distributions.ts';
import { lnBeta } from './special.ts';

/** Affected and all people of two arms. */
export type TwoArms = {
  readonly a: number;
  readonly nT: number;
  readonly b: number;
  readonly nC: number;
};

/** ln of the binomial coefficient n over k. */
const lnChoose = (n: number, k: number): number =>
  k === 0 || k === n ? 0 : -Math.log(n + 1) - lnBeta(k + 1, n - k + 1);

/** Further terms of the tail are below the precision of a double. */
const NEGLIGIBLE = 1e-17;

/**
 * Fisher's exact test, one-sided: how likely it is that at least `a` of the `a + b` affected people are among the `nT`,
 * if being affected had nothing to do with the change (hypergeometric tail; Fisher 1935, Agresti 2013 §3.5).
 */
export function fisherGreater({ a, nT, b, nC }: TwoArms): number {
  const affected = a + b;
  const most = Math.min(affected, nT);
  let term = Math.exp(lnChoose(nT, a) + lnChoose(nC, b) - lnChoose(nT + nC, affected));
  let tail = 0;
  for (let x = a; x <= most; x += 1) {
    tail += term;
    if (term < NEGLIGIBLE * tail) break;
    // The ratio of neighbouring probabilities of the hypergeometric distribution.
    term *= ((nT - x) * (affected - x)) / ((x + 1) * (nC - affected + x + 1));
  }
  return Math.min(1, tail);
}

/** `upper` is Infinity where nobody without the change is affected. */
export type ExactInterval = { readonly lower: number; readonly upper: number };

/**
 * Interval of the ratio of both rates that covers it with at least 1 - alpha, however few are affected: given their
 * number, those with the change are binomial (Przyborowski & Wilenski 1940), with the limits of Clopper & Pearson 1934.
 * It takes counts as Poisson, which is too wide rather than too narrow where many are affected.
 */
export function exactRatioInterval({ a, nT, b, nC }: TwoArms, alpha: number): ExactInterval {
  if (nT === 0 || nC === 0 || a + b === 0) return { lower: 0, upper: Infinity };
  const oddsOf = (share: number) => (share / (1 - share)) * (nC / nT);
  return {
    lower: a === 0 ? 0 : oddsOf(betaQuantile(alpha / 2, a, b + 1)),
    upper: b === 0 ? Infinity : oddsOf(betaQuantile(1 - alpha / 2, a + 1, b)),
  };
}
