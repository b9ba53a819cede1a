import { expect, test } from 'vitest';
import { planOf, PlanWire } from './plan.contract.ts';

const PLAN = {
  flag_key: 'new-checkout',
  stages: [
    { name: '10 %', percent: 10 },
    { name: 'everyone', percent: 100, min_bake_seconds: 0 },
  ],
};

const meant = (guardrail: object) =>
  planOf(PlanWire.parse({ ...PLAN, guardrails: [{ id: 'one', ...guardrail }] })).guardrails[0];

/** What can be watched, and what it means: every row of what guardrails must be able to say. */
const CATALOGUE: readonly [what: string, guardrail: object, meaning: object][] = [
  [
    'exceptions',
    { kind: 'exception_users' },
    { bands: { yellow: 1.5, red: 2 }, absolute: { yellow: 0.01, red: 0.02 } },
  ],
  ['exceptions in number', { kind: 'exception_count' }, { measure: { kind: 'mean' }, harm: 'up' }],
  [
    'server errors',
    { kind: 'api_error_users' },
    { event: '$http_server_error', bands: { compare: 'ratio' } },
  ],
  [
    'client errors',
    { kind: 'api_error_users', event: 'request', status: '4xx', compare: 'pp' },
    { bands: { scale: 'difference' } },
  ],
  ['crash-free people', { kind: 'crash_free' }, { absolute: { yellow: 0.005, red: 0.01 } }],
  [
    'crash-free sessions',
    { kind: 'crash_free', unit: 'session' },
    { measure: { kind: 'sessions' } },
  ],
  [
    'median latency',
    { kind: 'latency', event: 'request', property: 'ms', percentile: 50 },
    { measure: { level: 0.5 }, bands: { yellow: 50, red: 100 } },
  ],
  [
    'p95 within limits',
    {
      kind: 'latency',
      event: 'request',
      property: 'ms',
      compare: 'absolute',
      yellow: 300,
      red: 500,
    },
    { absolute: { yellow: 300, red: 500 }, bands: null },
  ],
  [
    'p99 of a span',
    { kind: 'latency', event: '$span', property: 'duration_ms', percentile: 99 },
    { measure: { level: 0.99 } },
  ],
  [
    'page load',
    { kind: 'web_vitals' },
    {
      measure: { property: '$web_vitals_LCP_value', level: 0.75 },
      absolute: { yellow: 2500, red: 4000 },
      family: 'speed',
    },
  ],
  ['interaction', { kind: 'web_vitals', vital: 'INP' }, { absolute: { yellow: 200, red: 500 } }],
  [
    'layout shift',
    { kind: 'web_vitals', vital: 'CLS' },
    { bands: { scale: 'ratio' }, absolute: { yellow: 0.1, red: 0.25 } },
  ],
  ['long tasks', { kind: 'long_tasks' }, { event: 'long_task', measure: { property: 'duration' } }],
  [
    'conversion',
    { kind: 'conversion', event: 'order' },
    { bands: { yellow: 0.95, red: 0.9 }, require: 'no_harm' },
  ],
  [
    'drop-off points',
    { kind: 'funnel', steps: ['cart', 'address', 'paid'] },
    { measure: { steps: [{ event: 'cart' }, { event: 'address' }, { event: 'paid' }] } },
  ],
  [
    'revenue',
    { kind: 'revenue_per_user', event: 'order', property: 'total' },
    { harm: 'down', family: 'business' },
  ],
  [
    'buyers',
    { kind: 'event_rate', event: 'order', direction: 'down', group: 'business' },
    { bands: { yellow: 0.95, red: 0.9 } },
  ],
  ['support tickets', { kind: 'support_tickets' }, { bands: { yellow: 1.5, red: 2 } }],
  [
    'rage clicks',
    { kind: 'rage_clicks' },
    { measure: { kind: 'sessions' }, absolute: { yellow: 0.05, red: 0.1 } },
  ],
  [
    'time on a page',
    { kind: 'time_on_page' },
    { measure: { property: '$prev_pageview_duration' }, harm: 'down' },
  ],
  ['adoption', { kind: 'adoption', event: 'used it' }, { harm: 'down' }],
  [
    'people who come back',
    { kind: 'retention', window_seconds: 3600 },
    { measure: { kind: 'share', afterMs: 3_600_000 }, harm: 'down' },
  ],
  [
    'churn of adoption',
    { kind: 'retention', event: 'used it', window_seconds: 604_800 },
    { event: 'used it' },
  ],
  ['throughput', { kind: 'throughput', event: 'request' }, { bands: { yellow: 0.8, red: 0.5 } }],
  [
    'a gauge of OpenTelemetry',
    {
      kind: 'mean',
      event: '$metric',
      property: '$metric_value',
      properties: [{ key: '$metric_name', value: 'queue' }],
      direction: 'up',
    },
    { filters: [{ key: '$metric_name' }], bands: { yellow: 1.5, red: 2 } },
  ],
  [
    'a histogram of OpenTelemetry',
    {
      kind: 'ratio',
      event: '$metric',
      property: '$metric_sum',
      per: { event: '$metric', property: '$metric_count' },
      direction: 'up',
    },
    { measure: { property: '$metric_sum', per: { property: '$metric_count' } } },
  ],
  ['anything', { kind: 'custom', event: 'refund requested' }, { bands: { yellow: 1.5, red: 2 } }],
  [
    'requests of Prometheus',
    { kind: 'prometheus', bad_query: 'a[$window]', total_query: 'b[$window]' },
    {
      measure: {
        reading: {
          kind: 'rates',
          label: 'variant',
          treatment: 'true',
          control: 'false',
          windowMs: 60_000,
        },
      },
    },
  ],
  [
    'a value of Prometheus',
    { kind: 'prometheus', query: 'x', compare: 'absolute', yellow: 1, red: 2 },
    { bands: null, absolute: { yellow: 1, red: 2 }, estimate: { windows: 5, over: 3 } },
  ],
  [
    'fixed thresholds',
    { kind: 'event_rate', event: 'x', estimate: {} },
    { estimate: { windows: 5, over: 3, minSample: 100 } },
  ],
];

test.each(CATALOGUE)('can be watched: %s', (_, guardrail, meaning) => {
  expect(meant(guardrail)).toMatchObject(meaning);
});
