// Turns in a thread: few at a time, as many waiting as memory allows, and whoever is more is to come again.
import { fail } from '#kernel/errors';

type PlacesOptions = {
  readonly atOnce: number;
  /** Of the weights of all that wait. */
  readonly maxWaiting: number;
  /** What is said to one too many. */
  readonly tooMany: string;
};

export class Places {
  readonly #options: PlacesOptions;
  /** In the order in which they came. */
  readonly #queue = new Set<() => void>();
  #taken = 0;
  #waiting = 0;

  constructor(options: PlacesOptions) {
    this.#options = options;
  }

  /**
   * Waits for a place, which whoever gets it must leave.
   * @param share - With how much of the room taken whoever asks is one too many, from 0 to 1.
   * @throws unavailable when too much waits; the reason of the signal when it is aborted before
   */
  async take(weight: number, signal?: AbortSignal, share = 1): Promise<void> {
    signal?.throwIfAborted();
    if (this.#taken < this.#options.atOnce) {
      this.#taken += 1;
      return;
    }
    if (this.#waiting + weight > this.#options.maxWaiting * share) {
      fail('unavailable', { detail: this.#options.tooMany, retryAfterSeconds: 2 });
    }
    this.#waiting += weight;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#queue.add(resolve);
        const giveUp = () => {
          if (this.#queue.delete(resolve)) reject(signal?.reason as Error);
        };
        signal?.addEventListener('abort', giveUp, { once: true });
      });
    } finally {
      this.#waiting -= weight;
    }
  }

  /** The next one takes over the place. */
  leave(): void {
    const [next] = this.#queue;
    if (!next) {
      this.#taken -= 1;
      return;
    }
    this.#queue.delete(next);
    next();
  }
}
