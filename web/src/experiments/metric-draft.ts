// A metric as the form holds it, and back. What the form does not edit (lower bounds, breakdowns, order of retention)
// is carried along untouched, and so is whatever nobody has edited.
import type { Metric } from '../api/experiments.ts';
import { rowId } from '../targeting/condition-draft.ts';
import type { Found } from '../targeting/condition-problem.ts';

export type MetricKind = Metric['metric_type'];
type Mean = Extract<Metric, { metric_type: 'mean' }>;
export type SourceMath = NonNullable<Mean['source']['math']>;
type SpanUnit = NonNullable<Metric['conversion_window_unit']>;
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
  /** Of retention. */
  readonly from: number;
  readonly to: number;
  readonly retentionUnit: SpanUnit;
  /** Null: as long as the experiment runs. */
  readonly window: number | null;
  readonly windowUnit: SpanUnit;
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
    retentionUnit: 'day',
    window: null,
    windowUnit: 'day',
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
  return {
    ...base,
    ...partsOf(metric, base),
    name: metric.name ?? '',
    goal: metric.goal ?? 'increase',
    window: metric.conversion_window ?? null,
    windowUnit: metric.conversion_window_unit ?? 'day',
    guardrail: percentOf(metric.guardrail),
    adjusts: metric.cuped?.enabled ?? false,
    original: metric,
  };
}

/** As the form shows it, rounded. */
const percentOf = (guardrail: Metric['guardrail']): number | null =>
  guardrail ? Math.round(guardrail.threshold * 1e4) / 100 : null;

/** The same metric for another experiment, under an id of its own. */
export function anew(draft: MetricDraft): MetricDraft {
  if (draft.original === null) return draft;
  const { uuid: _uuid, ...original } = draft.original;
  return { ...draft, original };
}

function partsOf(metric: Metric, base: MetricDraft): Partial<MetricDraft> {
  switch (metric.metric_type) {
    case 'mean':
      return {
        source: metric.source as SourceDraft,
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
        retentionUnit: metric.retention_window_unit ?? 'day',
      };
    case 'quantile':
      return { source: metric.source as SourceDraft, quantile: metric.quantile };
  }
  return base;
}

/** What is sent. */
export function metricFrom(draft: MetricDraft): Metric {
  const { original, window, guardrail } = draft;
  const kept = original?.metric_type === draft.kind ? original : {};
  // What the form can take away is left out here, and put in again below while it is there.
  const {
    name: _name,
    upper_bound_percentile: _cap,
    conversion_window: _w,
    conversion_window_unit: _u,
    guardrail: _g,
    ...rest
  } = kept as Partial<Mean>;
  // An absolute threshold is not edited here; it stays what it is, like a share that is only shown rounded.
  const own = original?.guardrail;
  const isKept = own?.threshold_kind === 'absolute' || percentOf(own) === guardrail;
  return {
    ...rest,
    ...ownParts(draft),
    ...adjustmentOf(draft),
    ...(original?.uuid ? { uuid: original.uuid } : {}),
    kind: 'ExperimentMetric',
    ...(draft.name.trim() ? { name: draft.name.trim() } : {}),
    goal: draft.goal,
    ...(window === null
      ? {}
      : { conversion_window: window, conversion_window_unit: draft.windowUnit }),
    ...(guardrail === null
      ? {}
      : {
          guardrail:
            own && isKept ? own : { threshold_kind: 'relative', threshold: guardrail / 100 },
        }),
  } as Metric;
}

/** Steps and starts of retention are counted, never computed with. */
function plain({ math: _m, math_property: _p, ...node }: SourceDraft): SourceDraft {
  return node;
}

/** Whether the days before entering can explain a part of it; the server refuses it elsewhere. */
export function isAdjustable({ kind, original }: MetricDraft): boolean {
  if (kind === 'retention' || kind === 'quantile') return false;
  if (original?.metric_type !== kind) return true;
  if ((original.window_delay ?? null) !== null) return false;
  if (original.metric_type === 'mean') return (original.threshold ?? null) === null;
  return original.metric_type !== 'funnel' || original.funnel_order_type !== 'unordered';
}

function adjustmentOf(draft: MetricDraft): object {
  const { original, kind } = draft;
  const adjusts = draft.adjusts && isAdjustable(draft);
  const own = original?.metric_type === kind ? (original.cuped ?? null) : null;
  return adjusts || own !== null ? { cuped: { ...own, enabled: adjusts } } : {};
}

const levelOf = ({ original }: MetricDraft) =>
  (original?.metric_type === 'quantile' ? original.quantile_level : null) ?? 'event';

function ownParts(draft: MetricDraft): object {
  const { kind, source, second } = draft;
  switch (kind) {
    case 'mean':
      return {
        metric_type: kind,
        source,
        ...(draft.cap === null ? {} : { upper_bound_percentile: draft.cap }),
      };
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
        retention_window_unit: draft.retentionUnit,
      };
    case 'quantile':
      return {
        metric_type: kind,
        source,
        quantile: draft.quantile,
        quantile_level: levelOf(draft),
      };
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
