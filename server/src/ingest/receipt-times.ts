// Since when is anything waiting? Answers "everything received before this moment is in the store", on
// which a rollout's decisions rest, without an entry for each of millions of waiting records.
import { type LogPosition, comparePositions } from './log-format.ts';

/** 100 ms: records this close together share an entry, which then counts as received at its first. */
const GRAIN_MS = 100;

type Entry = { firstMs: number; end: LogPosition };

export class ReceiptTimes {
  #entries: Entry[] = [];

  /** A record received at `receivedMs` ends at `end`. Called in the order of the log. */
  add(receivedMs: number, end: LogPosition): void {
    const last = this.#entries.at(-1);
    // The clock has gone back: what waits from before counts as received no later than this.
    if (last && receivedMs < last.firstMs) {
      for (const entry of this.#entries) entry.firstMs = Math.min(entry.firstMs, receivedMs);
    }
    if (last && receivedMs - last.firstMs < GRAIN_MS) last.end = end;
    else this.#entries.push({ firstMs: receivedMs, end });
  }

  /** Everything before `position` is in the store. */
  settle(position: LogPosition): void {
    const open = this.#entries.findIndex((entry) => comparePositions(entry.end, position) > 0);
    this.#entries = open === -1 ? [] : this.#entries.slice(open);
  }

  /** When the oldest waiting record was received, at the earliest; undefined when none waits. */
  oldestMs(): number | undefined {
    return this.#entries[0]?.firstMs;
  }
}
