// CUPED (Deng et al. 2013): what units did before the experiment explains part of what they do in it; taking
// that part away narrows the interval and moves no mean. One theta for both arms of a comparison.
import { type Moments, type Sums, covarianceOf, varianceOf } from './sample.ts';

/** A metric and the same metric before the exposure, per unit. */
export type CupedSample = {
  readonly kind: 'cuped';
  readonly n: number;
  readonly post: Sums;
  readonly pre: Sums;
  readonly sumProducts: number;
  /** Both values are 0 or 1: moments of the population form then. */
  readonly binary?: boolean;
};

/** A ratio metric and the same ratio before the exposure. */
export type CupedRatioSample = {
  readonly kind: 'cupedRatio';
  readonly n: number;
  readonly numPost: Sums;
  readonly denPost: Sums;
  readonly numPre: Sums;
  readonly denPre: Sums;
  readonly sumProducts: {
    readonly numPostNumPre: number;
    readonly denPostDenPre: number;
    readonly numPreDenPre: number;
    readonly numPostDenPost: number;
    readonly numPostDenPre: number;
    readonly numPreDenPost: number;
  };
};

type Spread = {
  readonly n: number;
  readonly meanPost: number;
  readonly meanPre: number;
  readonly varPost: number;
  readonly varPre: number;
  readonly cov: number;
};

export function spreadOf(sample: CupedSample): Spread {
  const { n, post, pre, sumProducts } = sample;
  const meanPost = post.sum / n;
  const meanPre = pre.sum / n;
  if (sample.binary === true) {
    return {
      n,
      meanPost,
      meanPre,
      varPost: meanPost * (1 - meanPost),
      varPre: meanPre * (1 - meanPre),
      cov: sumProducts / n - meanPost * meanPre,
    };
  }
  return {
    n,
    meanPost,
    meanPre,
    varPost: varianceOf(n, post),
    varPre: varianceOf(n, pre),
    cov: covarianceOf(n, sumProducts, post.sum, pre.sum),
  };
}

const addSums = (a: Sums, b: Sums): Sums => ({
  sum: a.sum + b.sum,
  sumSquares: a.sumSquares + b.sumSquares,
});

/** The share of the earlier value that is taken away; 0 when one of the two never varies. */
export function cupedTheta(control: CupedSample, treatment: CupedSample): number {
  const pooled: CupedSample = {
    ...control,
    n: control.n + treatment.n,
    post: addSums(control.post, treatment.post),
    pre: addSums(control.pre, treatment.pre),
    sumProducts: control.sumProducts + treatment.sumProducts,
  };
  const { varPost, varPre, cov } = spreadOf(pooled);
  return varPost > 0 && varPre > 0 ? cov / varPre : 0;
}

/** Adjusted moments of one arm; `varianceReduction` is the share of the variance that went away. */
export function cupedAdjust(
  sample: CupedSample,
  theta: number,
): Moments & { readonly varianceReduction: number } {
  const { n, meanPost, meanPre, varPost, varPre, cov } = spreadOf(sample);
  const variance = varPost + theta * theta * varPre - 2 * theta * cov;
  return {
    n,
    mean: meanPost - theta * meanPre,
    variance,
    varianceReduction: 1 - variance / varPost,
  };
}

/** A ratio's arm, linearised: what one unit adds to the ratio, in the experiment and before it. */
export type LinearRatio = {
  readonly n: number;
  readonly post: number;
  readonly pre: number;
  readonly varPost: number;
  readonly varPre: number;
  readonly cov: number;
};

export function linearRatio(sample: CupedRatioSample): LinearRatio {
  const { n, numPost, denPost, numPre, denPre, sumProducts: products } = sample;
  const post = numPost.sum / denPost.sum;
  const pre = numPre.sum / denPre.sum;
  const meanPost = denPost.sum / n;
  const meanPre = denPre.sum / n;
  const cov = (product: number, x: Sums, y: Sums) => covarianceOf(n, product, x.sum, y.sum);
  const linearVariance = (num: Sums, den: Sums, product: number, ratio: number, mean: number) =>
    (varianceOf(n, num) + ratio * ratio * varianceOf(n, den) - 2 * ratio * cov(product, num, den)) /
    (mean * mean);
  return {
    n,
    post,
    pre,
    varPost: linearVariance(numPost, denPost, products.numPostDenPost, post, meanPost),
    varPre: linearVariance(numPre, denPre, products.numPreDenPre, pre, meanPre),
    cov:
      (cov(products.numPostNumPre, numPost, numPre) -
        pre * cov(products.numPostDenPre, numPost, denPre) -
        post * cov(products.numPreDenPost, numPre, denPost) +
        post * pre * cov(products.denPostDenPre, denPost, denPre)) /
      (meanPost * meanPre),
  };
}

export function cupedRatioTheta(control: LinearRatio, treatment: LinearRatio): number {
  const varPre = control.varPre + treatment.varPre;
  return varPre > 0 ? (control.cov + treatment.cov) / varPre : 0;
}
