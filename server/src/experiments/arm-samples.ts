// One variant's sums as the tests take them, as they are and adjusted for what people did before.
import { type CupedRatioSample, type CupedSample } from '#stats/cuped';
import type { PlainSample } from '#stats/sample';
import type { Metric } from './metric.ts';
import { type ArmStatistics, NO_ONE, RATIO_PRODUCTS } from './statistics.ts';

/** Fewer people in a variant tell nothing. */
export const MIN_PEOPLE = 50;
/** People of all variants from whom on a past is worth its noise, and the share of them that must have one. */
const MIN_WITH_PAST = 100;
const MIN_PAST_SHARE = 0.05;

/** A variant's people as the tests take them, whatever they did before. */
export function sampleOf(metric: Metric, arm: ArmStatistics): PlainSample {
  const { n, sum, sumSquares, denSum = 0, denSumSquares = 0, sumProducts = 0 } = arm;
  switch (metric.metric_type) {
    case 'funnel':
    case 'retention':
      return { kind: 'proportion', n, sum };
    case 'ratio': {
      const den = { sum: denSum, sumSquares: denSumSquares };
      return { kind: 'ratio', n, num: { sum, sumSquares }, den, sumProducts };
    }
    case 'quantile':
      return quantileSample(metric.quantile, arm);
    case 'mean':
      return metric.threshold === undefined
        ? { kind: 'mean', n, sum, sumSquares }
        : { kind: 'proportion', n, sum };
  }
}

function quantileSample(nu: number, arm: ArmStatistics): PlainSample {
  const { n, sum, sumSquares, denSum = 0, denSumSquares = 0, sumProducts = 0 } = arm;
  const { estimate = 0, lower = 0, upper = 0, clusters } = arm.quantile ?? {};
  const ranks = { n, nStar: n, nu, estimate, lower, upper };
  if (clusters === undefined) return { kind: 'quantile', ...ranks };
  const main = { sum, sumSquares };
  const den = { sum: denSum, sumSquares: denSumSquares };
  return { kind: 'quantileClustered', ...ranks, clusters, main, den, sumProducts };
}

/** The same with what they did before; only for metrics whose adjustment is on. */
export function adjustedSampleOf(
  metric: Metric,
  arm: ArmStatistics,
): CupedSample | CupedRatioSample {
  const { n, sum, sumSquares, preSum = 0, preSumSquares = 0, sumProducts = 0 } = arm;
  const post = { sum, sumSquares };
  const pre = { sum: preSum, sumSquares: preSumSquares };
  if (metric.metric_type !== 'ratio') {
    const binary = metric.metric_type === 'funnel';
    return { kind: 'cuped', n, post, pre, sumProducts, binary };
  }
  const products = Object.fromEntries(
    RATIO_PRODUCTS.map((name, i) => [name, arm.preProducts?.[i] ?? 0]),
  ) as Omit<CupedRatioSample['sumProducts'], 'numPostDenPost'>;
  return {
    kind: 'cupedRatio',
    n,
    numPost: post,
    denPost: { sum: arm.denSum ?? 0, sumSquares: arm.denSumSquares ?? 0 },
    numPre: pre,
    denPre: { sum: arm.preDenSum ?? 0, sumSquares: arm.preDenSumSquares ?? 0 },
    sumProducts: { ...products, numPostDenPost: sumProducts },
  };
}

/**
 * What is compared with each other: those who came while the shares of the variants were the same. Over a change
 * people differ in more than their variant. A time with too few people in one of both is left out.
 */
export function strataOf(
  control: ArmStatistics,
  variant: ArmStatistics,
): readonly { readonly control: ArmStatistics; readonly variant: ArmStatistics }[] {
  const { epochs } = control;
  if (!epochs) return [{ control, variant }];
  return epochs
    .map((own, i) => ({ control: own, variant: variant.epochs?.[i] ?? NO_ONE }))
    .filter((one) => one.control.n >= MIN_PEOPLE && one.variant.n >= MIN_PEOPLE);
}

/** Why a metric that should be adjusted is not; null: it is. Undefined: it should not be. */
export function unadjustedBecause(
  metric: Metric,
  arms: readonly ArmStatistics[],
): string | null | undefined {
  if (metric.cuped?.enabled !== true) return undefined;
  const total = (value: (arm: ArmStatistics) => number) =>
    arms.reduce((sum, arm) => sum + value(arm), 0);
  const people = total(({ n }) => n);
  // What was kept before people with a past were counted is taken as it was.
  const withPast = total(({ preAny, n }) => preAny ?? n);
  if (people <= MIN_WITH_PAST) {
    return `Not adjusted yet: more than ${MIN_WITH_PAST} are needed, ${people} have come.`;
  }
  if (withPast / people <= MIN_PAST_SHARE) {
    const share = (MIN_PAST_SHARE * 100).toFixed(0);
    return `Not adjusted: only ${withPast} of ${people} did anything like it before, ${share} % are needed.`;
  }
  const hasGap = metric.metric_type === 'ratio' && arms.some(({ preDenSum = 0 }) => preDenSum <= 0);
  return hasGap ? 'Not adjusted: before the experiment there is nothing to divide by.' : null;
}
