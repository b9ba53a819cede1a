// Whether a guardrail of an experiment holds: harm is called only when it is sure at every look, and a breach only
// when it also lies beyond the threshold.
import type { MetricResult, VariantResult } from './analysis.ts';

/** Of all guardrails together: the chance that a harmless experiment is stopped. */
const ALPHA = 0.05;

type GuardrailState = 'undecided' | 'harmed' | 'breached';

export type GuardrailFinding = {
  readonly name: string;
  readonly variant: string;
  readonly state: GuardrailState;
  /** Shared with all others: at most {@link ALPHA} exactly when harm is sure. */
  readonly pValue: number;
  readonly lift: number;
};

/** Every guardrail for every variant. */
export function guardrailFindings(results: readonly MetricResult[]): GuardrailFinding[] {
  const guarded = results.filter(({ metric }) => metric.guardrail !== undefined);
  const looks = guarded.flatMap(({ variants }) => variants).length;
  return guarded.flatMap((result) =>
    result.variants.map((variant) => findingOf(result, variant, looks)),
  );
}

function findingOf(
  { metric, baseline }: MetricResult,
  { key, comparison }: VariantResult,
  looks: number,
): GuardrailFinding {
  const name = metric.name ?? metric.metric_type;
  const none = { name, variant: key, state: 'undecided', pValue: 1, lift: 0 } as const;
  if (!comparison || !metric.guardrail) return none;
  const { difference, lift, harmPValue } = comparison;
  const pValue = Math.min(1, harmPValue * looks);
  const moved = lift ?? difference;
  if (pValue >= ALPHA) return { ...none, pValue, lift: moved };
  const { threshold, threshold_kind: kind } = metric.guardrail;
  const limit = kind === 'absolute' ? threshold : threshold * Math.abs(baseline.value ?? 0);
  const isBeyond = Math.abs(difference) > limit;
  return { ...none, pValue, lift: moved, state: isBeyond ? 'breached' : 'harmed' };
}
