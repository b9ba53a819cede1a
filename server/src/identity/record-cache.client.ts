// What was read of the store, kept for a while: bounded, read once for all who ask at the same time, and
// served beyond its time while the store is away.
import { LRUCache } from 'lru-cache';

export type RecordCacheOptions<T> = {
  /** Roughly what an entry costs, in characters. */
  readonly charsOf: (record: T) => number;
  readonly maxChars: number;
};

/** A record that has changed since serves only while the store is away. */
type Known<T> = { readonly record: T; hasChanged: boolean };

/** 10 s: bounds how long a missed notice from another replica can matter. */
const FRESH_MS = 10_000;

export class RecordCache<T extends object> {
  readonly #known: LRUCache<string, Known<T>>;
  readonly #reads = new Map<string, Promise<T>>();

  constructor({ maxChars, charsOf }: RecordCacheOptions<T>) {
    this.#known = new LRUCache<string, Known<T>>({
      maxSize: maxChars,
      sizeCalculation: ({ record }) => charsOf(record),
      ttl: FRESH_MS,
      allowStale: true,
      noDeleteOnStaleGet: true,
    });
  }

  /** What is known, else what `read` gives; with the store down, the last known state, else its error. */
  async get(key: string, read: () => Promise<T>): Promise<T> {
    const fresh = this.#known.get(key, { allowStale: false });
    if (fresh && !fresh.hasChanged) return fresh.record;
    try {
      return await (this.#reads.get(key) ?? this.#read(key, read));
    } catch (error) {
      const stale = this.#known.get(key);
      if (stale) return stale.record;
      throw error;
    }
  }

  /** Tells that the record has changed: it is read again before it is served, unless the store is away. */
  markChanged(key: string): void {
    const known = this.#known.peek(key, { allowStale: true });
    if (known) known.hasChanged = true;
    // An answer that is still on its way may be from before the change.
    this.#reads.delete(key);
  }

  #read(key: string, read: () => Promise<T>): Promise<T> {
    const reading = read()
      .then((record) => {
        if (this.#reads.get(key) === reading) this.#known.set(key, { record, hasChanged: false });
        return record;
      })
      .finally(() => {
        if (this.#reads.get(key) === reading) this.#reads.delete(key);
      });
    this.#reads.set(key, reading);
    return reading;
  }
}
