import { expect, test } from 'vitest';
import { analyse } from './analysis.ts';
import { DEFAULT_STATS } from './experiment.ts';
import type { Metric } from './metric.ts';
import { otherCounts, readingsOf } from './readings.ts';
import type { ArmStatistics } from './statistics.ts';
import { base, buying, cuped, FIXED, KEYS } from './test-analysis.ts';

test('other readings of a metric take away one choice each', () => {
  const spent: Metric = {
    ...base,
    metric_type: 'mean',
    source: { event: 'buy', math: 'sum', math_property: 'amount' },
    upper_bound_percentile: 0.99,
    cuped,
  };
  const pre = { preSum: 900, preSumSquares: 900, preAny: 900, sumProducts: 700 };
  const epoch = (n: number, sum: number) => ({ n, sum, sumSquares: 2 * sum, ...pre });
  const both = (sum: number): ArmStatistics => ({
    ...epoch(2_000, 2 * sum),
    epochs: [epoch(1_000, sum), epoch(1_000, sum)],
  });
  const planned = { variants: { control: both(1_000), test: both(1_100) } };
  const raw = { variants: { control: both(1_500), test: both(1_500) } };
  const parameters = {
    feature_flag_variants: KEYS.map((key) => ({ key, rollout_percentage: 50 })),
    allocation_epochs: [1, 2].map((day) => ({
      from: `2026-03-0${day}T00:00:00Z`,
      shares: { control: 50, test: 50 },
    })),
  };
  expect(Object.keys(otherCounts(spent))).toEqual(['not_winsorized']);
  expect(Object.keys(otherCounts(buying))).toEqual(['adjusted']);
  const counts = { planned, others: { not_winsorized: raw } };
  const read = readingsOf(spent, parameters, DEFAULT_STATS, counts);
  expect(read.map(({ id }) => id)).toEqual([
    'planned',
    'not_adjusted',
    'not_winsorized',
    'fixed',
    'unstratified',
  ]);
  const of = (id: string) => read.find((one) => one.id === id)?.variants[0]?.comparison;
  expect(of('planned')).toEqual(
    analyse(spent, KEYS, planned.variants, DEFAULT_STATS).variants[0]?.comparison,
  );
  expect(of('planned')?.varianceReduction).toBeGreaterThan(0);
  expect(of('not_adjusted')?.varianceReduction).toBeNull();
  expect(of('not_winsorized')?.difference).toBeCloseTo(0, 12);
  expect(of('fixed')?.pValue).toBeLessThan(of('planned')?.pValue ?? 0);
  const unsure = readingsOf(buying, parameters, FIXED, { planned, others: {} });
  expect(unsure.map(({ id }) => id)).toContain('sequential');
});
