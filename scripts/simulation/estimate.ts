// Estimates with their standard errors.

export type Estimate = { readonly value: number; readonly standardError: number };

/** A share of runs. A share of 0 or 1 has an error too: half a run more or less. */
export function shareOf(count: number, runs: number): Estimate {
  const nearest = Math.min(Math.max(count, 0.5), runs - 0.5) / runs;
  return { value: count / runs, standardError: Math.sqrt((nearest * (1 - nearest)) / runs) };
}

/** A median and half the distance between the order statistics one standard error beside it. */
export function medianOf(values: readonly number[]): Estimate {
  const sorted = values.toSorted((x, y) => x - y);
  const at = (rank: number) =>
    sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(rank)))] ?? Infinity;
  const middle = sorted.length / 2 - 0.5;
  const reach = Math.sqrt(sorted.length) / 2;
  return {
    value: at(Math.floor(middle)),
    standardError: Math.max(0.5, (at(middle + reach) - at(middle - reach)) / 2),
  };
}
