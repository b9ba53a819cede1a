import { expect, test } from 'vitest';
import { domainEnd, labelRows, type IntervalRow } from './interval-chart.tsx';

const row = (estimate: number, upper: number): IntervalRow => ({
  label: 'with',
  arm: 'on',
  estimate,
  interval: { lower: 0, upper },
});

test('the axis has room for estimates, limits and usual intervals', () => {
  expect(domainEnd([row(0.02, 0.03)], [])).toBeCloseTo(0.0324);
  expect(domainEnd([row(0.01, 0.02)], [{ at: 0.05, label: 'Red', tone: 'harm' }])).toBeCloseTo(
    0.054,
  );
});

test('a huge interval is cut instead of squeezing everything else', () => {
  expect(domainEnd([row(0.01, 0.9)], [])).toBeCloseTo(0.0324);
});

test('two zeros still have an axis, and it never passes 100 %', () => {
  expect(domainEnd([row(0, 0)], [])).toBeCloseTo(0.0108);
  expect(domainEnd([row(1, 1)], [])).toBe(1);
});

test('labels that would cover each other stand in rows', () => {
  expect(
    labelRows([
      [0, 50],
      [40, 90],
      [60, 110],
      [45, 70],
    ]),
  ).toEqual([0, 1, 0, 2]);
  expect(labelRows([])).toEqual([]);
});
