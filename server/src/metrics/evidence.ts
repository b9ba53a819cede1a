// What the numbers of one guardrail say: estimates, intervals and evidence, by the statistic that fits what
// it measures. Source: docs/statistics.md §1 to §3.
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
import { type Comparison, type Guardrail, isBeyond } from './guardrail.ts';

/** Evidence against fixed limits, as natural logarithms of e-values. */
type AbsoluteEvidence = {
  readonly lnERed: number;
  readonly lnEYellow: number;
  readonly lnESafe: number;
  /** The control arm breaks the limit too, so that it says nothing about the change. */
  readonly isRedMuted: boolean;
  readonly isYellowMuted: boolean;
};

type Limits = { readonly lower: number; readonly upper: number | null };

/** What was measured of one arm, in the guardrail's own unit; null while there is nobody. */
type ArmValue = { readonly value: number | null; readonly interval: Limits | null };

/** All numbers of one guardrail at one look. Limits that the data does not set are null. */
export type Evidence = {
  /** People in treatment and control, and how many of them had the outcome. */
  readonly counts: RateBucket;
  readonly treatment: ArmValue;
  readonly control: ArmValue;
  /** Treatment against control, on the scale of the guardrail's bands. */
  readonly effect: number | null;
  readonly effectInterval: Limits | null;
  /** ln E against "no harm", of this stage alone. */
  readonly lnE: number;
  /** ln E against "the red effect or worse". */
  readonly lnESafe: number;
  readonly absolute: AbsoluteEvidence | null;
  /** False while there are too few people for a statistic that is right only for many. */
  readonly isMature: boolean;
};

type Comparing = Pick<Evidence, 'effect' | 'effectInterval' | 'lnE' | 'lnESafe' | 'isMature'>;
type GuardrailBands = NonNullable<Guardrail['bands']>;

/** Computes the evidence of one guardrail from its buckets. Confidence is 1 - alpha. */
export function weighEvidence(
  guardrail: Guardrail,
  buckets: readonly RateBucket[],
  comparison: Comparison,
  alpha: number,
): Evidence {
  const counts = sumBuckets(buckets);
  const { bands } = guardrail;
  const isCompared = comparison === 'ratio' && bands !== null;
  return {
    counts,
    treatment: shareOf(counts.a, counts.nT, alpha),
    control: shareOf(counts.b, counts.nC, alpha),
    absolute: absoluteEvidence(guardrail, counts, comparison),
    ...(isCompared ? compare(guardrail, bands, buckets, counts, alpha) : NOT_COMPARED),
  };
}

const NOT_COMPARED: Comparing = {
  effect: null,
  effectInterval: null,
  lnE: 0,
  lnESafe: 0,
  isMature: true,
};

function shareOf(events: number, n: number, alpha: number): ArmValue {
  if (n === 0) return { value: null, interval: null };
  return { value: events / n, interval: bernoulliInterval({ events, n }, { alpha }) };
}

function compare(
  guardrail: Guardrail,
  bands: GuardrailBands,
  buckets: readonly RateBucket[],
  counts: RateBucket,
  alpha: number,
): Comparing {
  const { harm } = guardrail;
  if (bands.scale === 'difference') {
    const isMature = isMatureShare(counts);
    const { treatment, control } = shareMeans(counts);
    const contrast = contrastEvidence(treatment, control, { ...bands, harm }, alpha);
    return isMature ? { ...contrast, isMature } : { ...contrast, lnE: 0, lnESafe: 0, isMature };
  }
  const effect = rateRatioEstimate(counts);
  return {
    effect,
    effectInterval: effect === null ? null : ratioInterval(harm, bands.red, buckets, alpha),
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

/** People in each arm from whom on a difference of shares is near enough to normal. */
const MIN_PEOPLE = 200;
/** Outcomes in both arms together, for the same reason. */
const MIN_OUTCOMES = 20;

function isMatureShare({ nT, nC, a, b }: RateBucket): boolean {
  return nT >= MIN_PEOPLE && nC >= MIN_PEOPLE && a + b >= MIN_OUTCOMES;
}

/**
 * Shares as means. The variance of an arm is never below the pooled one: few conversions make their own
 * variance collapse, which found harm in 10 % of harmless releases.
 */
function shareMeans({ nT, nC, a, b }: RateBucket): { treatment: ArmMean; control: ArmMean } {
  const pooled = (a + b + 1) / (nT + nC + 2);
  const arm = (events: number, n: number): ArmMean => {
    const mean = n === 0 ? 0 : events / n;
    const spread = Math.max(mean * (1 - mean), pooled * (1 - pooled));
    return { n, mean, variance: n === 0 ? Infinity : spread / n };
  };
  return { treatment: arm(a, nT), control: arm(b, nC) };
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
