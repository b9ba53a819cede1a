// From sums per variant to lift, intervals, p and chance to win, for both ways of judging. Every interval that is
// told agrees with its p-value and its verdict. Formulas: docs/statistics.md §7 to §9.
import { normalPosterior } from '#stats/bayes-normal';
import { sequentialTest } from '#stats/confidence-sequence';
import { type Contrast, type Sample, isContrast, stratifiedContrast } from '#stats/contrast';
import { normalQuantile, tQuantile } from '#stats/distributions';
import { fiellerInterval } from '#stats/fieller';
import { adjustInterval, adjustPValues } from '#stats/multiple';
import { hasEnoughForQuantile } from '#stats/quantile';
import { momentsOf } from '#stats/sample';
import { welchTest } from '#stats/welch';
import {
  MIN_PEOPLE,
  adjustedSampleOf,
  sampleOf,
  strataOf,
  unadjustedBecause,
} from './arm-samples.ts';
import { CONTROL, type StatsConfig } from './experiment.ts';
import type { Metric } from './metric.ts';
import { type ArmStatistics, NO_ONE } from './statistics.ts';

/** Why nothing can be said, in PostHog's words. */
type ValidationFailure =
  | 'not-enough-exposures'
  | 'not-enough-metric-data'
  | 'baseline-mean-is-zero';

/** Fewer conversions tell nothing. */
const MIN_CONVERSIONS = 5;

/** One variant by itself. */
export type ArmResult = ArmStatistics & {
  readonly key: string;
  /** Per person; null without any. */
  readonly value: number | null;
  readonly failures: readonly ValidationFailure[];
};

type Ends = { readonly low: number | null; readonly high: number | null };

/** One variant against control. */
export type Comparison = {
  /** Variant minus control, in the metric's unit. */
  readonly difference: number;
  readonly differenceInterval: Ends;
  /** The difference as a share of control's value. */
  readonly lift: number | null;
  /** An end is null where control is too noisy for a bound. */
  readonly liftInterval: Ends;
  readonly standardError: number;
  readonly df: number | null;
  readonly pValue: number;
  /** Held up to all goals and variants together. */
  readonly pValueAdjusted: number;
  readonly isSignificant: boolean;
  readonly chanceToWin: number;
  /** Of shipping it, per person, in the metric's unit. */
  readonly expectedLoss: number;
  /** Share of the variance that the adjustment took away; null without one. */
  readonly varianceReduction: number | null;
};

export type VariantResult = ArmResult & { readonly comparison: Comparison | null };

export type MetricResult = {
  readonly metric: Metric;
  readonly baseline: ArmResult;
  readonly variants: readonly VariantResult[];
  /** Why a metric that should be adjusted for what people did before is not; null: it is, or need not be. */
  readonly unadjusted: string | null;
};

/** The value per person that is shown; of an adjusted metric the plain one. */
function valueOf(metric: Metric, arm: ArmStatistics): number | null {
  if (arm.n === 0) return null;
  const { mean } = momentsOf(sampleOf(metric, arm));
  return Number.isFinite(mean) ? mean : null;
}

function armResult(
  metric: Metric,
  key: string,
  arm: ArmStatistics = NO_ONE,
  baseline: string = CONTROL,
): ArmResult {
  const value = valueOf(metric, arm);
  const failures: ValidationFailure[] = [];
  const people = arm.quantile?.clusters ?? arm.n;
  if (people < MIN_PEOPLE) failures.push('not-enough-exposures');
  if (!hasEnough(metric, arm)) failures.push('not-enough-metric-data');
  if (key === baseline && value === 0) failures.push('baseline-mean-is-zero');
  return { ...arm, key, value, failures };
}

function hasEnough(metric: Metric, arm: ArmStatistics): boolean {
  switch (metric.metric_type) {
    case 'funnel':
    case 'retention':
      return arm.sum >= MIN_CONVERSIONS;
    case 'ratio':
      return (arm.denSum ?? 0) > 0;
    case 'quantile':
      return hasEnoughForQuantile(arm.n, metric.quantile, 0.05);
    case 'mean':
      return metric.threshold === undefined || arm.sum >= MIN_CONVERSIONS;
  }
}

type Arms = Readonly<Record<string, ArmStatistics>>;

/** How results are judged, or how somebody looks at them instead: what is decided by stays the plan. */
export type Reading = StatsConfig & {
  /** What the others are compared with; control unless said. */
  readonly baseline?: string;
  /** Of intervals and verdicts, 0.95; the planned one unless said. */
  readonly level?: number;
};

const alphaOf = ({ level, confidence_level: planned }: Reading): number => 1 - (level ?? planned);

/** A metric's result; p-values are not held up to other metrics yet, see {@link adjusted}. */
export function analyse(
  metric: Metric,
  variants: readonly string[],
  arms: Arms,
  reading: Reading,
): MetricResult {
  const { baseline: base = CONTROL } = reading;
  const baseline = armResult(metric, base, arms[base], base);
  const others = variants.filter((key) => key !== base);
  const reason = unadjustedBecause(
    metric,
    variants.map((key) => arms[key] ?? NO_ONE),
  );
  const isAdjusted = reason === null;
  return {
    metric,
    baseline,
    unadjusted: reason ?? null,
    variants: others.map((key) => {
      const own = armResult(metric, key, arms[key], base);
      const isTold = baseline.failures.length === 0 && own.failures.length === 0;
      const comparison = isTold
        ? compare(contrastsOf(metric, baseline, own, isAdjusted), metric.goal, reading)
        : null;
      const failures: readonly ValidationFailure[] =
        isTold && !comparison ? ['not-enough-metric-data'] : own.failures;
      return { ...own, failures, comparison };
    }),
  };
}

type Contrasts = { readonly contrast: Contrast; readonly varianceReduction: number | null };

/** Undefined where there is nothing to tell apart by. */
function contrastsOf(
  metric: Metric,
  control: ArmStatistics,
  variant: ArmStatistics,
  isAdjusted: boolean,
): Contrasts | undefined {
  const strata = strataOf(control, variant);
  const contrast = (sample: (metric: Metric, arm: ArmStatistics) => Sample) =>
    stratifiedContrast(
      strata.map((one) => ({
        control: sample(metric, one.control),
        treatment: sample(metric, one.variant),
      })),
    );
  const plain = contrast(sampleOf);
  if (!isContrast(plain)) return undefined;
  const adjusted = isAdjusted ? contrast(adjustedSampleOf) : plain;
  if (!isAdjusted || !isContrast(adjusted)) return { contrast: plain, varianceReduction: null };
  return { contrast: adjusted, varianceReduction: 1 - adjusted.variance / plain.variance };
}

function compare(
  contrasts: Contrasts | undefined,
  goal: Metric['goal'],
  reading: Reading,
): Comparison | null {
  if (!contrasts) return null;
  const { contrast, varianceReduction } = contrasts;
  const alpha = alphaOf(reading);
  const isLess = goal === 'decrease';
  const test = testOf(contrast, reading, alpha);
  const options = { differenceType: 'absolute', prior: null, alpha, inverse: isLess } as const;
  const posterior = normalPosterior(contrast, options);
  if (!test || typeof posterior === 'string') return null;
  const relative = contrast.baseline === 0 ? null : fiellerInterval(contrast, test.reach);
  const { difference, df } = contrast;
  return {
    difference,
    differenceInterval: {
      low: difference - test.reach * test.standardError,
      high: difference + test.reach * test.standardError,
    },
    lift: relative?.estimate ?? null,
    liftInterval: { low: relative?.ciLow ?? null, high: relative?.ciHigh ?? null },
    standardError: test.standardError,
    df: Number.isFinite(df) ? df : null,
    pValue: test.pValue,
    pValueAdjusted: test.pValue,
    isSignificant: test.pValue < alpha,
    chanceToWin: posterior.chanceToWin,
    expectedLoss: posterior.expectedLossTreatment,
    varianceReduction,
  };
}

/** How many standard errors the interval reaches, and the p-value that agrees with it. */
function testOf(contrast: Contrast, config: Reading, alpha: number) {
  const options = { differenceType: 'absolute', alpha, alternative: 'two-sided' } as const;
  if (config.sequential) {
    const { tuning_parameter: tuningParameter, confidence_level: planned } = config;
    const plannedAlpha = 1 - planned;
    const test = sequentialTest(contrast, { ...options, tuningParameter, plannedAlpha });
    if (typeof test === 'string') return undefined;
    const { standardError, pValue, halfWidth } = test;
    return { standardError, pValue, reach: halfWidth / standardError };
  }
  const test = welchTest(contrast, options);
  if (typeof test === 'string') return undefined;
  const { standardError } = test;
  if (config.method === 'frequentist') {
    return { standardError, pValue: test.pValue, reach: -tQuantile(alpha / 2, contrast.df) };
  }
  // A flat prior's credible interval; its verdict is that of the normal distribution.
  const reach = normalQuantile(1 - alpha / 2);
  const isWithin = welchTest({ ...contrast, df: Number.POSITIVE_INFINITY }, options);
  return typeof isWithin === 'string'
    ? undefined
    : { standardError, pValue: isWithin.pValue, reach };
}

/** Goals held up to each other: with many comparisons some seem to differ by chance. */
export function adjusted(goals: readonly MetricResult[], reading: Reading): MetricResult[] {
  const { correction } = reading;
  const alpha = alphaOf(reading);
  const all = goals.flatMap(({ variants }) => variants.flatMap((one) => one.comparison ?? []));
  if (correction === 'none' || all.length < 2) return [...goals];
  const values = adjustPValues(all.map(({ pValue }) => pValue))[correction];
  const adjust = (comparison: Comparison): Comparison => {
    const pValueAdjusted = values[all.indexOf(comparison)] ?? 1;
    const widened = (estimate: number, { low, high }: Ends): Ends => {
      if (low === null || high === null) return { low, high };
      const plain = { estimate, adjustedPValue: pValueAdjusted, ciLow: low, ciHigh: high, alpha };
      const { ciLow, ciHigh } = adjustInterval(plain);
      return { low: ciLow, high: ciHigh };
    };
    return {
      ...comparison,
      pValueAdjusted,
      isSignificant: pValueAdjusted < alpha,
      differenceInterval: widened(comparison.difference, comparison.differenceInterval),
      liftInterval:
        comparison.lift === null
          ? comparison.liftInterval
          : widened(comparison.lift, comparison.liftInterval),
    };
  };
  return goals.map((goal) => ({
    ...goal,
    variants: goal.variants.map((one) => ({
      ...one,
      comparison: one.comparison && adjust(one.comparison),
    })),
  }));
}
