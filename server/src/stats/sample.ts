// What is known of one arm of an experiment for one metric: sums over its units (people or groups), and the
// mean and variance that follow. Sums merge, so they can be computed in the event store in one pass.
// Formulas: docs/statistics.md §7.

/** Sum and sum of squares of one value per unit. */
export type Sums = { readonly sum: number; readonly sumSquares: number };

export type MeanSample = { readonly kind: 'mean'; readonly n: number } & Sums;
export type ProportionSample = {
  readonly kind: 'proportion';
  readonly n: number;
  readonly sum: number;
};
/** Numerator over denominator, both per unit; units without denominator stay in with zeros. */
export type RatioSample = {
  readonly kind: 'ratio';
  readonly n: number;
  readonly num: Sums;
  readonly den: Sums;
  readonly sumProducts: number;
};
/** A quantile with the order statistics that bound it at 95 % (quantile.ts). */
type QuantileSample = {
  readonly kind: 'quantile';
  readonly n: number;
  /** Values that the ranks were taken from; n when they are exact. */
  readonly nStar: number;
  /** 0 to 1. */
  readonly nu: number;
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
};
/** A quantile of events, several to a unit: per unit, how many events and how many at or below it. */
export type ClusteredQuantileSample = Omit<QuantileSample, 'kind'> & {
  readonly kind: 'quantileClustered';
  readonly clusters: number;
  readonly main: Sums;
  readonly den: Sums;
  readonly sumProducts: number;
};
export type PlainSample =
  | MeanSample
  | ProportionSample
  | RatioSample
  | QuantileSample
  | ClusteredQuantileSample;

/** Mean per unit and its variance per unit (the variance of the mean is variance / n). */
export type Moments = { readonly n: number; readonly mean: number; readonly variance: number };

/** Sample variance; 0 for fewer than two units. */
export function varianceOf(n: number, { sum, sumSquares }: Sums): number {
  return n <= 1 ? 0 : (sumSquares - (sum * sum) / n) / (n - 1);
}

/** Sample covariance from a sum of products. */
export function covarianceOf(n: number, sumProducts: number, sumX: number, sumY: number): number {
  return n <= 1 ? 0 : (sumProducts - (sumX * sumY) / n) / (n - 1);
}

/** Covariance of numerator and denominator. */
export function ratioCovariance(sample: RatioSample): number {
  return covarianceOf(sample.n, sample.sumProducts, sample.num.sum, sample.den.sum);
}

/** Standard normal quantile at 0.975, by which quantile bounds are drawn. */
const Z_95 = 1.9599639845400538;

export function momentsOf(sample: PlainSample): Moments {
  const { n } = sample;
  switch (sample.kind) {
    case 'mean':
      return { n, mean: sample.sum / n, variance: varianceOf(n, sample) };
    case 'proportion': {
      const mean = sample.sum / n;
      return { n, mean, variance: mean * (1 - mean) };
    }
    case 'ratio':
      return ratioMomentsOf(sample);
    case 'quantile':
      return { n, mean: sample.estimate, variance: rankVariance(sample) };
    case 'quantileClustered': {
      const { nu } = sample;
      const inflation = shareVariance(sample) / ((nu * (1 - nu)) / n);
      return { n, mean: sample.estimate, variance: rankVariance(sample) * inflation };
    }
  }
}

/** From the distance between the order statistics that bound the quantile. */
function rankVariance({ n, nStar, lower, upper }: Omit<QuantileSample, 'kind'>): number {
  const width = (upper - lower) / (2 * Z_95);
  return (nStar / n) * (n - 1) * width * width;
}

/** Variance of the share of events at or below the quantile, a ratio of sums over units. */
function shareVariance(sample: ClusteredQuantileSample): number {
  const { clusters: k, main, den, sumProducts } = sample;
  const share = main.sum / den.sum;
  const spread =
    varianceOf(k, main) -
    2 * share * covarianceOf(k, sumProducts, main.sum, den.sum) +
    share * share * varianceOf(k, den);
  return spread / (k * (den.sum / k) ** 2);
}

/** Delta method: the unit of randomisation is the unit of analysis. */
function ratioMomentsOf(sample: RatioSample): Moments {
  const { n, num, den } = sample;
  const meanNum = num.sum / n;
  const meanDen = den.sum / n;
  const variance =
    varianceOf(n, num) / meanDen ** 2 +
    (varianceOf(n, den) * meanNum ** 2) / meanDen ** 4 -
    (2 * ratioCovariance(sample) * meanNum) / meanDen ** 3;
  return { n, mean: meanNum / meanDen, variance };
}
