// The rate e-process: evidence that a share of people differs between two arms, valid however often one
// looks, at tiny counts and at any split of traffic. People are bucketed by when they entered, so the
// hour of the day cannot pass for an effect. Source: docs/statistics.md §1 (Ville's inequality on
// a mixture of conditional binomial likelihood ratios).
import { bisect } from './bisect.ts';
import { lnSumExp } from './special.ts';

/** People who entered in one bucket of time, and how many of them had the outcome so far. */
export type RateBucket = {
  /** Treatment people. */
  readonly nT: number;
  /** Control people. */
  readonly nC: number;
  /** Treatment people with the outcome. */
  readonly a: number;
  /** Control people with the outcome. */
  readonly b: number;
};

/** Which change of the rate is tested for. */
export type RateDirection = 'up' | 'down';

export type RateTest = {
  /** Null ratio of the rates, treatment over control. */
  readonly r0: number;
  readonly direction: RateDirection;
  /** Relative change worth catching: 1 is a doubling (up), 0.1 a loss of a tenth (down). */
  readonly mde: number;
};

/** Multiples of the worthwhile change, and their shares of the 95 % that the grid weighs. */
const GRID = [
  { multiple: 0.4, share: 0.15 },
  { multiple: 0.75, share: 0.22 },
  { multiple: 1.1, share: 0.25 },
  { multiple: 1.6, share: 0.18 },
  { multiple: 2.2, share: 0.12 },
  { multiple: 3, share: 0.08 },
] as const;
const GRID_WEIGHT = 0.95;
/** One far alternative finds catastrophes within a few people. */
const CATASTROPHE = { up: 10, down: 0.2, weight: 0.05 } as const;

/** Alternatives of the mixture: ratio r_j and weight w_j; the weights sum to 1. */
export function rateGrid(test: RateTest): { ratio: number; weight: number }[] {
  const step = test.direction === 'up' ? Math.log1p(test.mde) : Math.log1p(-test.mde);
  const grid = GRID.map(({ multiple, share }) => ({
    ratio: test.r0 * Math.exp(multiple * step),
    weight: GRID_WEIGHT * share,
  }));
  return [...grid, { ratio: test.r0 * CATASTROPHE[test.direction], weight: CATASTROPHE.weight }];
}

/** Only buckets with people in both arms and at least one outcome say anything about the ratio. */
type Term = { readonly a: number; readonly s: number; readonly q: number };

function termsOf(buckets: readonly RateBucket[]): Term[] {
  return buckets
    .filter((k) => k.nT > 0 && k.nC > 0 && k.a + k.b > 0)
    .map((k) => ({ a: k.a, s: k.a + k.b, q: k.nC / k.nT }));
}

function lnE(terms: readonly Term[], test: RateTest): number {
  let events = 0;
  for (const term of terms) events += term.a;
  return lnSumExp(
    rateGrid(test).map(({ ratio, weight }) => {
      let expected = 0;
      for (const { s, q } of terms) expected += s * Math.log1p((ratio - test.r0) / (test.r0 + q));
      return Math.log(weight) + events * Math.log(ratio / test.r0) - expected;
    }),
  );
}

/**
 * ln E against "the ratio of the rates is at most r0" (direction up) or "at least r0" (down). Under the
 * null, the chance that E ever reaches 1/alpha is at most alpha. No data gives 0.
 */
export function rateLogE(buckets: readonly RateBucket[], test: RateTest): number {
  return lnE(termsOf(buckets), test);
}

/**
 * ln E against "the harm is at least `red`": large when the treatment is shown to be safe. `red` is a
 * ratio above 1 where more is harm (`harm` up), below 1 where less is harm (`harm` down).
 */
export function rateSafeLogE(
  buckets: readonly RateBucket[],
  safe: { readonly red: number; readonly harm: RateDirection },
): number {
  return safe.harm === 'up'
    ? rateLogE(buckets, { r0: safe.red, direction: 'down', mde: 1 - 1 / safe.red })
    : rateLogE(buckets, { r0: safe.red, direction: 'up', mde: 1 / safe.red - 1 });
}

/** Step of ln r with which the limits are bracketed. */
const OUTWARD_STEP = 0.25;
/** Ratios beyond e^±15 (three millionths, three millions) count as no limit at all. */
const WIDEST_LN_RATIO = 15;

/** `upper` is Infinity where the data set no upper limit. */
export type RatioInterval = { readonly lower: number; readonly upper: number };

/** Confidence sequence of the ratio of the rates: covers the truth at all times with 1 - alpha. */
export function rateRatioInterval(
  buckets: readonly RateBucket[],
  options: { readonly alpha: number; readonly mdeUp: number; readonly mdeDown: number },
): RatioInterval {
  const terms = termsOf(buckets);
  const totals = sumBuckets(buckets);
  if (terms.length === 0) return { lower: 0, upper: Infinity };
  const limit = -Math.log(options.alpha);
  const isInside = (lnRatio: number) => {
    const r0 = Math.exp(lnRatio);
    const up = lnE(terms, { r0, direction: 'up', mde: options.mdeUp });
    const down = lnE(terms, { r0, direction: 'down', mde: options.mdeDown });
    return lnSumExp([up, down]) - Math.LN2 < limit;
  };
  const centre = Math.log((totals.a + 0.5) / totals.nT / ((totals.b + 0.5) / totals.nC));
  const limitTowards = (sign: 1 | -1) => {
    for (let reach = OUTWARD_STEP; reach <= WIDEST_LN_RATIO; reach += OUTWARD_STEP) {
      const outer = centre + sign * reach;
      if (!isInside(outer)) return Math.exp(bisect(outer - sign * OUTWARD_STEP, outer, isInside));
    }
    return sign === 1 ? Infinity : 0;
  };
  return { lower: totals.a === 0 ? 0 : limitTowards(-1), upper: limitTowards(1) };
}

/** Counts over all buckets. */
export function sumBuckets(buckets: readonly RateBucket[]): RateBucket {
  const sum = { nT: 0, nC: 0, a: 0, b: 0 };
  for (const bucket of buckets) {
    sum.nT += bucket.nT;
    sum.nC += bucket.nC;
    sum.a += bucket.a;
    sum.b += bucket.b;
  }
  return sum;
}

/** At most `limit` buckets, neighbours merged: coarser in time, for display where speed matters. */
export function coarsen(buckets: readonly RateBucket[], limit: number): RateBucket[] {
  const size = Math.max(1, Math.ceil(buckets.length / limit));
  const groups = Math.ceil(buckets.length / size);
  return Array.from({ length: groups }, (_, i) =>
    sumBuckets(buckets.slice(i * size, (i + 1) * size)),
  );
}

/** Treatment rate over control rate; null while it has no meaning (no people, or no outcome at all). */
export function rateRatioEstimate(counts: RateBucket): number | null {
  if (counts.nT === 0 || counts.nC === 0 || counts.a + counts.b === 0) return null;
  // Half an event instead of none keeps the ratio finite.
  const control = (counts.b === 0 ? 0.5 : counts.b) / counts.nC;
  return counts.a / counts.nT / control;
}
