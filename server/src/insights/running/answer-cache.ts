// Answers that are kept, within a number of bytes: those that were used longest ago make room.
import type { Range } from '../time/date-range.ts';

export type KeptAnswer = {
  readonly body: Readonly<Record<string, unknown>>;
  readonly computedAtMs: number;
  /** From then on the clock alone may have changed it. */
  readonly validUntilMs: number;
  /** What of the events was looked at. */
  readonly hull: Range;
  /** Of the data before it was computed; undefined when that cannot be told. */
  readonly version: string | undefined;
};

type Kept = { readonly answer: KeptAnswer; readonly bytes: number };

export class AnswerCache {
  readonly #maxBytes: number;
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(key: string): KeptAnswer | undefined {
    const kept = this.#kept.get(key);
    if (!kept) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept.answer;
  }

  /** An answer that would take more than a quarter of the place is not kept. */
  set(key: string, answer: KeptAnswer): void {
    this.#drop(key);
    // A character may take two bytes; objects about as much as their text.
    const bytes = JSON.stringify(answer.body).length * 2;
    if (bytes > this.#maxBytes / 4) return;
    this.#kept.set(key, { answer, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#drop(oldest);
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  #drop(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
    this.#kept.delete(key);
  }
}
