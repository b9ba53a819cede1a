// How near the interval of a goal is to the width at which the planned change would stand out. Pure.
import type { MetricAnswer, VariantAnswer } from '../api/experiments.ts';
import { intervalOf } from './experiment-words.ts';

export type Precision = {
  /** 0 to 1; (planned effect ÷ half of the interval)², which grows with the number of people. */
  readonly share: number;
  /** Half of the widest interval, as a share of control’s value. */
  readonly reach: number;
};

/**
 * Of the variant of which least is known; null where one has no bounds.
 * @param effect the planned change, as a share
 */
export function precisionOf(
  { variant_results: variants }: Pick<MetricAnswer, 'variant_results'>,
  effect: number,
): Precision | null {
  const reaches = variants.map(reachOf);
  const known = reaches.filter((reach) => reach !== null);
  if (known.length === 0 || known.length < variants.length) return null;
  const reach = Math.max(...known);
  return { reach, share: reach <= effect ? 1 : (effect / reach) ** 2 };
}

function reachOf(variant: VariantAnswer): number | null {
  const [low = null, high = null] = intervalOf(variant) ?? [];
  return low === null || high === null ? null : (high - low) / 2;
}
