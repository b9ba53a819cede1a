// A metric of every kind, as it is sent.
const window = { conversion_window: 7, conversion_window_unit: 'day' };
const event = (name: string) => ({ kind: 'EventsNode', event: name });
export const METRIC_KINDS = [
  { metric_type: 'funnel', series: [event('view'), event('purchase')], ...window },
  {
    metric_type: 'mean',
    source: { ...event('purchase'), math: 'sum', math_property: 'amount' },
    upper_bound_percentile: 0.99,
  },
  {
    metric_type: 'ratio',
    numerator: event('error'),
    denominator: event('view'),
    goal: 'decrease',
  },
  {
    metric_type: 'retention',
    start_event: event('view'),
    completion_event: event('view'),
    retention_window_start: 1,
    retention_window_end: 7,
  },
  {
    metric_type: 'quantile',
    source: { ...event('api'), math: 'sum', math_property: 'ms' },
    quantile: 0.95,
    quantile_level: 'event',
    goal: 'decrease',
  },
  {
    metric_type: 'mean',
    source: event('view'),
    threshold: 3,
    breakdownFilter: { breakdowns: [{ property: '$os' }] },
  },
];
