// People who come, buy and fail, for tests of results.
import type { TestEvent } from '#platform/test-events';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const START = Date.UTC(2026, 9, 5, 8);

const PRICED = [{ key: 'amount', type: 'event', operator: 'gt', value: '0' }];

export const metrics = [
  {
    name: 'Buying',
    metric_type: 'funnel',
    series: [{ kind: 'EventsNode', event: 'buy' }],
    conversion_window: 2,
    conversion_window_unit: 'day',
    breakdownFilter: { breakdowns: [{ property: '$os' }] },
  },
  {
    name: 'Revenue',
    metric_type: 'mean',
    source: {
      kind: 'EventsNode',
      event: 'buy',
      math: 'sum',
      math_property: 'amount',
      properties: PRICED,
    },
  },
];
export const errors = {
  name: 'Errors',
  metric_type: 'mean',
  source: { kind: 'EventsNode', event: '$exception' },
  goal: 'decrease',
  guardrail: { threshold_kind: 'relative', threshold: 0.5 },
};

/** 200 people in each variant over three days: 40 of control buy, 90 of test. */
export function visits(key: string): TestEvent[] {
  return Array.from({ length: 400 }, (_, i): TestEvent[] => {
    const distinctId = `person-${i}`;
    const isTest = i % 2 === 1;
    const atMs = START + HOUR_MS + i * 10 * 60_000;
    const flagResponse = isTest ? 'test' : 'control';
    const called: TestEvent = {
      event: '$feature_flag_called',
      distinctId,
      atMs,
      flag: key,
      flagResponse,
      properties: { $os: i % 4 < 2 ? 'web' : 'ios' },
    };
    const number = Math.floor(i / 2);
    const isBuyer = number < (isTest ? 90 : 40);
    const bought = { event: 'buy', distinctId, atMs: atMs + HOUR_MS, properties: { amount: 10 } };
    const early = { event: 'buy', distinctId, atMs: atMs - 60_000, properties: { amount: 99 } };
    const failed = { event: '$exception', distinctId, atMs: atMs + 1_000 };
    return [called, early, ...(isBuyer ? [bought] : []), ...(number % 10 === 0 ? [failed] : [])];
  }).flat();
}
