// Planning an experiment: how many units it takes, what a number of units can show, how long that lasts.
// Formulas: docs/statistics.md §10.
import { bisect } from './bisect.ts';
import type { NormalPrior } from './bayes-normal.ts';
import { mixtureRho, sequentialMultiplier } from './confidence-sequence.ts';
import { normalCdf, normalQuantile } from './distributions.ts';

/** One arm's mean and variance per unit. */
export type Baseline = { readonly mean: number; readonly variance: number };

/** How a result will be judged; `tuningParameter` null: fixed horizon. */
export type Judgement = { readonly alpha: number; readonly tuningParameter: number | null };

const upperQuantile = (alpha: number): number => normalQuantile(1 - alpha / 2);

/** Standard errors that an interval will reach with `n` units in both arms together. */
function reachOf({ alpha, tuningParameter }: Judgement, n: number): number {
  return tuningParameter === null
    ? upperQuantile(alpha)
    : sequentialMultiplier(alpha, n, mixtureRho(alpha, tuningParameter));
}

/** Variance of a relative effect e with n units an arm: (v/m²)(1 + (1 + e)²)/n. */
function relativeVariance({ mean, variance }: Baseline, effect: number, n: number): number {
  return ((variance / mean ** 2) * (1 + (1 + effect) ** 2)) / n;
}

function powerAt(effect: number, sd: number, reach: number): number {
  return normalCdf(effect / sd - reach) + normalCdf(-reach - effect / sd);
}

/** The chance to detect a relative `effect` with `perArm` units in each arm. */
export function powerOf(
  baseline: Baseline,
  plan: Judgement & { readonly effect: number; readonly perArm: number },
): number {
  const sd = Math.sqrt(relativeVariance(baseline, plan.effect, plan.perArm));
  // A wider interval acts like a larger standard error at the same quantile.
  const z = upperQuantile(plan.alpha);
  const scaled = sd * (reachOf(plan, 2 * plan.perArm) / z);
  return powerAt(plan.effect, scaled, z);
}

/** The smallest relative effect found with `targetPower`; null when no effect would be. */
export function minimumDetectableEffect(
  { mean, variance }: Baseline,
  plan: Judgement & { readonly perArm: number; readonly targetPower: number },
): number | null {
  const z = upperQuantile(plan.alpha);
  const widening = reachOf(plan, 2 * plan.perArm) / z;
  const q = z + normalQuantile(plan.targetPower);
  const square = (q * widening) ** 2 * (variance / plan.perArm);
  const curve = 1 - square / mean ** 2;
  if (curve <= 0) return null;
  const size = Math.abs(mean);
  const reach = Math.sqrt(size ** 2 - curve * (size ** 2 - square));
  return ((size + reach) / curve - size) / size;
}

/** Units in each arm for a relative effect. */
export function unitsPerArm(
  baseline: Baseline,
  plan: Judgement & { readonly effect: number; readonly targetPower: number },
): number {
  const zPower = normalQuantile(plan.targetPower);
  const unit = relativeVariance(baseline, plan.effect, 1) / plan.effect ** 2;
  let perArm = (upperQuantile(plan.alpha) + zPower) ** 2 * unit;
  if (plan.tuningParameter === null) return perArm;
  for (let round = 0; round < 50; round += 1) {
    const next = (reachOf(plan, 2 * perArm) + zPower) ** 2 * unit;
    if (Math.abs(next - perArm) <= 1e-9 * perArm) break;
    perArm = next;
  }
  return perArm;
}

/** Units of both arms for an absolute effect, with any split and any variances. */
export function unitsForAbsolute(input: {
  readonly varControl: number;
  readonly varTreatment: number;
  readonly absoluteEffect: number;
  readonly alpha: number;
  readonly power: number;
  readonly weightControl: number;
  readonly weightTreatment: number;
}): number {
  const q = upperQuantile(input.alpha) + normalQuantile(input.power);
  const perUnit =
    input.varControl / input.weightControl + input.varTreatment / input.weightTreatment;
  return (q * q * perUnit) / input.absoluteEffect ** 2;
}

/** Units per arm for a change of a share, with the pooled variance under the null. */
export function unitsForShare(input: {
  readonly baseline: number;
  readonly absoluteEffect: number;
  readonly alpha: number;
  readonly power: number;
}): number {
  // Above one half the share of the others is planned for, as the calculator of Evan Miller does.
  const p = Math.min(input.baseline, 1 - input.baseline);
  const changed = p + input.absoluteEffect;
  const spread = p * (1 - p);
  const root =
    upperQuantile(input.alpha) * Math.sqrt(2 * spread) +
    normalQuantile(input.power) * Math.sqrt(spread + changed * (1 - changed));
  return (root / input.absoluteEffect) ** 2;
}

export type PosthogMetricType = 'funnel' | 'count' | 'sum' | 'ratio' | 'retention';

/** The rule of sixteen as PostHog's calculator applies it, for those who compare. */
export function posthogSampleSize(input: {
  readonly metricType: PosthogMetricType;
  readonly baseline: number;
  /** Percent. */
  readonly mdePercent: number;
  readonly variants: number;
  /** Asked for with ratio and retention. */
  readonly variance: number | null;
}): number {
  const { baseline: mean, variants } = input;
  const variance = {
    funnel: mean * (1 - mean),
    count: 2 * mean,
    sum: 0.25 * mean * mean,
    ratio: input.variance ?? 0,
    retention: input.variance ?? 0,
  }[input.metricType];
  const change = (input.mdePercent / 100) * mean;
  // Rounding noise must not add a unit.
  const exact = ((16 * variance) / (change * change)) * variants;
  return Math.ceil(Number(exact.toPrecision(12)));
}

/** Whole days until `totalUsers` have come. */
export function runningDays(totalUsers: number, usersPerDay: number): number {
  return Math.ceil(totalUsers / usersPerDay);
}

type Look = Judgement & {
  readonly effect: number;
  /** Squared standard error of the effect. */
  readonly variance: number;
  /** Units of both arms. */
  readonly n: number;
  readonly prior: NormalPrior | null;
};

/** Power of a Bayesian reading with a proper prior, else of the test. */
function powerOfLook(look: Look): number {
  const { variance, prior, effect } = look;
  const sd = Math.sqrt(variance);
  if (!prior) return powerAt(effect, sd, reachOf(look, look.n));
  const precision = 1 / variance + 1 / prior.variance;
  const reach = variance * Math.sqrt(precision) * upperQuantile(look.alpha);
  const pull = (variance * prior.mean) / prior.variance;
  return normalCdf(-(reach - pull - effect) / sd) + normalCdf((-reach - pull - effect) / sd);
}

/** The chance that a Bayesian reading with a proper prior calls a relative `effect`. */
export function bayesianPower(
  baseline: Baseline,
  plan: {
    readonly effect: number;
    readonly usersPerArm: number;
    readonly alpha: number;
    readonly prior: NormalPrior;
  },
): number {
  const { effect, usersPerArm, alpha, prior } = plan;
  const variance = relativeVariance(baseline, effect, usersPerArm);
  return powerOfLook({ effect, alpha, prior, variance, n: 2 * usersPerArm, tuningParameter: null });
}

/** More than a million times the units so far is out of reach. */
const LARGEST_FACTOR = 1e6;

/** How many times the units so far must still come until `targetPower` is reached; null: never. */
export function remainingFactor(input: {
  readonly pairwiseUsers: number;
  readonly varianceOfEffect: number;
  readonly targetMde: number;
  readonly targetPower: number;
  readonly alpha: number;
  readonly comparisons: number;
  readonly tuningParameter: number | null;
  readonly prior: NormalPrior | null;
}): number | null {
  const powerWith = (factor: number): number =>
    powerOfLook({
      effect: input.targetMde,
      variance: input.varianceOfEffect / (1 + factor),
      n: input.pairwiseUsers * (1 + factor),
      alpha: input.alpha / input.comparisons,
      tuningParameter: input.tuningParameter,
      prior: input.prior,
    });
  if (powerWith(0) >= input.targetPower) return 0;
  if (powerWith(LARGEST_FACTOR) < input.targetPower) return null;
  const lnFactor = bisect(
    Math.log(LARGEST_FACTOR),
    Math.log(1e-9),
    (ln) => powerWith(Math.exp(ln)) >= input.targetPower,
  );
  return Math.exp(lnFactor);
}
