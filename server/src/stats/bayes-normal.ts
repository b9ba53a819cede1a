// Bayesian reading of an effect with a normal likelihood, in closed form: the same answer at every refresh.
// A flat prior read daily is the fixed-horizon test under another name; docs/statistics.md §9 says so.
import { type Contrast, type ContrastError, type DifferenceType, effectOf } from './contrast.ts';
import { normalCdf, normalPdf, normalQuantile } from './distributions.ts';
import { panelNodes } from './quadrature.ts';
import { millsRatio } from './special.ts';

/** Prior of the relative effect; without one it is flat. */
export type NormalPrior = { readonly mean: number; readonly variance: number };

export type NormalPosterior = {
  readonly posteriorMean: number;
  readonly posteriorSd: number;
  readonly chanceToWin: number;
  readonly ciLow: number;
  readonly ciHigh: number;
  readonly expectedLossControl: number;
  readonly expectedLossTreatment: number;
};

type PosteriorOptions = {
  readonly differenceType: DifferenceType;
  readonly prior: NormalPrior | null;
  readonly alpha: number;
  /** Lower is better. */
  readonly inverse: boolean;
};

export function normalPosterior(
  contrast: Contrast,
  options: PosteriorOptions,
): NormalPosterior | ContrastError {
  const effect = effectOf(contrast, options.differenceType);
  if (typeof effect === 'string') return effect;
  const { mean, sd } = posteriorOf(effect, scaledPrior(contrast, options));
  const reach = normalQuantile(1 - options.alpha / 2) * sd;
  const z = mean / sd;
  return {
    posteriorMean: mean,
    posteriorSd: sd,
    chanceToWin: normalCdf(options.inverse ? -z : z),
    ciLow: mean - reach,
    ciHigh: mean + reach,
    ...expectedLoss({ mean: options.inverse ? -mean : mean, sd }),
  };
}

/** On the absolute scale the prior of the relative effect is as wide as the baseline makes it. */
function scaledPrior(contrast: Contrast, options: PosteriorOptions): NormalPrior | null {
  const { prior, differenceType } = options;
  if (!prior || differenceType === 'relative') return prior;
  const scale = Math.abs(contrast.baseline);
  return { mean: prior.mean * scale, variance: prior.variance * scale * scale };
}

function posteriorOf(
  effect: { readonly estimate: number; readonly standardError: number },
  prior: NormalPrior | null,
): { mean: number; sd: number } {
  const { estimate, standardError } = effect;
  if (!prior) return { mean: estimate, sd: standardError };
  const weight = 1 / (standardError * standardError);
  const precision = weight + 1 / prior.variance;
  return {
    mean: (estimate * weight + prior.mean / prior.variance) / precision,
    sd: 1 / Math.sqrt(precision),
  };
}

/** From here on s φ(z) − μ Φ(−z) is taken as one product: its two terms cancel. */
const LOSS_TAIL = 8;

/** What choosing wrongly costs on average: shipping the treatment, or keeping control. */
export function expectedLoss({ mean, sd }: { readonly mean: number; readonly sd: number }): {
  readonly expectedLossControl: number;
  readonly expectedLossTreatment: number;
} {
  const z = mean / sd;
  const lossOf = (sign: 1 | -1): number => {
    const distance = sign * z;
    return distance > LOSS_TAIL
      ? sd * normalPdf(z) * (1 - distance * millsRatio(distance))
      : sd * normalPdf(z) - sign * mean * normalCdf(-distance);
  };
  return { expectedLossControl: lossOf(-1), expectedLossTreatment: lossOf(1) };
}

/** Beyond 12 standard deviations a normal density is 0 to a double. */
const REACH_SDS = 12;

/** The chance of each arm to be the best, given independent normal posteriors. */
export function probabilityBest(
  arms: readonly { readonly mean: number; readonly sd: number }[],
  inverse: boolean,
): number[] {
  const sign = inverse ? -1 : 1;
  return arms.map((arm, i) => {
    let total = 0;
    for (const { x, weight } of panelNodes(-REACH_SDS, REACH_SDS, 8, 64)) {
      const value = sign * arm.mean + arm.sd * x;
      let product = normalPdf(x) * weight;
      for (const [j, other] of arms.entries()) {
        if (j !== i) product *= normalCdf((value - sign * other.mean) / other.sd);
      }
      total += product;
    }
    return total;
  });
}
