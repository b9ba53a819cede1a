// A metric of every kind, as it is sent.
const window = { conversion_window: 7, conversion_window_unit: 'day' };
const event = (name: string) => ({ kind: 'EventsNode', event: name });
const purchases = { metric_type: 'mean', source: event('purchase') };
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

/** What is refused, with the field that it names. */
export const REFUSED_METRICS: readonly (readonly [string, object])[] = [
  [
    'query.upper_bound_percentile',
    { ...purchases, lower_bound_percentile: 0.9, upper_bound_percentile: 0.1 },
  ],
  ['query.conversion_window_unit', { ...purchases, conversion_window: 3 }],
  ['query.window_delay', { ...purchases, window_delay_unit: 'day' }],
  ['query.retention_window_end', { ...METRIC_KINDS[3], retention_window_end: 0 }],
  ['query.quantile', { ...METRIC_KINDS[4], quantile: 1 }],
  ['query.metric_type', { ...purchases, metric_type: 'guess' }],
  ['query.cuped', { ...purchases, threshold: 2, cuped: { enabled: true } }],
  ['query.cuped', { ...METRIC_KINDS[3], cuped: { enabled: true } }],
  ['query.cuped', { ...METRIC_KINDS[0], funnel_order_type: 'unordered', cuped: { enabled: true } }],
  ['query.cuped.lookback_days', { ...purchases, cuped: { enabled: true, lookback_days: 31 } }],
];
