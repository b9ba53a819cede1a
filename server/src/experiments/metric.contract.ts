// Metrics of experiments on the wire, in the shape of PostHog's API. Unknown fields are refused by name.
import { z } from 'zod';
import { displayOnly, eventsNode, given } from '#insights/parts-contract';
import { type Metric, SOURCE_MATHS, SPAN_UNITS, metricProblems } from './metric.ts';

const MAX_STEPS = 10;
const MAX_BREAKDOWNS = 3;
const MAX_LOOKBACK_DAYS = 30;

const node = { kind: z.literal('EventsNode').default('EventsNode'), ...eventsNode };
const Node = z.strictObject(node).meta({ id: 'ExperimentEventsNode' });
const Source = z
  .strictObject({
    ...node,
    math: given(z.enum(SOURCE_MATHS)),
    math_property: given(z.string().min(1).max(400)),
    ...displayOnly('math_property_type'),
  })
  .meta({ id: 'ExperimentMetricSource' });

const share = z.number().gt(0).lt(1);
const spanUnit = z.enum(SPAN_UNITS);
const retentionLength = z.number().int().min(0).max(400);

const base = {
  kind: z.literal('ExperimentMetric').default('ExperimentMetric'),
  /** Tells metrics of an experiment apart; given by Serin when it is left out. */
  uuid: z.uuid().optional(),
  name: given(z.string().trim().max(400)),
  goal: z.enum(['increase', 'decrease']).default('increase'),
  conversion_window: given(z.number().int().min(1).max(10_000)),
  conversion_window_unit: given(spanUnit),
  window_delay: given(z.number().int().min(-10_000).max(10_000)),
  window_delay_unit: given(spanUnit),
  breakdownFilter: given(
    z.strictObject({
      breakdowns: z
        .array(
          z.strictObject({
            property: z.string().min(1).max(400),
            ...displayOnly('type'),
          }),
        )
        .min(1)
        .max(MAX_BREAKDOWNS),
    }),
  ),
  guardrail: given(
    z.strictObject({
      threshold_kind: z.enum(['relative', 'absolute']),
      threshold: z.number().gt(0).max(1e12),
    }),
  ),
  cuped: given(
    z.strictObject({
      enabled: z.boolean(),
      lookback_days: z.number().int().min(1).max(MAX_LOOKBACK_DAYS).default(14),
    }),
  ),
  ...displayOnly('fingerprint', 'response', 'version', 'isSharedMetric', 'sharedMetricId'),
};

const Mean = z.strictObject({
  ...base,
  metric_type: z.literal('mean'),
  source: Source,
  lower_bound_percentile: given(share),
  upper_bound_percentile: given(share),
  ignore_zeros: given(z.boolean()),
  threshold: given(z.number().min(-1e12).max(1e12)),
});

const Funnel = z.strictObject({
  ...base,
  metric_type: z.literal('funnel'),
  series: z.array(Node).min(1).max(MAX_STEPS),
  funnel_order_type: z.enum(['ordered', 'unordered']).default('ordered'),
});

const Ratio = z.strictObject({
  ...base,
  metric_type: z.literal('ratio'),
  numerator: Source,
  denominator: Source,
});

const Retention = z.strictObject({
  ...base,
  metric_type: z.literal('retention'),
  start_event: Node,
  completion_event: Node,
  retention_window_start: retentionLength,
  retention_window_end: retentionLength,
  retention_window_unit: spanUnit.default('day'),
  start_handling: z.enum(['first_seen', 'last_seen']).default('first_seen'),
});

const Quantile = z.strictObject({
  ...base,
  metric_type: z.literal('quantile'),
  source: Source,
  quantile: share,
  quantile_level: z.enum(['event', 'unit']).default('unit'),
});

export const MetricInput = z
  .discriminatedUnion('metric_type', [Mean, Funnel, Ratio, Retention, Quantile])
  .superRefine((metric, context) => {
    for (const { path, detail } of metricProblems(metric as Metric)) {
      context.addIssue({ code: 'custom', path: [...path], message: detail });
    }
  })
  .meta({ id: 'ExperimentMetricInput' });

/** A metric as it is stored and answered. */
export const MetricBody = z.record(z.string(), z.unknown()).meta({ id: 'ExperimentMetric' });
