// Which stretch of time a question looks at, noted by its statements as they are written: what happens outside of it
// cannot change the answer.
import type { Range } from '../time/date-range.ts';

export class Reads {
  #hull: Range | undefined;

  /** Without an end, everything on that side. */
  note({
    fromMs = Number.NEGATIVE_INFINITY,
    toMs = Number.POSITIVE_INFINITY,
  }: Partial<Range>): void {
    this.#hull = {
      fromMs: Math.min(this.#hull?.fromMs ?? fromMs, fromMs),
      toMs: Math.max(this.#hull?.toMs ?? toMs, toMs),
    };
  }

  /** Everything, when nothing was noted. */
  get hull(): Range {
    return this.#hull ?? EVERYTHING;
  }
}

export const EVERYTHING: Range = {
  fromMs: Number.NEGATIVE_INFINITY,
  toMs: Number.POSITIVE_INFINITY,
};
