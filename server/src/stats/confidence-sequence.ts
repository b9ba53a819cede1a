// Always-valid tests of a difference: asymptotic confidence sequences (Waudby-Smith et al., arXiv 2103.06476),
// right at every look. GrowthBook, PostHog, Eppo and Netflix's avlm use the same boundary. The tuning
// parameter N* is the total number of units at which the interval is tightest; it is set before the start.
import { type Contrast, type ContrastError, effectOf } from './contrast.ts';
import { normalCdf, normalQuantile } from './distributions.ts';
import { type Interval, type TestOptions, intervalAround } from './welch.ts';

/** Width of the mixture, for a two-sided test at `alpha` (arXiv 2103.06476, equation 161). */
export function mixtureRho(alpha: number, tuningParameter: number): number {
  const twice = -2 * Math.log(alpha);
  return Math.sqrt((twice + Math.log(1 + twice)) / tuningParameter);
}

/** How many standard errors the two-sided interval reaches with `n` units in both arms together. */
export function sequentialMultiplier(alpha: number, n: number, rho: number): number {
  const k = n * rho * rho;
  return Math.sqrt(((2 * (k + 1)) / k) * Math.log(Math.sqrt(k + 1) / alpha));
}

/** Two-sided always-valid p; at most alpha exactly when the interval at alpha excludes 0. */
export function sequentialPValue(t: number, n: number, rho: number): number {
  const k = n * rho * rho;
  return Math.min(1, Math.exp(0.5 * Math.log1p(k) - (k * t * t) / (2 * (k + 1))));
}

/** One-sided forms: a lower (or upper) bound only, for guardrails and non-inferiority. */
function oneSidedMultiplier(alpha: number, n: number, rho: number): number {
  const k = n * rho * rho;
  return Math.sqrt(((2 * (k + 1)) / k) * Math.log1p(Math.sqrt(k + 1) / (2 * alpha)));
}

/** `t` is positive in the direction that is tested for. */
function oneSidedPValue(t: number, n: number, rho: number): number {
  if (t <= 0) return 1;
  const k = n * rho * rho;
  return Math.min(1, Math.sqrt(k + 1) / (2 * Math.expm1((k * t * t) / (2 * (k + 1)))));
}

export type SequentialResult = Interval & {
  readonly estimate: number;
  readonly standardError: number;
  readonly rho: number;
  readonly halfWidth: number;
  readonly pValue: number;
};

export function sequentialTest(
  contrast: Contrast,
  options: TestOptions & {
    readonly tuningParameter: number;
    /** The level that the mixture was fixed at before the start; `alpha` unless it is read at another one. */
    readonly plannedAlpha?: number;
  },
): SequentialResult | ContrastError {
  const effect = effectOf(contrast, options.differenceType);
  if (typeof effect === 'string') return effect;
  const { estimate, standardError } = effect;
  const { alpha, alternative, tuningParameter, plannedAlpha = alpha } = options;
  const { n } = contrast;
  const t = estimate / standardError;
  const isTwoSided = alternative === 'two-sided';
  const rho = mixtureRho(isTwoSided ? plannedAlpha : 2 * plannedAlpha, tuningParameter);
  const reach = isTwoSided
    ? sequentialMultiplier(alpha, n, rho)
    : oneSidedMultiplier(alpha, n, rho);
  const halfWidth = reach * standardError;
  const pValue = isTwoSided
    ? sequentialPValue(t, n, rho)
    : oneSidedPValue(alternative === 'greater' ? t : -t, n, rho);
  return {
    estimate,
    standardError,
    rho,
    halfWidth,
    pValue,
    ...intervalAround(estimate, halfWidth, alternative),
  };
}

/** The t form for small samples (michaellindon/avlm): `g` is 1/rho². */
export function anytimeT(input: {
  readonly estimate: number;
  readonly standardError: number;
  readonly n: number;
  readonly coefficients: number;
  readonly g: number;
  readonly alpha: number;
}): { readonly tRadius: number; readonly zRadius: number; readonly pValue: number } {
  const { n, g, alpha } = input;
  const nu = n - input.coefficients;
  const r = g / (g + n);
  const w = (r * alpha * alpha) ** (1 / (nu + 1));
  const square = (input.estimate / input.standardError) ** 2;
  const lnE =
    0.5 * Math.log(r) + ((nu + 1) / 2) * (Math.log1p(square / nu) - Math.log1p((r * square) / nu));
  return {
    tRadius: w <= r ? Infinity : Math.sqrt((nu * (1 - w)) / (w - r)),
    zRadius: sequentialMultiplier(alpha, n, Math.sqrt(1 / g)),
    pValue: Math.min(1, Math.exp(-lnE)),
  };
}

/** The mixture sequential ratio test as Statsig documents it, for comparison. */
export function mixtureRatioTest(
  contrast: Contrast,
  options: { readonly alpha: number; readonly unitVariances: number },
): { estimate: number; zStar: number; ciLow: number; ciHigh: number; pValue: number } {
  const { difference: estimate, variance, n } = contrast;
  const zFixed = normalQuantile(1 - options.alpha / 2);
  const tau = (zFixed ** 2 * options.unitVariances) / n;
  const spread = variance + tau;
  const zStar = Math.sqrt(
    (spread / tau) * (-2 * Math.log(options.alpha / 2) - Math.log(variance / spread)),
  );
  const reach = zStar * Math.sqrt(variance);
  // Read off a normal distribution whose interval would be this one.
  const pValue = 2 * normalCdf((-Math.abs(estimate) / reach) * zFixed);
  return { estimate, zStar, ciLow: estimate - reach, ciHigh: estimate + reach, pValue };
}
