// The difference between two arms with everything its tests need: variance, degrees of freedom, and how it
// moves together with the baseline. One form for means, shares, ratios, quantiles and CUPED, so that every
// test below is written once. Formulas: docs/statistics.md §7 and §8.
import {
  type CupedRatioSample,
  type CupedSample,
  cupedAdjust,
  cupedRatioTheta,
  cupedTheta,
  linearRatio,
  spreadOf,
} from './cuped.ts';
import { type PlainSample, momentsOf } from './sample.ts';

export type Sample = PlainSample | CupedSample | CupedRatioSample;

export type Contrast = {
  /** Treatment minus control (adjusted means with CUPED). */
  readonly difference: number;
  /** Squared standard error of the difference. */
  readonly variance: number;
  /** Welch–Satterthwaite; Infinity where the normal distribution is meant. */
  readonly df: number;
  /** Units of both arms. */
  readonly n: number;
  /** Control's mean, never adjusted: what a relative effect is relative to. */
  readonly baseline: number;
  readonly baselineVariance: number;
  /** Covariance of the difference with the baseline's absolute value. */
  readonly covariance: number;
  /** Squared standard error of difference / |baseline| by the delta method. */
  readonly relativeVariance: number;
  /** Share of the earlier value taken away, with CUPED. */
  readonly theta?: number;
};

/** Why there is no result: never NaN instead. */
export type ContrastError = 'ZERO_NEGATIVE_VARIANCE' | 'BASELINE_MEAN_ZERO';

export function isContrast(value: Contrast | ContrastError): value is Contrast {
  return typeof value !== 'string';
}

/** Both samples must be of one kind. */
export function contrastOf(control: Sample, treatment: Sample): Contrast | ContrastError {
  return checked(rawContrast(control, treatment));
}

function rawContrast(control: Sample, treatment: Sample): Unchecked {
  if (control.kind === 'cuped' && treatment.kind === 'cuped')
    return cupedContrast(control, treatment);
  if (control.kind === 'cupedRatio' && treatment.kind === 'cupedRatio')
    return cupedRatioContrast(control, treatment);
  return plainContrast(control as PlainSample, treatment as PlainSample);
}

/**
 * The mean difference over times with different splits, each with the share of the units of both arms that came in
 * it: arms are only compared with each other within one, so a changed split cannot pass for an effect. The times
 * are part of the design, so their shares add no variance of their own. Without any: no result.
 */
export function stratifiedContrast(
  strata: readonly { readonly control: Sample; readonly treatment: Sample }[],
): Contrast | ContrastError {
  const parts = strata.map(({ control, treatment }) => rawContrast(control, treatment));
  const [only] = parts;
  if (only === undefined) return 'ZERO_NEGATIVE_VARIANCE';
  if (parts.length === 1) return checked(only);
  const over = (value: (part: Unchecked) => number) =>
    parts.reduce((sum, part) => sum + value(part), 0);
  const [nControl, nTreatment] = [over((one) => one.nControl), over((one) => one.nTreatment)];
  const share = (one: Unchecked) => (one.nControl + one.nTreatment) / (nControl + nTreatment);
  const mean = (value: (part: Unchecked) => number) => over((one) => share(one) * value(one));
  const spread = (value: (part: Unchecked) => number) =>
    over((one) => share(one) ** 2 * value(one));
  const arms = {
    control: nControl * spread((one) => one.arms.control / one.nControl),
    treatment: nTreatment * spread((one) => one.arms.treatment / one.nTreatment),
  };
  const [difference, baseline] = [mean((one) => one.difference), mean((one) => one.baseline)];
  const baselineVariance = spread((one) => one.baselineVariance);
  const covariance = spread((one) => one.covariance);
  const lift = difference / Math.abs(baseline);
  const variance = arms.control / nControl + arms.treatment / nTreatment;
  return checked({
    difference,
    arms,
    nControl,
    nTreatment,
    baseline,
    baselineVariance,
    covariance,
    relativeVariance:
      (variance - 2 * lift * covariance + lift ** 2 * baselineVariance) / baseline ** 2,
    isNormal: only.isNormal === true,
  });
}

type Arms = {
  /** Variance per unit of control and treatment, as it enters the difference. */
  readonly control: number;
  readonly treatment: number;
};
type Unchecked = Omit<Contrast, 'variance' | 'df' | 'n'> & {
  readonly arms: Arms;
  readonly nControl: number;
  readonly nTreatment: number;
  readonly isNormal?: boolean;
};

function checked(raw: Unchecked): Contrast | ContrastError {
  const { arms, nControl, nTreatment, isNormal, ...rest } = raw;
  if (!(arms.control > 0 && arms.treatment > 0)) return 'ZERO_NEGATIVE_VARIANCE';
  const fromControl = arms.control / nControl;
  const fromTreatment = arms.treatment / nTreatment;
  const variance = fromControl + fromTreatment;
  if (!Number.isFinite(variance)) return 'ZERO_NEGATIVE_VARIANCE';
  const df =
    variance ** 2 / (fromControl ** 2 / (nControl - 1) + fromTreatment ** 2 / (nTreatment - 1));
  return { ...rest, variance, n: nControl + nTreatment, df: isNormal === true ? Infinity : df };
}

function plainContrast(control: PlainSample, treatment: PlainSample): Unchecked {
  const c = momentsOf(control);
  const t = momentsOf(treatment);
  const square = c.mean ** 2;
  return {
    difference: t.mean - c.mean,
    arms: { control: c.variance, treatment: t.variance },
    nControl: c.n,
    nTreatment: t.n,
    baseline: c.mean,
    baselineVariance: c.variance / c.n,
    covariance: (-Math.sign(c.mean) * c.variance) / c.n,
    relativeVariance:
      t.variance / (t.n * square) + (c.variance * t.mean ** 2) / (c.n * square ** 2),
    // Quantiles are clustered estimates: their variance has no degrees of freedom of its own.
    isNormal: control.kind === 'quantile' || control.kind === 'quantileClustered',
  };
}

function cupedContrast(control: CupedSample, treatment: CupedSample): Unchecked {
  const theta = cupedTheta(control, treatment);
  const [c, t] = [cupedAdjust(control, theta), cupedAdjust(treatment, theta)];
  const [cRaw, tRaw] = [spreadOf(control), spreadOf(treatment)];
  const baseline = cRaw.meanPost;
  const lift = tRaw.meanPost / baseline;
  return {
    difference: t.mean - c.mean,
    arms: { control: c.variance, treatment: t.variance },
    nControl: c.n,
    nTreatment: t.n,
    baseline,
    baselineVariance: cRaw.varPost / c.n,
    covariance: (-Math.sign(baseline) * (cRaw.varPost - theta * cRaw.cov)) / c.n,
    relativeVariance:
      t.variance / (t.n * baseline ** 2) +
      (cRaw.varPost * lift ** 2 - 2 * theta * cRaw.cov * lift + theta ** 2 * cRaw.varPre) /
        (c.n * baseline ** 2),
    theta,
  };
}

function cupedRatioContrast(control: CupedRatioSample, treatment: CupedRatioSample): Unchecked {
  const [c, t] = [linearRatio(control), linearRatio(treatment)];
  const theta = cupedRatioTheta(c, t);
  const varianceOf = (arm: typeof c) => arm.varPost + theta ** 2 * arm.varPre - 2 * theta * arm.cov;
  const difference = t.post - theta * t.pre - (c.post - theta * c.pre);
  const size = Math.abs(c.post);
  // How one control unit moves the relative effect: through the baseline, and through its own past.
  const onPost = -(size + difference * Math.sign(c.post)) / size ** 2;
  const onPre = theta / size;
  const fromControl = onPost ** 2 * c.varPost + onPre ** 2 * c.varPre + 2 * onPost * onPre * c.cov;
  return {
    difference,
    arms: { control: varianceOf(c), treatment: varianceOf(t) },
    nControl: c.n,
    nTreatment: t.n,
    baseline: c.post,
    baselineVariance: c.varPost / c.n,
    covariance: (-Math.sign(c.post) * (c.varPost - theta * c.cov)) / c.n,
    relativeVariance: varianceOf(t) / (t.n * size ** 2) + fromControl / c.n,
    theta,
  };
}

export type DifferenceType = 'absolute' | 'relative';

/** Estimate and standard error on the scale asked for. */
export type Effect = { readonly estimate: number; readonly standardError: number };

export function effectOf(contrast: Contrast, type: DifferenceType): Effect | ContrastError {
  if (type === 'absolute')
    return { estimate: contrast.difference, standardError: Math.sqrt(contrast.variance) };
  if (contrast.baseline === 0) return 'BASELINE_MEAN_ZERO';
  return {
    estimate: contrast.difference / Math.abs(contrast.baseline),
    standardError: Math.sqrt(contrast.relativeVariance),
  };
}
