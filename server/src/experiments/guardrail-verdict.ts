// Whether the guardrails of an experiment hold, by the verdict that rollouts go by: evidence that is right however
// often one looks, combined over all guardrails. Each variant is held against control with its part of the error rate.
import type { Guardrail, GuardrailFamily } from '#metrics/guardrail';
import type { GuardrailData } from '#metrics/outcome';
import { type Assessment, type Measured, reachVerdict } from '#metrics/verdict';
import { type Moments, type PlainSample, momentsOf } from '#stats/sample';
import type { ArmResult, MetricResult } from './analysis.ts';
import { sampleOf, strataOf } from './arm-samples.ts';
import type { Metric } from './metric.ts';
import type { ArmStatistics } from './statistics.ts';
import { metricName } from './metric-words.ts';

/** Of all guardrails and variants together: the chance that a harmless experiment is stopped. */
const ALPHA = 0.05;
/** Of pausing in a rollout; here of telling that something looks worse. */
const ALPHA_TELL = 0.25;
/** Of calling safe what harms. */
const BETA = 0.2;
/** Fewer people hurt stop nothing. */
const MIN_AFFECTED = 3;
/** From this share of people on, counts are as good as normal. */
const COMMON_SHARE = 0.2;
/** Half of the way to the limit is where people should look. */
const YELLOW = 0.5;
/** A number that may fall by everything would never be harmed. */
const LEAST_RATIO = 0.05;

/** `uncounted`: it could not be counted, and so guards nothing. */
type GuardrailState = 'undecided' | 'safe' | 'harmed' | 'breached' | 'uncounted';

/** What a metric shows, or why it could not be counted. */
export type Guarded = MetricResult & { readonly error?: string | null };

export type GuardrailFinding = {
  readonly uuid: string;
  readonly name: string;
  readonly variant: string;
  readonly state: GuardrailState;
  /** Shared with all others, right at every look. */
  readonly pValue: number;
  /** Of control's value; null where that is zero. */
  readonly lift: number | null;
  /** Of the variant; null without any. */
  readonly value: number | null;
  /** Why it could not be counted. */
  readonly error: string | null;
};

/** Every guardrail for every variant. */
export function guardrailFindings(results: readonly Guarded[]): GuardrailFinding[] {
  const guarded = results.filter(({ metric }) => metric.guardrail !== undefined);
  const variants = guarded[0]?.variants.map(({ key }) => key) ?? [];
  return variants.flatMap((variant) => findingsOf(guarded, variant, variants.length));
}

function findingsOf(
  guarded: readonly Guarded[],
  variant: string,
  variants: number,
): GuardrailFinding[] {
  const measured = guarded.map((result) => measuredOf(result, variant));
  const verdict = reachVerdict(measured, 'ratio', CARRY, {
    alpha: ALPHA / variants,
    alphaPause: ALPHA_TELL / variants,
    beta: BETA,
  });
  return guarded.flatMap((result, i) => {
    const assessment = verdict.assessments[i];
    if (!assessment) return [];
    const { metric, error = null } = result;
    // The mean over all guardrails reaches its line when one of them reaches so many times it.
    const shared = guarded.length * variants * Math.exp(-assessment.lnE);
    return {
      uuid: metric.uuid,
      name: metricName(metric),
      variant,
      state: error === null ? stateOf(assessment) : 'uncounted',
      pValue: Math.min(1, shared),
      ...movedBy(result, variant),
      error,
    };
  });
}
/** There is one stage, from the launch to the end. */
const CARRY = { stage: 1, planned: 1, lnW: {}, accepted: null };

/** Only what is beyond its own limit stops an experiment, however many others look worse beside it. */
function stateOf({ band }: Assessment) {
  if (band === 'red') return 'breached';
  if (band === 'yellow') return 'harmed';
  return band === 'safe' ? 'safe' : 'undecided';
}

function movedBy(
  { baseline, variants }: MetricResult,
  key: string,
): Pick<GuardrailFinding, 'value' | 'lift'> {
  const value = variants.find((one) => one.key === key)?.value ?? null;
  if (value === null || baseline.value === null) return { value, lift: 0 };
  return { value, lift: baseline.value === 0 ? null : value / baseline.value - 1 };
}

const NOBODY: ArmResult = { key: '', n: 0, sum: 0, sumSquares: 0, value: null, failures: [] };

function measuredOf({ metric, baseline, variants }: MetricResult, key: string): Measured {
  const variant = variants.find((one) => one.key === key) ?? NOBODY;
  const isShare = sampleOf(metric, baseline).kind === 'proportion';
  const pooled = (baseline.sum + variant.sum) / Math.max(1, baseline.n + variant.n);
  const strata = strataOf(baseline, variant);
  const data: GuardrailData = isShare
    ? {
        hits: [
          strata.map(({ control, variant: own }) => ({
            nT: own.n,
            nC: control.n,
            a: own.sum,
            b: control.sum,
          })),
        ],
        tallies: [],
        spreads: [],
      }
    : { hits: [], tallies: [talliesOf(metric, strata)], spreads: [] };
  return { guardrail: guardrailOf(metric, isShare, pooled > COMMON_SHARE), data };
}

function guardrailOf(metric: Metric, isShare: boolean, isCommon: boolean): Guardrail {
  const harm = metric.goal === 'decrease' ? 'up' : 'down';
  return {
    id: metric.uuid,
    kind: metric.metric_type,
    family: familyOf(metric),
    event: '',
    filters: [],
    measure: isShare ? { kind: 'share' } : { kind: 'mean', property: null, cap: null, per: null },
    isCommon,
    usualShare: null,
    harm,
    bands: bandsOf(metric, harm),
    absolute: null,
    minAffectedPeople: MIN_AFFECTED,
    require: 'no_harm',
    onRed: 'rollback',
  };
}

function bandsOf({ guardrail }: Metric, harm: Guardrail['harm']): Guardrail['bands'] {
  if (!guardrail) return null;
  const sign = harm === 'up' ? 1 : -1;
  const { threshold, threshold_kind: kind } = guardrail;
  if (kind === 'absolute') {
    const red = sign * threshold;
    return { scale: 'difference', compare: 'pp', yellow: red * YELLOW, red };
  }
  const at = (share: number) => Math.max(LEAST_RATIO, 1 + sign * threshold * share);
  return { scale: 'ratio', compare: 'ratio', yellow: at(YELLOW), red: at(1) };
}

function familyOf(metric: Metric): GuardrailFamily {
  if (metric.metric_type === 'quantile') return 'speed';
  const event = metric.metric_type === 'funnel' ? metric.series[0]?.event : undefined;
  const source = metric.metric_type === 'mean' ? metric.source : undefined;
  if (event === '$exception' || source?.event === '$exception') return 'errors';
  return source?.math === 'sum' ? 'business' : 'behaviour';
}

/** Both arms, each time between changes of the shares with the part of all people who came in it. */
function talliesOf(metric: Metric, strata: ReturnType<typeof strataOf>) {
  const all = strata.reduce((sum, { control, variant }) => sum + control.n + variant.n, 0);
  const shares = strata.map(({ control, variant }) => (control.n + variant.n) / all);
  const tally = (arms: readonly ArmStatistics[]) => tallyOf(metric, arms, shares);
  return {
    treatment: tally(strata.map(({ variant }) => variant)),
    control: tally(strata.map(({ control }) => control)),
  };
}

/**
 * A mean per person with its variance, as the sums that would have it. Without the adjustment for what people did
 * before: the evidence is of the sums themselves.
 */
function tallyOf(metric: Metric, arms: readonly ArmStatistics[], shares: readonly number[]) {
  const samples = arms.map((arm) => sampleOf(metric, arm));
  const moments = samples.map((sample) =>
    sample.n < 2 ? { n: sample.n, mean: Number.NaN, variance: 0 } : momentsOf(sample),
  );
  const over = (value: (one: Moments, share: number) => number) =>
    moments.reduce((sum, one, i) => sum + value(one, shares[i] ?? 0), 0);
  const n = over((one) => one.n);
  const mean = over((one, share) => share * one.mean);
  const variance = n * over((one, share) => (share ** 2 * one.variance) / one.n);
  if (n < 2 || !Number.isFinite(mean) || !Number.isFinite(variance)) {
    return { any: 0, n: 0, sx: 0, sy: 0, sxx: 0, syy: 0, sxy: 0 };
  }
  const any = samples.reduce((sum, sample) => sum + withAny(sample), 0);
  const syy = (n - 1) * variance + n * mean * mean;
  return { any, n, sx: n, sy: n * mean, sxx: n, syy, sxy: n * mean };
}

/**
 * People with anything at all, at least: by Cauchy and Schwarz the squared sum over the sum of squares is never more
 * than the number of people whose value is not zero.
 */
function withAny(sample: PlainSample): number {
  if (sample.kind !== 'mean' && sample.kind !== 'ratio') return sample.n;
  const { sum, sumSquares } = sample.kind === 'mean' ? sample : sample.num;
  return sumSquares > 0 ? (sum * sum) / sumSquares : 0;
}
