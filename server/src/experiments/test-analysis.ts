// What tests of comparisons compare, and by which plan.
import { DEFAULT_STATS } from './experiment.ts';
import type { Metric } from './metric.ts';

export const FIXED = { ...DEFAULT_STATS, method: 'frequentist', sequential: false } as const;
export const KEYS = ['control', 'test'];
export const base = { kind: 'ExperimentMetric', uuid: 'm', goal: 'increase' } as const;
export const cuped = { enabled: true, lookback_days: 14 };
export const buying: Metric = {
  ...base,
  metric_type: 'funnel',
  series: [{ event: 'buy' }],
  funnel_order_type: 'ordered',
};
