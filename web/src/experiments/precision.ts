// How near the interval of a goal is to the width at which the planned change would stand out. Pure.
import type { MetricAnswer, VariantAnswer } from '../api/experiments.ts';
import { intervalOf } from './experiment-words.ts';

export type Precision = {
  /** 0 to 1; (target ÷ half of the interval)², which grows with the number of people. */
  readonly share: number;
  /** Half of the interval, as a share of control’s value. */
  readonly reach: number;
  /** How small that has to become. */
  readonly target: number;
};

/** The normal quantile of 80 %: the chance to find the planned change that plans are made for. */
const Z_POWER = 0.8416;

/**
 * Of the variant of which least is known; null where one has no bounds.
 * @param effect the planned change, as a share
 */
export function precisionOf(
  { variant_results: variants }: Pick<MetricAnswer, 'variant_results'>,
  effect: number,
): Precision | null {
  const all = variants.map((one) => precisionIn(one, effect));
  const known = all.filter((one) => one !== null);
  if (known.length < all.length) return null;
  return known.toSorted((a, b) => a.share - b.share)[0] ?? null;
}

/**
 * An interval of q standard errors to each side is as narrow as planned where a change that is found with that chance
 * lies q + z of them from zero: at effect · q / (q + z).
 */
function precisionIn(variant: VariantAnswer, effect: number): Precision | null {
  const { difference_interval: ends, standard_error: error } = variant;
  const reach = halfOf(intervalOf(variant));
  const half = halfOf(ends);
  if (reach === null || half === null || error === null || error === 0) return null;
  const q = half / error;
  const target = (effect * q) / (q + Z_POWER);
  return { reach, target, share: reach <= target ? 1 : (target / reach) ** 2 };
}

function halfOf(ends: readonly (number | null)[] | null): number | null {
  const [low = null, high = null] = ends ?? [];
  return low === null || high === null ? null : (high - low) / 2;
}
