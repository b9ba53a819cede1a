// What a metric of an experiment is, in the names of PostHog's API: it is stored as it is sent. What people call
// count, sum, mean and revenue is the kind `mean` with another `math`.
import type { EventsNode } from '#insights/question';
import type { SpanUnit } from './unit-values.ts';

export const SOURCE_MATHS = ['total', 'sum', 'avg', 'min', 'max', 'dau', 'unique_session'] as const;
type SourceMath = (typeof SOURCE_MATHS)[number];

/** Events and what is made of those of one person. */
export type MetricSource = EventsNode & {
  readonly math?: SourceMath | undefined;
  readonly math_property?: string | undefined;
};

export const SPAN_UNITS = ['second', 'minute', 'hour', 'day', 'week', 'month'] as const;

type Guardrail = {
  /** `relative`: a share of control's value; `absolute`: in the metric's own unit. */
  readonly threshold_kind: 'relative' | 'absolute';
  /** How far it may move to the bad side; positive. */
  readonly threshold: number;
};

type MetricBase = {
  readonly kind: 'ExperimentMetric';
  readonly uuid: string;
  readonly name?: string | undefined;
  readonly goal: 'increase' | 'decrease';
  readonly conversion_window?: number | undefined;
  readonly conversion_window_unit?: SpanUnit | undefined;
  /** How long after the first exposure it begins to count; negative: before. */
  readonly window_delay?: number | undefined;
  readonly window_delay_unit?: SpanUnit | undefined;
  /** Properties of the first exposure that results are told apart by. */
  readonly breakdownFilter?:
    | { readonly breakdowns: readonly { readonly property: string }[] }
    | undefined;
  /** Makes it a guardrail. */
  readonly guardrail?: Guardrail | undefined;
  /** Takes away what the days before the exposure explain. */
  readonly cuped?: { readonly enabled: boolean; readonly lookback_days: number } | undefined;
};

export type MeanMetric = MetricBase & {
  readonly metric_type: 'mean';
  readonly source: MetricSource;
  /** 0 to 1, as PostHog's. */
  readonly lower_bound_percentile?: number | undefined;
  readonly upper_bound_percentile?: number | undefined;
  /** Zeros take no part in the upper bound. */
  readonly ignore_zeros?: boolean | undefined;
  /** From here on a person counts as one who did it. */
  readonly threshold?: number | undefined;
};

export type FunnelMetric = MetricBase & {
  readonly metric_type: 'funnel';
  readonly series: readonly EventsNode[];
  readonly funnel_order_type: 'ordered' | 'unordered';
};

export type RatioMetric = MetricBase & {
  readonly metric_type: 'ratio';
  readonly numerator: MetricSource;
  readonly denominator: MetricSource;
};

export type RetentionMetric = MetricBase & {
  readonly metric_type: 'retention';
  readonly start_event: EventsNode;
  readonly completion_event: EventsNode;
  readonly retention_window_start: number;
  readonly retention_window_end: number;
  readonly retention_window_unit: SpanUnit;
  readonly start_handling: 'first_seen' | 'last_seen';
};

export type QuantileMetric = MetricBase & {
  readonly metric_type: 'quantile';
  readonly source: MetricSource;
  /** 0 to 1. */
  readonly quantile: number;
  /** Of all events, or of one value per person. */
  readonly quantile_level: 'event' | 'unit';
};

export type Metric = MeanMetric | FunnelMetric | RatioMetric | RetentionMetric | QuantileMetric;

/** What is wrong with a metric, and where in it. */
export type MetricProblem = {
  readonly path: readonly (string | number)[];
  readonly detail: string;
};

/** What no single field shows. */
export function metricProblems(metric: Metric): MetricProblem[] {
  const own = {
    mean: () => meanProblems(metric as MeanMetric),
    funnel: () => [],
    ratio: () => {
      const { numerator, denominator } = metric as RatioMetric;
      return [
        ...sourceProblems(numerator, 'numerator'),
        ...sourceProblems(denominator, 'denominator'),
      ];
    },
    retention: () => retentionProblems(metric as RetentionMetric),
    quantile: () => quantileProblems(metric as QuantileMetric),
  }[metric.metric_type]();
  const { conversion_window: window, conversion_window_unit: unit } = metric;
  const { window_delay: delay, window_delay_unit: delayUnit } = metric;
  return [
    ...own,
    ...halfProblems('conversion_window', window, unit),
    ...halfProblems('window_delay', delay, delayUnit),
    ...adjustmentProblems(metric),
  ];
}

function adjustmentProblems(metric: Metric): MetricProblem[] {
  const detail = metric.cuped?.enabled ? adjustmentProblem(metric) : undefined;
  return detail === undefined ? [] : [{ path: ['cuped'], detail }];
}

/** Why what people did before says nothing that could be taken away; undefined: it does. */
export function adjustmentProblem(metric: Metric): string | undefined {
  const { metric_type: kind } = metric;
  if (kind === 'retention') return 'Nobody returns before they have begun: there is no adjustment.';
  if (kind === 'quantile') return 'Quantiles have no adjustment.';
  if (kind === 'funnel' && metric.funnel_order_type === 'unordered') {
    return 'Funnels without an order have no adjustment.';
  }
  if (kind === 'mean' && metric.threshold !== undefined) {
    return 'Metrics with a threshold have no adjustment.';
  }
  return metric.window_delay === undefined ? undefined : 'Metrics with a delay have no adjustment.';
}

function halfProblems(name: string, value: unknown, unit: unknown): MetricProblem[] {
  if ((value === undefined) === (unit === undefined)) return [];
  const missing = value === undefined ? name : `${name}_unit`;
  return [{ path: [missing], detail: 'A length of time needs a number and a unit.' }];
}

const NEEDS_PROPERTY: readonly (SourceMath | undefined)[] = ['sum', 'avg', 'min', 'max'];

function sourceProblems({ math, math_property }: MetricSource, at: string): MetricProblem[] {
  if (!NEEDS_PROPERTY.includes(math) || (math_property ?? '') !== '') return [];
  return [{ path: [at, 'math_property'], detail: `The maths ${math} needs a property.` }];
}

function meanProblems(metric: MeanMetric): MetricProblem[] {
  const problems = sourceProblems(metric.source, 'source');
  const { lower_bound_percentile: lower, upper_bound_percentile: upper } = metric;
  const isBounded = lower !== undefined || upper !== undefined;
  if (lower !== undefined && upper !== undefined && lower >= upper) {
    problems.push({ path: ['upper_bound_percentile'], detail: 'Must be above the lower bound.' });
  }
  if (metric.threshold !== undefined && isBounded) {
    problems.push({ path: ['threshold'], detail: 'A threshold goes without bounds.' });
  }
  return problems;
}

function retentionProblems(metric: RetentionMetric): MetricProblem[] {
  if (metric.retention_window_start <= metric.retention_window_end) return [];
  return [{ path: ['retention_window_end'], detail: 'Must not be before the start.' }];
}

function quantileProblems(metric: QuantileMetric): MetricProblem[] {
  const problems = sourceProblems(metric.source, 'source');
  const { math = 'total' } = metric.source;
  if (metric.quantile_level === 'event' && math !== 'sum' && math !== 'avg') {
    problems.push({
      path: ['source', 'math'],
      detail: 'A quantile of events needs a property: sum.',
    });
  }
  if (metric.breakdownFilter) {
    problems.push({
      path: ['breakdownFilter'],
      detail: 'Quantiles are not told apart by properties.',
    });
  }
  return problems;
}
