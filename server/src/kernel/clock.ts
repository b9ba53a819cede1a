// Time is always handed in, so that a rollout can live its whole life in a test within milliseconds.

/** Where "now" comes from. Milliseconds since the epoch, UTC. */
export interface Clock {
  now(): number;
}

/** A clock that tests move by hand. */
export class ManualClock implements Clock {
  #nowMs: number;

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  advance(byMs: number): void {
    this.#nowMs += byMs;
  }
}
