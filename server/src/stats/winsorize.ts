// Winsorization: values beyond bounds that are pooled over all arms are drawn in to them. Bounds per arm would
// bias the comparison.

export type WinsorOptions = {
  /** 0 to 1, or null for no bound. */
  readonly lowerPercentile: number | null;
  readonly upperPercentile: number | null;
  /** Zeros take no part in the upper bound. */
  readonly ignoreZeros: boolean;
};

export type WinsorBounds = { readonly lowerBound: number; readonly upperBound: number };

/** The value at rank floor(level · n), as the event store's `quantileExact` takes it. */
export function rankValue(sorted: readonly number[], level: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(level * sorted.length))] ?? 0;
}

/** Bounds over the values of all arms; no bound is the extreme value itself. */
export function winsorBounds(values: readonly number[], options: WinsorOptions): WinsorBounds {
  const sorted = values.toSorted((a, b) => a - b);
  const above = options.ignoreZeros ? sorted.filter((value) => value !== 0) : sorted;
  return {
    lowerBound: rankValue(sorted, options.lowerPercentile ?? 0),
    upperBound: rankValue(above, options.upperPercentile ?? 1),
  };
}

export function winsorize(value: number, { lowerBound, upperBound }: WinsorBounds): number {
  return Math.min(Math.max(lowerBound, value), upperBound);
}
