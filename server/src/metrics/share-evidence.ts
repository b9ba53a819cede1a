// Evidence from shares of people: by the rate e-process, and by the half-normal mixture where the share is common or
// the bands are percentage points. Source: docs/statistics.md §1 to §3.
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
import { type ArmMean, contrastEvidence } from './contrast-evidence.ts';
import type { AbsoluteEvidence, ArmValue, Compared, Limits } from './evidence.ts';
import { type Bands, type Guardrail, isBeyond, type Scale } from './guardrail.ts';

/** One arm's share with the shares that are plausible. */
export function shareValue(events: number, n: number, alpha: number | null): ArmValue {
  if (n === 0) return { value: null, interval: null };
  const interval = alpha === null ? null : bernoulliInterval({ events, n }, { alpha });
  return { value: events / n, interval };
}

/** Shares of both arms against each other. */
export function compareShares(
  { harm, isCommon }: Pick<Guardrail, 'harm' | 'isCommon'>,
  bands: Bands & { readonly scale: Scale },
  buckets: readonly RateBucket[],
  alpha: number | null,
): Compared {
  const counts = sumBuckets(buckets);
  if (isCommon || bands.scale === 'difference') {
    const isMature = isMatureShare(counts);
    const { treatment, control } = shareMeans(counts);
    const contrast = contrastEvidence(treatment, control, { ...bands, harm }, alpha);
    return isMature ? { ...contrast, isMature } : { ...contrast, lnE: 0, lnESafe: 0, isMature };
  }
  const effect = rateRatioEstimate(counts);
  const isShown = effect !== null && alpha !== null;
  return {
    effect,
    effectInterval: isShown ? ratioInterval(harm, bands.red, buckets, alpha) : null,
    lnE: rateLogE(buckets, { r0: 1, direction: harm, mde: Math.abs(bands.red - 1) }),
    lnESafe: rateSafeLogE(buckets, { red: bands.red, harm }),
    isMature: true,
  };
}

/** The interval is for people to read, and costs a hundred times the evidence itself. */
const MAX_INTERVAL_BUCKETS = 240;

function ratioInterval(
  harm: Guardrail['harm'],
  red: number,
  buckets: readonly RateBucket[],
  alpha: number,
): Limits {
  const worse = Math.abs(red - 1);
  const better = Math.abs(1 / red - 1);
  const [mdeUp, mdeDown] = harm === 'up' ? [worse, better] : [better, worse];
  const coarse = coarsen(buckets, MAX_INTERVAL_BUCKETS);
  const { lower, upper } = rateRatioInterval(coarse, { alpha, mdeUp, mdeDown });
  return { lower, upper: Number.isFinite(upper) ? upper : null };
}

/** People in each arm from whom on a mean of theirs is near enough to normal. */
export const MIN_PEOPLE = 200;
/** Outcomes in both arms together, for the same reason. */
export const MIN_OUTCOMES = 20;

export function isMatureShare({ nT, nC, a, b }: RateBucket): boolean {
  return nT >= MIN_PEOPLE && nC >= MIN_PEOPLE && a + b >= MIN_OUTCOMES;
}

/**
 * Shares as means. The variance of an arm is never below the pooled one: few conversions make their own
 * variance collapse, which found harm in 10 % of harmless releases.
 */
export function shareMeans({ nT, nC, a, b }: RateBucket): { treatment: ArmMean; control: ArmMean } {
  const pooled = (a + b + 1) / (nT + nC + 2);
  const arm = (events: number, n: number): ArmMean => {
    const mean = n === 0 ? 0 : events / n;
    const spread = Math.max(mean * (1 - mean), pooled * (1 - pooled));
    return { n, mean, variance: n === 0 ? Infinity : spread / n };
  };
  return { treatment: arm(a, nT), control: arm(b, nC) };
}

/** The share of treatment against fixed limits. @param isCompared there is a control arm that may break them too */
export function shareAgainstLimits(
  guardrail: Guardrail,
  limits: Bands,
  counts: RateBucket,
  isCompared: boolean,
): AbsoluteEvidence {
  const share = { events: counts.a, n: counts.nT };
  const side = guardrail.harm;
  const isMuted = (limit: number) =>
    isCompared && counts.nC > 0 && isBeyond(guardrail, counts.b / counts.nC, limit);
  return {
    lnERed: oneSampleLogE(share, { p0: limits.red, side }),
    lnEYellow: oneSampleLogE(share, { p0: limits.yellow, side }),
    lnESafe: oneSampleLogE(share, { p0: limits.red, side: side === 'up' ? 'down' : 'up' }),
    isRedMuted: isMuted(limits.red),
    isYellowMuted: isMuted(limits.yellow),
  };
}
