// Evidence from numbers of people: what each spent, how often each did something, or a ratio of two such numbers.
// Half-normal on sums per person, by the delta method where there is a denominator. Source: docs/statistics.md §3.
import { halfNormalHalfWidth, halfNormalLogE, ratioMoments } from '#stats/half-normal';
import { type ArmMean, contrastEvidence } from './contrast-evidence.ts';
import { type AbsoluteEvidence, type ArmValue, type Evidence, NOT_COMPARED } from './evidence.ts';
import { type Bands, type Guardrail, isBeyond } from './guardrail.ts';
import type { ArmTally, GuardrailData } from './outcome.ts';
import { MIN_PEOPLE } from './share-evidence.ts';

/** People with anything at all, from whom on a skewed mean is near enough to normal. */
const MIN_WITH_ANY = 100;
export const NOBODY: ArmTally = { any: 0, n: 0, sx: 0, sy: 0, sxx: 0, syy: 0, sxy: 0 };

export function weighMean(
  guardrail: Guardrail,
  { tallies }: GuardrailData,
  isCompared: boolean,
  alpha: number | null,
): Evidence {
  const [{ treatment, control } = { treatment: NOBODY, control: NOBODY }] = tallies;
  const { bands, absolute, harm } = guardrail;
  const means = { treatment: meanOf(treatment), control: meanOf(control) };
  const counts = { nT: treatment.n, nC: control.n, a: treatment.any, b: control.any };
  const red = bands?.scale === 'ratio' ? bands.red : 2;
  const value = (arm: ArmMean) => valueOf(arm, Math.abs(red - 1), alpha);
  const base = {
    counts,
    treatment: value(means.treatment),
    control: value(means.control),
    absolute: absolute && meanAgainstLimits(guardrail, absolute, treatment, control, isCompared),
  };
  if (!isCompared || bands === null) return { ...base, ...NOT_COMPARED };
  const contrast = contrastEvidence(means.treatment, means.control, { ...bands, harm }, alpha);
  const isMature = isMatureMean(treatment, control);
  return isMature
    ? { ...base, ...contrast, isMature }
    : { ...base, ...contrast, lnE: 0, lnESafe: 0, isMature };
}

/** Where treatment has lost what people did, those who would have been expected to do it count. */
function isMatureMean(treatment: ArmTally, control: ArmTally): boolean {
  const expected = control.n === 0 ? 0 : (treatment.n * control.any) / control.n;
  const isMany = treatment.n >= MIN_PEOPLE && control.n >= MIN_PEOPLE;
  return isMany && Math.max(treatment.any, expected) >= MIN_WITH_ANY;
}

/** Without a denominator anywhere there is no ratio, and nobody to speak for. */
export function meanOf(sums: ArmTally): ArmMean {
  if (sums.n < 2 || sums.sx === 0) return { n: 0, mean: 0, variance: Infinity };
  const { ratio, variance } = ratioMoments(sums);
  return { n: sums.n, mean: ratio, variance };
}

/** A mean with the values that are plausible. @param worthCatching as a part of the mean */
export function valueOf(
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

function meanAgainstLimits(
  guardrail: Guardrail,
  limits: Bands,
  treatment: ArmTally,
  control: ArmTally,
  isCompared: boolean,
): AbsoluteEvidence {
  const { mean, variance, n } = meanOf(treatment);
  if (n < MIN_PEOPLE || treatment.any < MIN_WITH_ANY) return SILENT;
  const sign = guardrail.harm === 'up' ? 1 : -1;
  const tauSquared = (limits.red - limits.yellow) ** 2;
  const lnE = (delta: number) => halfNormalLogE(delta, { sides: 1, variance, tauSquared });
  const without = meanOf(control);
  const isMuted = (limit: number) =>
    isCompared && without.n > 0 && isBeyond(guardrail, without.mean, limit);
  return {
    lnERed: lnE(sign * (mean - limits.red)),
    lnEYellow: lnE(sign * (mean - limits.yellow)),
    lnESafe: lnE(sign * (limits.red - mean)),
    isRedMuted: isMuted(limits.red),
    isYellowMuted: isMuted(limits.yellow),
  };
}
