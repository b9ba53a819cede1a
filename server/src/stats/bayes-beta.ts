// Bayesian reading of two shares with a beta prior, exactly (no simulation): integrals over one arm's posterior
// of the other's distribution function, by Gauss–Legendre in θ with x = sin² θ, which tames densities that
// are infinite at 0.
import { bisect } from './bisect.ts';
import { betaQuantile } from './distributions.ts';
import { gaussLegendre } from './quadrature.ts';
import { lnBeta, lnIncompleteBeta } from './special.ts';

type Beta = { readonly a: number; readonly b: number };

export type ShareCounts = { readonly n: number; readonly conversions: number };

export type BetaPosterior = {
  readonly probTreatmentBetter: number;
  readonly expectedLossTreatment: number;
  readonly expectedLossControl: number;
  readonly upliftMedian: number;
  readonly upliftLow: number;
  readonly upliftHigh: number;
};

const PANELS = 2;
const ORDER = 64;
/** Mass beyond these quantiles is below what a double can tell. */
const EDGE = 1e-15;

/** @param level of the interval of the relative uplift, for example 0.95. */
export function betaPosterior(
  control: ShareCounts,
  treatment: ShareCounts,
  options: {
    readonly prior: { readonly alpha: number; readonly beta: number };
    readonly level: number;
  },
): BetaPosterior {
  const A = posteriorOf(control, options.prior);
  const B = posteriorOf(treatment, options.prior);
  const overA = nodesOf(A);
  const gain = mean(
    overA,
    (x) => meanOf(B) * survival(x, { a: B.a + 1, b: B.b }) - x * survival(x, B),
  );
  const tail = (1 - options.level) / 2;
  const uplift = upliftQuantile(A, B);
  return {
    probTreatmentBetter: mean(overA, (x) => survival(x, B)),
    expectedLossControl: gain,
    expectedLossTreatment: gain - (meanOf(B) - meanOf(A)),
    upliftMedian: uplift(0.5),
    upliftLow: uplift(tail),
    upliftHigh: uplift(1 - tail),
  };
}

function posteriorOf(
  { n, conversions }: ShareCounts,
  prior: { readonly alpha: number; readonly beta: number },
): Beta {
  return { a: conversions + prior.alpha, b: n - conversions + prior.beta };
}

const meanOf = ({ a, b }: Beta): number => a / (a + b);
const survival = (x: number, { a, b }: Beta): number => Math.exp(lnIncompleteBeta(x, a, b).upper);
const cdf = (x: number, { a, b }: Beta): number => Math.exp(lnIncompleteBeta(x, a, b).lower);

type WeightedNode = { readonly x: number; readonly weight: number };

/** Nodes of the posterior's own distribution; weights sum to 1. */
function nodesOf({ a, b }: Beta): WeightedNode[] {
  const angle = (p: number) => Math.asin(Math.sqrt(betaQuantile(p, a, b)));
  const from = angle(EDGE);
  // The upper edge is the lower edge of the mirrored distribution: 1 − 1e-15 itself is not exact.
  const to = Math.acos(Math.sqrt(betaQuantile(EDGE, b, a)));
  const half = (to - from) / (2 * PANELS);
  const lnScale = lnBeta(a, b);
  const nodes = Array.from({ length: PANELS }, (_, panel) =>
    gaussLegendre(ORDER).map(({ x: at, weight }) => {
      const theta = from + half * (2 * panel + 1 + at);
      const [sin, cos] = [Math.sin(theta), Math.cos(theta)];
      const lnDensity = (2 * a - 1) * Math.log(sin) + (2 * b - 1) * Math.log(cos) - lnScale;
      return { x: sin * sin, weight: 2 * weight * half * Math.exp(lnDensity) };
    }),
  ).flat();
  const total = nodes.reduce((sum, { weight }) => sum + weight, 0);
  return nodes.map(({ x, weight }) => ({ x, weight: weight / total }));
}

function mean(nodes: readonly WeightedNode[], value: (x: number) => number): number {
  return nodes.reduce((sum, { x, weight }) => sum + weight * value(x), 0);
}

/** ln(1 + uplift) beyond ±30 is no uplift that data can show. */
const WIDEST = 30;

/** The relative uplift B/A − 1 that is not exceeded with a given chance. */
function upliftQuantile(A: Beta, B: Beta): (p: number) => number {
  const overA = nodesOf(A);
  const overB = nodesOf(B);
  // Integrating over A for positive uplifts loses digits when control has few conversions.
  const isBelow = (lnRatio: number, p: number): boolean => {
    const ratio = Math.exp(lnRatio);
    const chance =
      lnRatio > 0
        ? mean(overB, (x) => survival(x / ratio, A))
        : mean(overA, (x) => cdf(Math.min(1, ratio * x), B));
    return chance < p;
  };
  return (p) => Math.expm1(bisect(-WIDEST, WIDEST, (lnRatio) => isBelow(lnRatio, p)));
}
