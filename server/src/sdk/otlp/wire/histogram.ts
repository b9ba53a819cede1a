// Histograms in one form, whichever of OTLP's two they came in (opentelemetry-proto v1.9, metrics/v1): counts of the
// values up to each bound, and of those above the last one.

export type Histogram = {
  readonly count: number;
  readonly sum: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** Rising. */
  readonly bounds: readonly number[];
  /** One more than bounds: bucket i holds values above bound i − 1, up to and with bound i. */
  readonly counts: readonly number[];
};

/** One side of an exponential histogram: bucket i holds values above base^(offset + i), up to base^(offset + i + 1). */
export type ExponentialBuckets = { readonly offset: number; readonly counts: readonly number[] };

export type ExponentialHistogram = {
  /** base = 2^(2^−scale). */
  readonly scale: number;
  readonly zeroCount: number;
  readonly zeroThreshold: number;
  readonly positive: ExponentialBuckets;
  readonly negative: ExponentialBuckets;
};

/** The buckets of an exponential histogram under their bounds. Below zero the bounds belong to the bucket above. */
export function explicitBuckets(given: ExponentialHistogram): Pick<Histogram, 'bounds' | 'counts'> {
  const { scale, zeroCount, zeroThreshold, positive, negative } = given;
  const boundAt = (index: number): number => Math.min(2 ** (index * 2 ** -scale), Number.MAX_VALUE);
  const bounds: number[] = [];
  const counts: number[] = [];
  const add = (bound: number, count: number): void => {
    const last = bounds.at(-1);
    if (last !== undefined && bound <= last) {
      // Too near to be told apart, or beyond the largest number.
      counts[counts.length - 1] = (counts.at(-1) ?? 0) + count;
      return;
    }
    bounds.push(bound);
    counts.push(count);
  };
  if (negative.counts.length > 0) add(-boundAt(negative.offset + negative.counts.length), 0);
  for (let i = negative.counts.length - 1; i >= 0; i -= 1) {
    add(-boundAt(negative.offset + i), negative.counts[i] ?? 0);
  }
  if (negative.counts.length > 0 && zeroThreshold > 0) add(-zeroThreshold, 0);
  add(zeroThreshold, zeroCount);
  if (positive.counts.length > 0) add(boundAt(positive.offset), 0);
  for (const [i, count] of positive.counts.entries()) add(boundAt(positive.offset + i + 1), count);
  return { bounds, counts: [...counts, 0] };
}
