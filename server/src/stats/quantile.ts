// A quantile of events (p95 latency) whose events are clustered by unit: one person's many slow requests are not
// many people. Source: Deng, Knoblich and Lu (KDD 2018), as docs/statistics.md §7 writes it.
import { normalQuantile } from './distributions.ts';
import type { ClusteredQuantileSample } from './sample.ts';
import { rankValue } from './winsorize.ts';

const ALPHA = 0.05;

/** The quantile of one arm's events with what its variance needs; `nu` between 0 and 1. */
export function clusteredQuantile(
  events: readonly (readonly [unit: string | number, value: number])[],
  nu: number,
): ClusteredQuantileSample {
  const n = events.length;
  const z = normalQuantile(1 - ALPHA / 2);
  const sorted = events.map(([, value]) => value).toSorted((a, b) => a - b);
  const reach = z * Math.sqrt((nu * (1 - nu)) / n);
  const estimate = rankValue(sorted, nu);
  const byUnit = new Map<string | number, { count: number; below: number }>();
  for (const [unit, value] of events) {
    const counts = byUnit.get(unit) ?? { count: 0, below: 0 };
    counts.count += 1;
    if (value <= estimate) counts.below += 1;
    byUnit.set(unit, counts);
  }
  const units = [...byUnit.values()];
  const sumOf = (value: (unit: (typeof units)[number]) => number) =>
    units.reduce((sum, unit) => sum + value(unit), 0);
  return {
    kind: 'quantileClustered',
    n,
    nStar: n,
    nu,
    estimate,
    lower: rankValue(sorted, Math.max(0, nu - reach)),
    upper: rankValue(sorted, Math.min(1, nu + reach)),
    clusters: units.length,
    main: { sum: sumOf(({ below }) => below), sumSquares: sumOf(({ below }) => below ** 2) },
    den: { sum: n, sumSquares: sumOf(({ count }) => count ** 2) },
    sumProducts: sumOf(({ count, below }) => count * below),
  };
}

/** Whether both bounds lie inside the data: n > z² ν/(1 − ν) and n > z² (1 − ν)/ν. */
export function hasEnoughForQuantile(n: number, nu: number, alpha: number): boolean {
  const square = normalQuantile(1 - alpha / 2) ** 2;
  const odds = nu / (1 - nu);
  return n > square * odds && n > square / odds;
}
