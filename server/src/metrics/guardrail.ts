// What a guardrail is and what its numbers say: evidence, intervals and a band. Combining guardrails
// into one verdict is verdict.ts; counting people is metrics.query.ts.
import { bernoulliInterval, oneSampleLogE } from '#stats/one-sample';
import {
  coarsen,
  type RateBucket,
  rateLogE,
  rateRatioEstimate,
  rateRatioInterval,
  rateSafeLogE,
  sumBuckets,
} from '#stats/rate';

/** Two yellow guardrails of different families count as red. */
export const GUARDRAIL_FAMILIES = ['errors', 'speed', 'behaviour', 'business'] as const;
export type GuardrailFamily = (typeof GUARDRAIL_FAMILIES)[number];

export const EVENT_OPERATORS = [
  'exact',
  'is_not',
  'icontains',
  'not_icontains',
  'is_set',
  'is_not_set',
  'gt',
  'gte',
  'lt',
  'lte',
] as const;
export type EventOperator = (typeof EVENT_OPERATORS)[number];

/** Narrows the events that count to those whose property compares so. */
export type EventFilter = {
  readonly key: string;
  readonly operator: EventOperator;
  readonly value: string | number | boolean | readonly (string | number | boolean)[] | null;
};

/** The share of exposed people with at least one such event, and what share would be harm. */
export type Guardrail = {
  readonly id: string;
  readonly family: GuardrailFamily;
  readonly event: string;
  readonly filters: readonly EventFilter[];
  /** The direction that is harm. */
  readonly harm: 'up' | 'down';
  /** Ratio to control from which people should look, and from which the change is taken back. */
  readonly ratio: { readonly yellow: number; readonly red: number };
  /** The same as shares of treatment people (0 to 1), without regard to control. */
  readonly absolute: { readonly yellow: number; readonly red: number } | null;
  /** Below this many people hurt the ratio alone is never red; the absolute limit needs no such number. */
  readonly minAffectedPeople: number;
  /** What promotion asks of it: proof that it is safe, or only that no harm shows. */
  readonly require: 'safe' | 'no_harm';
};

/** Against control, or against fixed limits where nobody is a randomised control. */
export type Comparison = 'ratio' | 'absolute';

/** Evidence against fixed limits, as natural logarithms of e-values. */
export type AbsoluteEvidence = {
  readonly lnERed: number;
  readonly lnEYellow: number;
  readonly lnESafe: number;
  /** The control arm breaks the limit too, so that it says nothing about the change. */
  readonly isRedMuted: boolean;
  readonly isYellowMuted: boolean;
};

/** All numbers of one guardrail at one look. Limits that the data does not set are null. */
export type Evidence = {
  /** People in treatment and control, and how many of them had the outcome. */
  readonly counts: RateBucket;
  readonly ratio: number | null;
  readonly ratioInterval: { readonly lower: number; readonly upper: number | null } | null;
  readonly treatmentInterval: { readonly lower: number; readonly upper: number } | null;
  /** ln E against "no harm", of this stage alone. */
  readonly lnE: number;
  /** ln E against "the red ratio or worse". */
  readonly lnESafe: number;
  readonly absolute: AbsoluteEvidence | null;
};

/** Relative change that the harm test of a guardrail is tuned to: its red ratio. */
function worthCatching(guardrail: Guardrail): number {
  return Math.abs(guardrail.ratio.red - 1);
}

/** Computes the evidence of one guardrail from its buckets. Confidence is 1 - alpha. */
export function weighEvidence(
  guardrail: Guardrail,
  buckets: readonly RateBucket[],
  comparison: Comparison,
  alpha: number,
): Evidence {
  const counts = sumBuckets(buckets);
  const absolute = absoluteEvidence(guardrail, counts, comparison);
  const share = { events: counts.a, n: counts.nT };
  const treatmentInterval = counts.nT > 0 ? bernoulliInterval(share, { alpha }) : null;
  if (comparison === 'absolute') {
    const nothing = { ratio: null, ratioInterval: null, lnE: 0, lnESafe: 0 };
    return { counts, treatmentInterval, absolute, ...nothing };
  }
  const { red } = guardrail.ratio;
  const ratio = rateRatioEstimate(counts);
  return {
    counts,
    treatmentInterval,
    absolute,
    ratio,
    ratioInterval: ratio === null ? null : intervalOf(guardrail, buckets, alpha),
    lnE: rateLogE(buckets, { r0: 1, direction: guardrail.harm, mde: worthCatching(guardrail) }),
    lnESafe: rateSafeLogE(buckets, { red, harm: guardrail.harm }),
  };
}

/** The interval is for people to read, and costs a hundred times the evidence itself. */
const MAX_INTERVAL_BUCKETS = 240;

function intervalOf(guardrail: Guardrail, buckets: readonly RateBucket[], alpha: number) {
  const harm = worthCatching(guardrail);
  const relief = Math.abs(1 / guardrail.ratio.red - 1);
  const [mdeUp, mdeDown] = guardrail.harm === 'up' ? [harm, relief] : [relief, harm];
  const coarse = coarsen(buckets, MAX_INTERVAL_BUCKETS);
  const { lower, upper } = rateRatioInterval(coarse, { alpha, mdeUp, mdeDown });
  return { lower, upper: Number.isFinite(upper) ? upper : null };
}

function absoluteEvidence(
  guardrail: Guardrail,
  counts: RateBucket,
  comparison: Comparison,
): AbsoluteEvidence | null {
  const limits = guardrail.absolute;
  if (limits === null) return null;
  const share = { events: counts.a, n: counts.nT };
  const side = guardrail.harm;
  const isMuted = (limit: number) =>
    comparison === 'ratio' && counts.nC > 0 && isBeyond(guardrail, counts.b / counts.nC, limit);
  return {
    lnERed: oneSampleLogE(share, { p0: limits.red, side }),
    lnEYellow: oneSampleLogE(share, { p0: limits.yellow, side }),
    lnESafe: oneSampleLogE(share, { p0: limits.red, side: side === 'up' ? 'down' : 'up' }),
    isRedMuted: isMuted(limits.red),
    isYellowMuted: isMuted(limits.yellow),
  };
}

/** True when `value` has reached `limit` in the direction of harm. */
export function isBeyond(guardrail: Guardrail, value: number, limit: number): boolean {
  return guardrail.harm === 'up' ? value >= limit : value <= limit;
}

/**
 * Treatment people hurt so far: those with the outcome where more is harm; where less is harm, those
 * who would have been expected to have it (a loss leaves no event behind to count).
 */
export function affectedPeople(guardrail: Guardrail, counts: RateBucket): number {
  if (guardrail.harm === 'up') return counts.a;
  const expectedShare = counts.nC > 0 ? counts.b / counts.nC : (guardrail.absolute?.red ?? 0);
  return counts.nT * expectedShare;
}
