// Values on a logarithmic scale, in classes of half a percent: enough for percentiles that people read.

const LN_STEP = Math.log(1.005);

export class Histogram {
  readonly #counts = new Map<number, number>();
  #total = 0;

  /** Values of 0 and less count as the smallest. */
  add(value: number): void {
    const bin = Math.floor(Math.log(Math.max(value, Number.MIN_VALUE)) / LN_STEP);
    this.#counts.set(bin, (this.#counts.get(bin) ?? 0) + 1);
    this.#total += 1;
  }

  /** The values at these levels (0 to 1); null each while there are none. */
  quantiles(levels: readonly number[]): (number | null)[] {
    if (this.#total === 0) return levels.map(() => null);
    const bins = [...this.#counts.keys()].toSorted((x, y) => x - y);
    let below = 0;
    const ends = bins.map((bin) => {
      below += this.#counts.get(bin) ?? 0;
      return { bin, below };
    });
    return levels.map((level) => {
      const found = ends.find((end) => end.below >= level * this.#total) ?? ends.at(-1);
      return Math.exp(((found?.bin ?? 0) + 0.5) * LN_STEP);
    });
  }
}
