// Tests of one share of people against a fixed limit: absolute guardrail limits, and stages of named
// people that have no randomised control. Source: docs/statistics.md §2 (Beta mixture, truncated
// to the side under test).
import { bisect } from './bisect.ts';
import { lnBeta, lnIncompleteBeta } from './special.ts';

/** Beta prior of the share; 1, 1 is uniform. */
export type BetaPrior = { readonly a: number; readonly b: number };
const UNIFORM: BetaPrior = { a: 1, b: 1 };

/** `events` people of `n` had the outcome. */
export type Share = { readonly events: number; readonly n: number };

/**
 * ln E against "the share is at most p0" (side up) or "at least p0" (side down), valid at every look.
 * p0 lies strictly between 0 and 1.
 */
export function oneSampleLogE(
  share: Share,
  test: { readonly p0: number; readonly side: 'up' | 'down'; readonly prior?: BetaPrior },
): number {
  const { a, b } = test.prior ?? UNIFORM;
  const misses = share.n - share.events;
  const tail = test.side === 'up' ? 'upper' : 'lower';
  const posterior =
    lnBeta(a + share.events, b + misses) +
    lnIncompleteBeta(test.p0, a + share.events, b + misses)[tail];
  const prior = lnBeta(a, b) + lnIncompleteBeta(test.p0, a, b)[tail];
  return posterior - prior - lnLikelihood(share, test.p0);
}

function lnLikelihood(share: Share, p: number): number {
  return share.events * Math.log(p) + (share.n - share.events) * Math.log1p(-p);
}

/** Confidence sequence of one share: covers the truth at all times with probability 1 - alpha. */
export function bernoulliInterval(
  share: Share,
  options: { readonly alpha: number; readonly prior?: BetaPrior },
): { readonly lower: number; readonly upper: number } {
  const { a, b } = options.prior ?? UNIFORM;
  const mixture = lnBeta(a + share.events, b + share.n - share.events) - lnBeta(a, b);
  const limit = -Math.log(options.alpha);
  const isInside = (p: number) => mixture - lnLikelihood(share, p) < limit;
  const centre = share.n === 0 ? 0.5 : share.events / share.n;
  return {
    lower: share.events === 0 ? 0 : bisect(centre, 0, isInside),
    upper: share.events === share.n ? 1 : bisect(centre, 1, isInside),
  };
}
