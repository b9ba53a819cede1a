// Evidence from two means with their standard errors: the half-normal mixture, for whatever the rate
// e-process cannot weigh. Source: docs/statistics.md §3.
import { halfNormalHalfWidth, halfNormalLogE } from '#stats/half-normal';
import type { Bands, Scale } from './guardrail.ts';

/** Mean of one arm's people and the squared standard error of it. */
export type ArmMean = { readonly n: number; readonly mean: number; readonly variance: number };

type Question = Pick<Bands, 'red'> & { readonly scale: Scale; readonly harm: 'up' | 'down' };

export type Contrast = {
  readonly effect: number | null;
  readonly effectInterval: { readonly lower: number; readonly upper: number } | null;
  readonly lnE: number;
  readonly lnESafe: number;
};

/** Treatment held against control. Where control has nothing to be held against, nothing is said. */
export function contrastEvidence(
  treatment: ArmMean,
  control: ArmMean,
  { red, scale, harm }: Question,
  alpha: number | null,
): Contrast {
  const isRatio = scale === 'ratio';
  const tau = isRatio ? Math.abs(red - 1) * Math.abs(control.mean) : Math.abs(red);
  if (treatment.n === 0 || control.n === 0 || tau === 0) return NOTHING;
  const tauSquared = tau * tau;
  const sign = harm === 'up' ? 1 : -1;
  const difference = treatment.mean - control.mean;
  const variance = treatment.variance + control.variance;
  const lnE = halfNormalLogE(sign * difference, { sides: 1, variance, tauSquared });
  if (!isRatio) {
    const lnESafe = halfNormalLogE(sign * (red - difference), { sides: 1, variance, tauSquared });
    const reach =
      alpha === null ? null : halfNormalHalfWidth({ sides: 2, variance, tauSquared }, alpha);
    const effectInterval =
      reach === null ? null : { lower: difference - reach, upper: difference + reach };
    return { effect: difference, effectInterval, lnE, lnESafe };
  }
  // The null "treatment is red times control or worse" has a variance of its own.
  const toRed = sign * (red * control.mean - treatment.mean);
  const redVariance = treatment.variance + red * red * control.variance;
  return {
    effect: treatment.mean / control.mean,
    effectInterval: alpha === null ? null : ratioInterval(treatment, control, red, alpha),
    lnE,
    lnESafe: halfNormalLogE(toRed, { sides: 1, variance: redVariance, tauSquared }),
  };
}

const NOTHING: Contrast = { effect: null, effectInterval: null, lnE: 0, lnESafe: 0 };

/** By the delta method on the logarithm; null where a mean is not above 0. */
function ratioInterval(
  treatment: ArmMean,
  control: ArmMean,
  red: number,
  alpha: number,
): Contrast['effectInterval'] {
  if (treatment.mean <= 0 || control.mean <= 0) return null;
  const variance = treatment.variance / treatment.mean ** 2 + control.variance / control.mean ** 2;
  const tauSquared = Math.log(red) ** 2;
  const reach = halfNormalHalfWidth({ sides: 2, variance, tauSquared }, alpha);
  const centre = Math.log(treatment.mean / control.mean);
  return { lower: Math.exp(centre - reach), upper: Math.exp(centre + reach) };
}
