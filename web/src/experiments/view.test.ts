import { expect, test } from 'vitest';
import type { Metric, VariantAnswer } from '../api/experiments.ts';
import { AS_PLANNED, effectOf, isOffPlan, thresholdOf } from './view.ts';

const base = { kind: 'ExperimentMetric', uuid: 'm', goal: 'increase' } as const;
const buying = { ...base, metric_type: 'funnel', series: [{ event: 'buy' }] } as Metric;
const spent = (math: string) =>
  ({ ...base, metric_type: 'mean', source: { event: 'buy', math } }) as Metric;
const variant = {
  lift: 0.1,
  credible_interval: [-0.02, null],
  confidence_interval: null,
  difference: -0.0125,
  difference_interval: [-0.02, 0.001],
} as VariantAnswer;

test('a change is told in the units that are asked for, where they say something', () => {
  const told = (metric: Metric, scale: 'relative' | 'absolute' | 'daily') => {
    const effect = effectOf(metric, variant, scale, 1_000);
    if (!effect) return null;
    const { moved, low, high, text } = effect;
    return [moved, low, high].map((value) => (value === null ? null : text(value)));
  };
  expect(told(buying, 'relative')).toEqual(['+10.0 %', '−2.0 %', null]);
  expect(told(buying, 'absolute')).toEqual(['−1.25 pp', '−2.00 pp', '+0.10 pp']);
  expect(told(buying, 'daily')).toEqual(['−12.5', '−20', '+1']);
  expect(told(spent('sum'), 'absolute')).toEqual(['−0.0125', '−0.02', '+0.001']);
  expect(told(spent('avg'), 'daily')).toBeNull();
  const none = { ...variant, lift: null, difference: null };
  expect(effectOf(buying, none, 'relative', 1)).toBeNull();
  expect(effectOf(buying, none, 'absolute', 1)).toBeNull();
});

test('units are no departure from the plan; another baseline, level or day is', () => {
  expect(isOffPlan(AS_PLANNED)).toBe(false);
  expect(isOffPlan({ ...AS_PLANNED, baseline: 'test' })).toBe(true);
  expect(isOffPlan({ level: 0.9 })).toBe(true);
  expect(isOffPlan({ day: '2026-03-01' })).toBe(true);
  const guardrail = { threshold_kind: 'absolute', threshold: 2 } as const;
  const guarded = { ...spent('sum'), goal: 'decrease', guardrail } as Metric;
  expect(thresholdOf(guarded, 'absolute')).toBe(2);
  expect(thresholdOf(guarded, 'relative')).toBeUndefined();
  expect(thresholdOf({ ...guarded, goal: 'increase' } as Metric, 'absolute')).toBe(-2);
});
