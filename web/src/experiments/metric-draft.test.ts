// What is stored comes back as it was, unless somebody edits it.
import { expect, test } from 'vitest';
import type { Experiment, Metric } from '../api/experiments.ts';
import { changeBodyOf, draftOf } from './draft.ts';
import { anew, metricDraftOf, metricFrom } from './metric-draft.ts';

const base = { kind: 'ExperimentMetric', uuid: 'b5a7c0f0-0000-4000-8000-000000000001' } as const;
const node = { kind: 'EventsNode', event: 'buy' } as const;
const mean = {
  ...base,
  metric_type: 'mean',
  name: 'Money',
  goal: 'decrease',
  source: { ...node, math: 'sum', math_property: 'amount' },
  lower_bound_percentile: 0.05,
  upper_bound_percentile: 0.95,
  ignore_zeros: true,
  cuped: { enabled: true, lookback_days: 7 },
  conversion_window: 90,
  conversion_window_unit: 'minute',
  breakdownFilter: { breakdowns: [{ property: '$os' }] },
  guardrail: { threshold_kind: 'absolute', threshold: 0.25 },
} as const;
const metrics = [
  mean,
  { ...base, metric_type: 'mean', goal: 'increase', source: node, threshold: 0 },
  {
    ...base,
    metric_type: 'funnel',
    goal: 'increase',
    series: [node],
    funnel_order_type: 'unordered',
    conversion_window: 30,
    conversion_window_unit: 'second',
    guardrail: { threshold_kind: 'relative', threshold: 0.123456 },
  },
  {
    ...base,
    metric_type: 'retention',
    goal: 'increase',
    start_event: node,
    completion_event: node,
    retention_window_start: 1,
    retention_window_end: 3,
    retention_window_unit: 'hour',
    start_handling: 'last_seen',
  },
  {
    ...base,
    metric_type: 'quantile',
    goal: 'decrease',
    source: node,
    quantile: 0.9,
    quantile_level: 'unit',
  },
] as unknown as readonly Metric[];

test('a metric that nobody edits is sent as it is stored, and a copy of it under no id', () => {
  for (const metric of metrics) {
    const draft = metricDraftOf(metric);
    expect(metricFrom(draft)).toEqual(metric);
    const { uuid: _uuid, ...copy } = metric;
    expect(metricFrom(anew(draft))).toEqual(copy);
  }
});

test('what is edited is sent: a name and a bound that are taken away, another limit, another window', () => {
  const { name: _name, upper_bound_percentile: _upper, ...rest } = mean;
  const draft = metricDraftOf(mean as unknown as Metric);
  expect(metricFrom({ ...draft, name: ' ', cap: null, window: 3 })).toEqual({
    ...rest,
    conversion_window: 3,
  });
  expect(metricFrom({ ...draft, guardrail: null, window: null })).not.toHaveProperty('guardrail');
  const funnel = metricDraftOf(metrics[2] as Metric);
  expect(metricFrom({ ...funnel, guardrail: 20 })).toMatchObject({
    guardrail: { threshold_kind: 'relative', threshold: 0.2 },
  });
});

test('who counts as exposed keeps its filter until another event is chosen', () => {
  const config = {
    kind: 'ExperimentEventExposureConfig',
    event: 'seen',
    properties: [{ key: 'plan', type: 'event', value: 'pro', operator: 'exact' }],
  };
  const stored = {
    name: 'Page',
    description: '',
    feature_flag_key: 'page',
    metrics: [],
    metrics_secondary: [],
    saved_metrics: [],
    stats_config: {},
    parameters: {},
    exposure_criteria: { exposure_config: config },
    only_count_matured_users: false,
  } as unknown as Experiment;
  const draft = draftOf(stored);
  expect(changeBodyOf(draft, 1).exposure_criteria?.exposure_config).toEqual(config);
  const other = changeBodyOf({ ...draft, exposureEvent: 'opened' }, 1);
  expect(other.exposure_criteria?.exposure_config).toEqual({ event: 'opened', properties: [] });
});
