// How somebody looks at results instead of as planned, and what a variant changed in the units that they want. Pure.
import type { Metric, ResultsView, VariantAnswer } from '../api/experiments.ts';
import { CONTROL } from './draft.ts';
import { intervalOf, liftText, numberText } from './experiment-words.ts';
import { isShare } from './metric-words.ts';

export const SCALES = [
  { value: 'relative', label: 'Percent' },
  { value: 'absolute', label: 'Absolute' },
  { value: 'daily', label: 'A day' },
] as const;
export type Scale = (typeof SCALES)[number]['value'];

/** What the server is asked, and in which units it is shown. */
export type View = ResultsView & { readonly scale: Scale };

export const AS_PLANNED: View = { scale: 'relative' };

/** Whether other numbers are shown than those that decide; units change none. */
export const isOffPlan = ({ baseline, level, day }: ResultsView): boolean =>
  baseline !== undefined || level !== undefined || day !== undefined;

export type Effect = {
  readonly moved: number;
  /** An end is null where there is no bound. */
  readonly low: number | null;
  readonly high: number | null;
  readonly text: (value: number) => string;
};

/**
 * What a variant changed; null where that cannot be told in these units.
 * @param perDay people who come a day, of all variants
 */
export function effectOf(
  metric: Metric,
  variant: VariantAnswer,
  scale: Scale,
  perDay: number,
): Effect | null {
  if (scale === 'relative') return relativeEffect(variant);
  const { difference, difference_interval: ends } = variant;
  if (difference === null || (scale === 'daily' && !addsUp(metric))) return null;
  const by = scale === 'daily' ? perDay : 1;
  const [low, high] = (ends ?? [null, null]).map((end) => (end === null ? null : end * by));
  const text = scale === 'absolute' && isShare(metric) ? pointsText : signedText;
  return { moved: difference * by, low: low ?? null, high: high ?? null, text };
}

function relativeEffect(variant: VariantAnswer): Effect | null {
  const [low = null, high = null] = intervalOf(variant) ?? [];
  const { lift } = variant;
  return lift === null ? null : { moved: lift, low, high, text: liftText };
}

/** Whether what people do is more the more people there are. */
function addsUp(metric: Metric): boolean {
  if (isShare(metric)) return true;
  if (metric.metric_type !== 'mean') return false;
  return !['avg', 'min', 'max'].includes(metric.source.math ?? 'total');
}

const signed = (text: string, value: number): string => {
  const size = text.replace(/^[-−]/, '');
  if (!/[1-9]/.test(size)) return size;
  return `${value > 0 ? '+' : '−'}${size}`;
};
/** `+1,240` */
const signedText = (value: number): string => signed(numberText(value), value);
/** Shares differ by points of a hundred: `+1.3 pp`. */
const pointsText = (value: number): string => signed(`${(value * 100).toFixed(2)} pp`, value);

/** Where harm begins on an axis of these units; harm is held against control. */
export function thresholdOf(
  { guardrail, goal }: Metric,
  scale: Scale,
  baseline: string,
): number | undefined {
  if (!guardrail || scale !== guardrail.threshold_kind || baseline !== CONTROL) return undefined;
  return goal === 'decrease' ? guardrail.threshold : -guardrail.threshold;
}
