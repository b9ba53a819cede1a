// Events on their way to people who watch them arrive: at most so many a second, and a count of the rest.

/** Fifty a second are more than anybody can read. */
const MAX_PER_SECOND = 50;

export type LiveBatch<T> = {
  readonly events: readonly T[];
  /** Events of this moment that are not shown. */
  readonly skipped: number;
};

/** Lets through what one watcher is shown. */
export class LiveThrottle<T> {
  #windowMs = -Infinity;
  #shown = 0;

  /** Of `events` that arrived at `nowMs`, the latest that still fit. */
  take(events: readonly T[], nowMs: number): LiveBatch<T> {
    if (nowMs - this.#windowMs >= 1000) {
      this.#windowMs = nowMs;
      this.#shown = 0;
    }
    const room = MAX_PER_SECOND - this.#shown;
    const shown = room > 0 ? events.slice(-room) : [];
    this.#shown += shown.length;
    return { events: shown, skipped: events.length - shown.length };
  }
}
