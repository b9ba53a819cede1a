// Evidence from numbers of people: what each spent, how often each did something, or a ratio of two such numbers, such as
// sessions with something of all sessions. Half-normal on sums per person, by the delta method where there is a
// denominator: people are independent of each other, their sessions and events are not. Source: docs/statistics.md §3.
import { halfNormalHalfWidth, halfNormalLogE, ratioMoments } from '#stats/half-normal';
import { type ArmMean, contrastEvidence } from './contrast-evidence.ts';
import { type AbsoluteEvidence, type ArmValue, type Evidence, NOT_COMPARED } from './evidence.ts';
import { type Bands, type Guardrail, isBeyond } from './guardrail.ts';
import type { ArmTally, GuardrailData } from './outcome.ts';
import { MIN_OUTCOMES, MIN_PEOPLE } from './share-evidence.ts';

const NOBODY: ArmTally = { any: 0, n: 0, sx: 0, sy: 0, sxx: 0, syy: 0, sxy: 0 };

/** From when on a mean of people is near enough to normal. */
export type TallyRule = {
  /** People with anything at all, to compare arms, and to hold one against limits. */
  readonly minAny: number;
  readonly minAnyAtLimits: number;
  /** The variance is never below this, if `mean` were the truth. */
  readonly leastVariance: (mean: number, sums: ArmTally) => number;
};

/** Sums have long tails: many people must have something. */
export const SUMS: TallyRule = { minAny: 100, minAnyAtLimits: 100, leastVariance: () => 0 };

/** Few bad sessions make their own variance collapse: it is never below that of independent ones. */
export const SESSIONS: TallyRule = {
  minAny: MIN_OUTCOMES,
  minAnyAtLimits: 0,
  leastVariance: (share, { sx }) => (share * (1 - share)) / sx,
};

export function weighTally(
  guardrail: Guardrail,
  rule: TallyRule,
  { tallies }: GuardrailData,
  isCompared: boolean,
  alpha: number | null,
): Evidence {
  const [{ treatment, control } = { treatment: NOBODY, control: NOBODY }] = tallies;
  const { bands, absolute, harm } = guardrail;
  const pooled = (treatment.sy + control.sy + 1) / (treatment.sx + control.sx + 2);
  const means = {
    treatment: meanAt(treatment, pooled, rule),
    control: meanAt(control, pooled, rule),
  };
  const counts = { nT: treatment.n, nC: control.n, a: treatment.any, b: control.any };
  const red = bands?.scale === 'ratio' ? bands.red : 2;
  const value = (arm: ArmMean) => valueOf(arm, Math.abs(red - 1), alpha);
  const without = isCompared ? control : NOBODY;
  const base = {
    counts,
    treatment: value(means.treatment),
    control: value(means.control),
    absolute: absolute && againstLimits(guardrail, rule, absolute, treatment, without),
  };
  if (!isCompared || bands === null) return { ...base, ...NOT_COMPARED };
  const contrast = contrastEvidence(means.treatment, means.control, { ...bands, harm }, alpha);
  const isMature = isMatureMean(treatment, control, rule);
  return isMature
    ? { ...base, ...contrast, isMature }
    : { ...base, ...contrast, lnE: 0, lnESafe: 0, isMature };
}

/** Where treatment has lost what people did, those who would have been expected to do it count. */
function isMatureMean(treatment: ArmTally, control: ArmTally, { minAny }: TallyRule): boolean {
  const expected = control.n === 0 ? 0 : (treatment.n * control.any) / control.n;
  const isMany = treatment.n >= MIN_PEOPLE && control.n >= MIN_PEOPLE;
  return isMany && Math.max(treatment.any, expected) >= minAny;
}

function meanAt(sums: ArmTally, mean: number, { leastVariance }: TallyRule): ArmMean {
  const arm = meanOf(sums);
  if (arm.n === 0) return arm;
  return { ...arm, variance: Math.max(arm.variance, leastVariance(mean, sums)) };
}

/** Without a denominator anywhere there is no ratio, and nobody to speak for. */
export function meanOf(sums: ArmTally): ArmMean {
  if (sums.n < 2 || sums.sx === 0) return { n: 0, mean: 0, variance: Infinity };
  const { ratio, variance } = ratioMoments(sums);
  return { n: sums.n, mean: ratio, variance };
}

/** A mean with the values that are plausible. @param worthCatching as a part of the mean */
function valueOf(
  { n, mean, variance }: ArmMean,
  worthCatching: number,
  alpha: number | null,
): ArmValue {
  if (n === 0) return { value: null, interval: null };
  const tauSquared = (worthCatching * mean) ** 2;
  if (tauSquared === 0 || alpha === null) return { value: mean, interval: null };
  const reach = halfNormalHalfWidth({ sides: 2, variance, tauSquared }, alpha);
  return { value: mean, interval: { lower: mean - reach, upper: mean + reach } };
}

const SILENT: AbsoluteEvidence = {
  lnERed: 0,
  lnEYellow: 0,
  lnESafe: 0,
  isRedMuted: false,
  isYellowMuted: false,
};

/** @param control nobody where there is no arm that may break the limits too */
function againstLimits(
  guardrail: Guardrail,
  rule: TallyRule,
  limits: Bands,
  treatment: ArmTally,
  control: ArmTally,
): AbsoluteEvidence {
  if (treatment.n < MIN_PEOPLE || treatment.any < rule.minAnyAtLimits) return SILENT;
  const sign = guardrail.harm === 'up' ? 1 : -1;
  const tauSquared = (limits.red - limits.yellow) ** 2;
  const lnE = (limit: number, side: number): number => {
    const { mean, variance, n } = meanAt(treatment, limit, rule);
    return n === 0 ? 0 : halfNormalLogE(side * (mean - limit), { sides: 1, variance, tauSquared });
  };
  const without = meanOf(control);
  const isMuted = (limit: number) => without.n > 0 && isBeyond(guardrail, without.mean, limit);
  return {
    lnERed: lnE(limits.red, sign),
    lnEYellow: lnE(limits.yellow, sign),
    lnESafe: lnE(limits.red, -sign),
    isRedMuted: isMuted(limits.red),
    isYellowMuted: isMuted(limits.yellow),
  };
}
