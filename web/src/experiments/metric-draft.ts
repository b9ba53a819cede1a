// A metric as the form holds it, and back. What the form does not edit (winsorization levels, breakdowns, order of
// retention) is carried along untouched.
import type { Metric } from '../api/experiments.ts';
import { rowId } from '../targeting/condition-draft.ts';
import type { Found } from '../targeting/condition-problem.ts';

export type MetricKind = Metric['metric_type'];
type Mean = Extract<Metric, { metric_type: 'mean' }>;
export type SourceMath = NonNullable<Mean['source']['math']>;
export type SourceDraft = Omit<Mean['source'], 'kind'> & { readonly kind: 'EventsNode' };

export type MetricDraft = {
  readonly id: string;
  readonly name: string;
  readonly kind: MetricKind;
  readonly goal: 'increase' | 'decrease';
  /** Of all kinds but funnels: the event that counts; of a ratio what stands above. */
  readonly source: SourceDraft;
  /** Of a ratio what stands below; of retention the event that people return with. */
  readonly second: SourceDraft;
  readonly steps: readonly SourceDraft[];
  readonly quantile: number;
  /** Of retention, in days. */
  readonly from: number;
  readonly to: number;
  /** Days; null: as long as the experiment runs. */
  readonly windowDays: number | null;
  readonly adjusts: boolean;
  /** Of revenue: how much of the top is drawn in, 0.99; null: nothing. */
  readonly cap: number | null;
  /** Percent that it may get worse by before the experiment is stopped; null: no guardrail. */
  readonly guardrail: number | null;
  readonly original: Metric | null;
};

const NODE: SourceDraft = { kind: 'EventsNode', event: '' };

export function newMetric(kind: MetricKind = 'funnel', event = ''): MetricDraft {
  const node: SourceDraft = { ...NODE, event };
  return {
    id: rowId(),
    name: '',
    kind,
    goal: kind === 'quantile' ? 'decrease' : 'increase',
    source: node,
    second: NODE,
    steps: [node],
    quantile: 0.95,
    from: 1,
    to: 7,
    windowDays: null,
    adjusts: true,
    cap: null,
    guardrail: null,
    original: null,
  };
}

/** What is proposed to watch: errors, speed, money. */
export const PROPOSED: readonly { readonly label: string; readonly make: () => MetricDraft }[] = [
  {
    label: 'Exceptions',
    make: () => ({
      ...newMetric('funnel', '$exception'),
      name: 'People with an exception',
      goal: 'decrease',
      guardrail: 100,
    }),
  },
  {
    label: 'Page load',
    make: () => ({
      ...newMetric('quantile', '$web_vitals'),
      name: 'Page load, p95',
      source: {
        ...NODE,
        event: '$web_vitals',
        math: 'sum',
        math_property: '$web_vitals_LCP_value',
      },
      guardrail: 20,
    }),
  },
  {
    label: 'Revenue',
    make: () => ({
      ...newMetric('mean', 'purchase'),
      name: 'Revenue per person',
      source: { ...NODE, event: 'purchase', math: 'sum', math_property: 'revenue' },
      cap: 0.99,
      guardrail: 5,
    }),
  },
];

export function metricDraftOf(metric: Metric): MetricDraft {
  const base = newMetric(metric.metric_type);
  const window = metric.conversion_window ?? null;
  return {
    ...base,
    ...partsOf(metric, base),
    name: metric.name ?? '',
    goal: metric.goal ?? 'increase',
    windowDays:
      window === null ? null : window * (DAYS_OF[metric.conversion_window_unit ?? 'day'] ?? 1),
    guardrail: metric.guardrail ? Math.round(metric.guardrail.threshold * 1e4) / 100 : null,
    original: metric,
  };
}

const DAYS_OF: Readonly<Record<string, number>> = { day: 1, week: 7, month: 30, hour: 1 / 24 };

function partsOf(metric: Metric, base: MetricDraft): Partial<MetricDraft> {
  switch (metric.metric_type) {
    case 'mean':
      return {
        source: metric.source as SourceDraft,
        adjusts: metric.cuped?.enabled ?? false,
        cap: metric.upper_bound_percentile ?? null,
      };
    case 'funnel':
      return { steps: metric.series as readonly SourceDraft[] };
    case 'ratio':
      return { source: metric.numerator as SourceDraft, second: metric.denominator as SourceDraft };
    case 'retention':
      return {
        source: metric.start_event as SourceDraft,
        second: metric.completion_event as SourceDraft,
        from: metric.retention_window_start,
        to: metric.retention_window_end,
      };
    case 'quantile':
      return { source: metric.source as SourceDraft, quantile: metric.quantile };
  }
  return base;
}

/** What is sent. */
export function metricFrom(draft: MetricDraft): Metric {
  const { original, windowDays, guardrail } = draft;
  const kept = original?.metric_type === draft.kind ? original : {};
  const {
    conversion_window: _w,
    conversion_window_unit: _u,
    guardrail: _g,
    ...rest
  } = kept as Partial<Metric>;
  // An absolute threshold is not edited here; it stays what it is.
  const absolute = original?.guardrail?.threshold_kind === 'absolute' ? original.guardrail : null;
  return {
    ...rest,
    ...ownParts(draft),
    ...(original?.uuid ? { uuid: original.uuid } : {}),
    kind: 'ExperimentMetric',
    ...(draft.name.trim() ? { name: draft.name.trim() } : {}),
    goal: draft.goal,
    ...(windowDays === null
      ? {}
      : { conversion_window: windowDays, conversion_window_unit: 'day' }),
    ...(guardrail === null
      ? {}
      : {
          guardrail: absolute ?? { threshold_kind: 'relative', threshold: guardrail / 100 },
        }),
  } as Metric;
}

/** Steps and starts of retention are counted, never computed with. */
function plain({ math: _m, math_property: _p, ...node }: SourceDraft): SourceDraft {
  return node;
}

function ownParts(draft: MetricDraft): object {
  const { kind, source, second } = draft;
  switch (kind) {
    case 'mean': {
      const adjusts = draft.adjusts && !(draft.original as Mean | null)?.threshold;
      return {
        metric_type: kind,
        source,
        ...(draft.cap === null ? {} : { upper_bound_percentile: draft.cap }),
        cuped: { enabled: adjusts },
      };
    }
    case 'funnel':
      return { metric_type: kind, series: draft.steps.map(plain) };
    case 'ratio':
      return { metric_type: kind, numerator: source, denominator: second };
    case 'retention':
      return {
        metric_type: kind,
        start_event: plain(source),
        completion_event: plain(second),
        retention_window_start: draft.from,
        retention_window_end: draft.to,
        retention_window_unit: 'day',
      };
    case 'quantile':
      return { metric_type: kind, source, quantile: draft.quantile, quantile_level: 'event' };
  }
}

const NEEDS_PROPERTY: readonly (string | null | undefined)[] = ['sum', 'avg', 'min', 'max'];

const orderProblem = ({ from, to }: MetricDraft, at: string): Found[] =>
  from > to ? [[`${at}.retention_window_end`, 'Must not be before the start.']] : [];

/** What a metric lacks, at the field that the server would name. @param at `metrics.0` */
export function metricDraftProblems(draft: MetricDraft, at: string): Found[] {
  const named = (node: SourceDraft, field: string): Found[] =>
    node.event === '' ? [[`${at}.${field}.event`, 'Choose the event that counts.']] : [];
  const computed = (node: SourceDraft, field: string): Found[] =>
    NEEDS_PROPERTY.includes(node.math) && !node.math_property
      ? [[`${at}.${field}.math_property`, 'Which property?']]
      : [];
  const { kind, source, second } = draft;
  switch (kind) {
    case 'funnel':
      return draft.steps.flatMap((step, i) => named(step, `series.${i}`));
    case 'ratio':
      return [
        ...named(source, 'numerator'),
        ...computed(source, 'numerator'),
        ...named(second, 'denominator'),
        ...computed(second, 'denominator'),
      ];
    case 'retention':
      return [
        ...named(source, 'start_event'),
        ...named(second, 'completion_event'),
        ...orderProblem(draft, at),
      ];
    case 'mean':
    case 'quantile':
      return [...named(source, 'source'), ...computed(source, 'source')];
  }
}
