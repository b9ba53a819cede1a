// Points of usage as the series of a chart: one for each value, each step of the range filled.
import { familyOfLib } from './sdk-family.ts';

export type Point = {
  readonly step: number;
  readonly value: string;
  readonly sdk: string;
  readonly count: number;
};

export type UsageSeries = { readonly value: string; readonly counts: readonly number[] };

/** More values than a chart can show: the rest goes under `other`. */
const MAX_SERIES = 12;
const REST = 'other';

/** Series in the order of their totals; `steps` counts each. */
export function seriesOf(points: readonly Point[], steps: number): UsageSeries[] {
  const totals = totalsBy(points, ({ value }) => value);
  const ranked = [...totals].toSorted((a, b) => b[1] - a[1]).map(([value]) => value);
  const own = new Set(ranked.length <= MAX_SERIES ? ranked : ranked.slice(0, MAX_SERIES - 1));
  const series = new Map<string, number[]>();
  for (const { step, value, count } of points) {
    if (step < 0 || step >= steps) continue;
    const name = own.has(value) ? value : REST;
    const counts = series.get(name) ?? Array.from({ length: steps }, () => 0);
    counts[step] = (counts[step] ?? 0) + count;
    series.set(name, counts);
  }
  return [...series]
    .map(([value, counts]) => ({ value, counts }))
    .toSorted((a, b) => sum(b.counts) - sum(a.counts));
}

/** How many of the points came from which SDK, the most first. */
export function totalsBySdk(points: readonly Point[]): { sdk: string; count: number }[] {
  return [...totalsBy(points, ({ sdk }) => familyOfLib(sdk))]
    .map(([sdk, count]) => ({ sdk, count }))
    .toSorted((a, b) => b.count - a.count);
}

function totalsBy(points: readonly Point[], nameOf: (point: Point) => string): Map<string, number> {
  const totals = new Map<string, number>();
  for (const point of points) {
    const name = nameOf(point);
    totals.set(name, (totals.get(name) ?? 0) + point.count);
  }
  return totals;
}

const sum = (counts: readonly number[]): number =>
  counts.reduce((total, count) => total + count, 0);
