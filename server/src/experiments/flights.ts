// Work that several want at once is done once: who comes later waits for what is under way.

type Flight<T> = { readonly done: Promise<T>; readonly ended: AbortController; waiting: number };

export class Flights<T> {
  readonly #underWay = new Map<string, Flight<T>>();

  /**
   * What `work` gives, or what is under way for this key gives.
   * @param signal aborted when this one waits no longer; the work is when nobody does
   * @throws the reason of `signal`; what the work throws
   */
  async join(
    key: string,
    work: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    signal.throwIfAborted();
    const flight = this.#underWay.get(key) ?? this.#begin(key, work);
    const gone = Promise.withResolvers<never>();
    const leave = (): void => gone.reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    flight.waiting += 1;
    try {
      return await Promise.race([flight.done, gone.promise]);
    } finally {
      signal.removeEventListener('abort', leave);
      flight.waiting -= 1;
      if (flight.waiting === 0) this.#end(key, flight, signal);
    }
  }

  #begin(key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const ended = new AbortController();
    const flight = { done: work(ended.signal), ended, waiting: 0 };
    this.#underWay.set(key, flight);
    return flight;
  }

  /** Everybody has the answer, or has gone. */
  #end(key: string, flight: Flight<T>, last: AbortSignal): void {
    if (this.#underWay.get(key) === flight) this.#underWay.delete(key);
    if (last.aborted) flight.ended.abort(last.reason);
  }
}
