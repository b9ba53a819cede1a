// How often a password may be tried: a bounded window count per key. Pure; time is handed in.

const WINDOW_MS = 5 * 60_000; // 5 min
const MAX_KEYS = 10_000;

export interface AttemptLimit {
  /** Milliseconds until `key` may try again; 0 when it may now. */
  waitMs(key: string, nowMs: number): number;
  /** Counts one attempt as failed: before it is checked, so that a burst cannot outrun the count. */
  count(key: string, nowMs: number): void;
  /** Takes one counted attempt back: it succeeded. */
  forgive(key: string): void;
  /** Forgets the failures of `key`. */
  reset(key: string): void;
}

/** At most `maxFailures` failures per key within 5 minutes. */
export function createAttemptLimit(maxFailures: number): AttemptLimit {
  const failures = new Map<string, { count: number; untilMs: number }>();
  return {
    waitMs(key, nowMs) {
      const entry = failures.get(key);
      if (!entry || entry.untilMs <= nowMs) return 0;
      return entry.count >= maxFailures ? entry.untilMs - nowMs : 0;
    },
    count(key, nowMs) {
      const entry = failures.get(key);
      if (entry && entry.untilMs > nowMs) {
        entry.count += 1;
        return;
      }
      failures.delete(key);
      failures.set(key, { count: 1, untilMs: nowMs + WINDOW_MS });
      // Maps keep insertion order: the oldest window goes first when there are too many.
      const oldest = failures.keys().next().value;
      if (failures.size > MAX_KEYS && oldest !== undefined) failures.delete(oldest);
    },
    forgive(key) {
      const entry = failures.get(key);
      if (entry) entry.count -= 1;
    },
    reset(key) {
      failures.delete(key);
    },
  };
}
