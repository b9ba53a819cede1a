import { PEOPLE } from 'serin/kernel/units';
import { expect, test } from 'vitest';
import type { MetricAnswer } from '../api/experiments.ts';
import { breakdownTable, exactTable } from './metric-tables.ts';

const arm = (key: string) => ({
  key,
  number_of_samples: 1_234_568,
  sum: 12.5,
  sum_squares: 40,
  value: 0.25,
});
const variant = {
  ...arm('control'),
  lift: -0.012,
  difference: -0.003125,
  confidence_interval: [-0.02, 0.01],
  credible_interval: null,
  p_value: 0.0004,
  p_value_adjusted: 0.0004,
  standard_error: 0.001,
  df: null,
  chance_to_win: 0.01,
  variance_reduction: null,
  expected_loss: 0.003,
};
const answer = {
  metric: { metric_type: 'mean', source: { event: 'buy' } },
  baseline: arm('test'),
  variant_results: [variant],
  breakdown_results: [
    { breakdown_value: ['web'], baseline: arm('test'), variant_results: [variant] },
  ],
} as unknown as MetricAnswer;

test('files have the numbers of which the page shows texts', () => {
  const { rows } = exactTable(answer, PEOPLE);
  const cells = (name: string) => rows.find(({ key }) => key === name)?.cells.slice(1);
  expect(cells('People')?.[0]).toEqual({ value: 1_234_568, shown: '1,234,568' });
  expect(cells('Change')).toEqual([
    { value: null, shown: '–' },
    { value: -0.012, shown: '−1.2 %' },
  ]);
  expect(cells('Difference')?.[1]?.value).toBe(-0.003125);
  expect(cells('p')?.[1]).toEqual({ value: 0.0004, shown: '< 0.001' });
});

test('parts are held up to what was chosen to compare with, under its name', () => {
  const { columns, rows } = breakdownTable(answer, PEOPLE);
  expect(columns.map(({ name }) => name)[3]).toBe('test');
  expect(rows[0]?.cells[1]?.value).toBe('control');
});
