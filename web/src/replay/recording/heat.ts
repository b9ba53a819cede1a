// How much happened when, for the strip below the seek bar.

type Weighted = { readonly firstMs: number; readonly lastMs: number; readonly weight: number };
type Range = { readonly startMs: number; readonly endMs: number };

/** Spreads amounts evenly over their time; each bucket from 0 (nothing) to 1 (the most). */
export function heatOf(parts: readonly Weighted[], { startMs, endMs }: Range, buckets: number) {
  const sums = Array.from({ length: buckets }, () => 0);
  const width = Math.max(1, endMs - startMs) / buckets;
  const bucketAt = (ms: number) =>
    Math.min(buckets - 1, Math.max(0, Math.floor((ms - startMs) / width)));
  for (const { firstMs, lastMs, weight } of parts) {
    const [from, to] = [bucketAt(firstMs), bucketAt(lastMs)];
    for (let bucket = from; bucket <= to; bucket += 1) {
      sums[bucket] = (sums[bucket] ?? 0) + weight / (to - from + 1);
    }
  }
  const most = Math.max(...sums);
  return sums.map((sum) => (most === 0 ? 0 : sum / most));
}
