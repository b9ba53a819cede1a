import { expect, test } from 'vitest';
import {
  type Metric,
  type Results,
  type ShownExperiment,
  type VariantAnswer,
  isSameView,
} from '../api/experiments.ts';
import { perDay } from './advice.ts';
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
  expect(thresholdOf(guarded, 'absolute', 'control')).toBe(2);
  expect(thresholdOf(guarded, 'relative', 'control')).toBeUndefined();
  expect(thresholdOf({ ...guarded, goal: 'increase' } as Metric, 'absolute', 'control')).toBe(-2);
  expect(thresholdOf(guarded, 'absolute', 'test')).toBeUndefined();
});

test('numbers of another view do not stand in for those that are asked for', () => {
  const one = { baseline: 'test', level: undefined, day: undefined };
  expect(isSameView(one, { baseline: 'test' })).toBe(true);
  expect(isSameView(one, {})).toBe(false);
  expect(isSameView({}, { level: 0.99 })).toBe(false);
  expect(isSameView({ day: '2026-03-01' }, { day: '2026-03-02' })).toBe(false);
});

test('a day of a view of an earlier day is one of the days until then', () => {
  const at = (day: number) => `2026-03-${String(day).padStart(2, '0')}T00:00:00Z`;
  const experiment = {
    status: 'stopped',
    start_date: at(1),
    end_date: at(15),
    parameters: { feature_flag_variants: [{ key: 'control' }, { key: 'test' }] },
  } as unknown as ShownExperiment;
  const results = (asOf: string, each: number) =>
    ({
      as_of: asOf,
      exposures: { total_exposures: { control: each, test: each } },
    }) as unknown as Results;
  expect(perDay(experiment, results(at(3), 100))).toBe(100);
  expect(perDay(experiment, results(at(20), 700))).toBe(100);
});
