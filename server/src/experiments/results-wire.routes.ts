// Results as the API tells them.
import type { z } from 'zod';
import type { ArmResult, Comparison, MetricResult, VariantResult } from './analysis.ts';
import type { StatsConfig } from './experiment.ts';
import type { Metric } from './metric.ts';
import { isSuspicious } from './metric-checks.ts';
import type { MetricDetail } from './metric-detail.service.ts';
import type { Readings } from './readings.service.ts';
import type { MetricDetailBody, ReadingsBody } from './metric-detail.contract.ts';
import type { ResultsBody } from './results.contract.ts';
import type { MetricAnswer } from './answers.ts';
import type { Results } from './results.ts';

type Wire = z.input<typeof ResultsBody>;
type WireMetric = Wire['metrics'][number];

export function toResultsBody(
  results: Results,
  startDate: Date,
  { method, sequential, confidence_level }: StatsConfig,
): Wire {
  const { recommendation } = results;
  return {
    as_of: results.asOf.toISOString(),
    plan: { method, sequential, confidence_level },
    units: { ...results.units },
    freshness: results.freshness,
    is_final: results.isFinal,
    settled_at: results.settledAt?.toISOString() ?? null,
    exposures: exposuresBody(results, startDate),
    changes: results.changes.map(({ atMs, day, kind }) => ({
      at: new Date(atMs).toISOString(),
      day,
      kind,
    })),
    checks: results.checks.map((one) => ({ ...one })),
    metrics: results.goals.map((one) => metricBody(one, method)),
    metrics_secondary: results.secondary.map((one) => metricBody(one, method)),
    recommendation: {
      ...recommendation,
      reasons: [...recommendation.reasons],
      guardrails: recommendation.guardrails.map(({ uuid, pValue, ...one }) => ({
        ...one,
        metric_uuid: uuid,
        p_value: pValue,
      })),
    },
  };
}

function exposuresBody(results: Results, startDate: Date): Wire['exposures'] {
  const { sampleRatio } = results;
  return {
    timeseries: Object.entries(results.cumulative).map(([variant, counts]) => ({
      variant,
      days: [...results.days],
      exposure_counts: [...counts],
    })),
    total_exposures: { ...results.total },
    date_range: { date_from: startDate.toISOString(), date_to: results.asOf.toISOString() },
    sample_ratio: sampleRatio && {
      p_value: sampleRatio.pValue,
      sequential_p_value: sampleRatio.sequentialPValue,
      expected: { ...sampleRatio.expected },
    },
    levels_off: results.levelsOff.map(({ pValue, people, expected, ...level }) => ({
      ...level,
      people: { ...people },
      expected: { ...expected },
      p_value: pValue,
    })),
  };
}

export function toDetailBody({
  asOf,
  sql,
  distribution,
}: MetricDetail): z.input<typeof MetricDetailBody> {
  return {
    as_of: asOf.toISOString(),
    sql,
    distribution: distribution && {
      is_whole: distribution.isWhole,
      parts: distribution.parts.map((part) => ({ ...part, people: { ...part.people } })),
      arms: distribution.arms.map(({ largestShare, topShare, ...arm }) => ({
        ...arm,
        largest_share: largestShare,
        top_share: topShare,
      })),
    },
  };
}

export function toReadingsBody({ asOf, tookMs, readings }: Readings): z.input<typeof ReadingsBody> {
  return {
    as_of: asOf.toISOString(),
    took_ms: tookMs,
    readings: readings.map(({ id, variants }) => ({
      id,
      variant_results: variants.map(({ key, comparison }) => {
        const {
          credible_interval,
          confidence_interval: interval,
          ...told
        } = comparison ? comparisonBody(comparison, 'frequentist') : NOT_TOLD;
        return { key, ...told, interval: credible_interval ?? interval };
      }),
    })),
  };
}

function metricBody(answer: MetricAnswer, method: StatsConfig['method']): WireMetric {
  return {
    ...comparedBody(answer, method),
    metric: { ...answer.metric },
    error: answer.error,
    not_adjusted: answer.unadjusted,
    winsorization: answer.bounds,
    breakdown_results: answer.breakdown.map(({ values, result }) => ({
      ...comparedBody(result, method),
      breakdown_value: values.map((value) => (value === '' ? '(none)' : value)),
    })),
    timeseries: answer.series.map(({ day, hasOtherSettings, result, added }) => ({
      ...comparedBody(result, method),
      day,
      settings_changed: hasOtherSettings,
      added: Object.fromEntries(
        Object.entries(added).map(([key, { n, sum }]) => [key, { number_of_samples: n, sum }]),
      ),
    })),
  };
}

function comparedBody({ metric, baseline, variants }: MetricResult, method: StatsConfig['method']) {
  return {
    baseline: armBody(metric, baseline),
    variant_results: variants.map((one) => variantBody(metric, one, method, baseline)),
  };
}

function armBody(metric: Metric, arm: ArmResult) {
  const isRatio = metric.metric_type === 'ratio';
  return {
    key: arm.key,
    number_of_samples: arm.n,
    sum: arm.sum,
    sum_squares: arm.sumSquares,
    ...(isRatio
      ? {
          denominator_sum: arm.denSum ?? 0,
          denominator_sum_squares: arm.denSumSquares ?? 0,
          numerator_denominator_sum_product: arm.sumProducts ?? 0,
        }
      : {}),
    ...(arm.stepCounts ? { step_counts: [...arm.stepCounts] } : {}),
    value: arm.value,
    validation_failures: [...arm.failures],
  };
}

function variantBody(
  metric: Metric,
  variant: VariantResult,
  method: StatsConfig['method'],
  baseline: ArmResult,
) {
  const { comparison } = variant;
  const told = comparison ? comparisonBody(comparison, method) : NOT_TOLD;
  const suspicious = isSuspicious(baseline, variant, comparison?.lift ?? 0);
  return { ...armBody(metric, variant), method, ...told, suspicious };
}

const NOT_TOLD = {
  lift: null,
  confidence_interval: null,
  credible_interval: null,
  difference: null,
  difference_interval: null,
  standard_error: null,
  df: null,
  p_value: null,
  p_value_adjusted: null,
  chance_to_win: null,
  expected_loss: null,
  significant: false,
  covariate_adjusted: false,
  variance_reduction: null,
} as const;

function comparisonBody(comparison: Comparison, method: StatsConfig['method']) {
  const { liftInterval, differenceInterval } = comparison;
  const lift = [liftInterval.low, liftInterval.high];
  return {
    lift: comparison.lift,
    confidence_interval: method === 'frequentist' ? lift : null,
    credible_interval: method === 'bayesian' ? lift : null,
    difference: comparison.difference,
    difference_interval: [differenceInterval.low, differenceInterval.high],
    standard_error: comparison.standardError,
    df: comparison.df,
    p_value: comparison.pValue,
    p_value_adjusted: comparison.pValueAdjusted,
    chance_to_win: comparison.chanceToWin,
    expected_loss: comparison.expectedLoss,
    significant: comparison.isSignificant,
    covariate_adjusted: comparison.varianceReduction !== null,
    variance_reduction: comparison.varianceReduction,
  };
}
