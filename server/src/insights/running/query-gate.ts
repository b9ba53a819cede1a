// How many questions are answered at a time: a screen full of them must not take the machine from everything else.
import { fail } from '#kernel/errors';

type Waiting = { readonly start: () => void };

export class QueryGate {
  readonly #places: number;
  readonly #maxWaiting: number;
  #running = 0;
  readonly #waiting: Waiting[] = [];

  /** @param maxWaiting more than these are turned away at once */
  constructor(places: number, maxWaiting: number) {
    this.#places = places;
    this.#maxWaiting = maxWaiting;
  }

  /**
   * Runs `task` when there is a place, first come, first served.
   * @throws rate_limit_exceeded when too many wait; `signal`'s reason when it is aborted before the turn comes
   */
  async run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    await this.#enter(signal);
    try {
      return await task();
    } finally {
      this.#leave();
    }
  }

  async #enter(signal: AbortSignal): Promise<void> {
    if (this.#running < this.#places) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= this.#maxWaiting) {
      fail('rate_limit_exceeded', {
        detail: 'Too many questions are being answered; try again shortly.',
        retryAfterSeconds: 5,
      });
    }
    const turn = Promise.withResolvers<void>();
    const waiting: Waiting = { start: turn.resolve };
    const onAbort = (): void => {
      const place = this.#waiting.indexOf(waiting);
      // Whose turn has come already gives the place back by running.
      if (place >= 0) this.#waiting.splice(place, 1);
      turn.reject(signal.reason);
    };
    this.#waiting.push(waiting);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await turn.promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** The place goes to who has waited longest. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next.start();
    else this.#running -= 1;
  }
}
