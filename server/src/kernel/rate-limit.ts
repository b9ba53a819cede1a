// How much may be done per second, on average: work adds a debt of time, and time pays it off (the "generic cell rate
// algorithm" of ITU-T I.371, annex A). Pure; time is handed in.

/** So much of a second's share may come at once. */
export const BURST_MS = 10_000;

/** Work that is not paid off yet, in milliseconds of the rate that it is allowed at. */
export class Debt {
  #paidUntilMs = 0;

  /** A clock that was set back does not make it grow: at most `limitMs`. */
  ofMs(nowMs: number, limitMs: number): number {
    return Math.min(Math.max(0, this.#paidUntilMs - nowMs), limitMs);
  }

  /** Adds work that takes `workMs` at the allowed rate; more than `limitMs` altogether is forgiven. */
  add(workMs: number, nowMs: number, limitMs: number): void {
    this.#paidUntilMs = nowMs + Math.min(this.ofMs(nowMs, limitMs) + workMs, limitMs);
  }
}

export interface RateLimit<K> {
  /**
   * Counts one request, or an amount of something; answers milliseconds to wait, 0 when it may be answered. What is
   * refused does not count.
   */
  take(key: K, nowMs: number, amount?: number): number;
}

/** At most `perSecond` by key, with ten seconds' worth at once; 0: any number. Remembers the last `maxKeys` keys. */
export function createRateLimit<K>(perSecond: number, maxKeys: number): RateLimit<K> {
  if (perSecond === 0) return { take: () => 0 };
  const debts = new Map<K, Debt>();
  return {
    take(key, nowMs, amount = 1) {
      const workMs = (amount * 1000) / perSecond;
      let debt = debts.get(key);
      if (debt === undefined) {
        debt = new Debt();
        debts.set(key, debt);
        // Maps keep insertion order: the oldest key goes first when there are too many.
        const oldest = debts.keys().next();
        if (debts.size > maxKeys && !oldest.done) debts.delete(oldest.value);
      }
      const owedMs = debt.ofMs(nowMs, BURST_MS);
      if (owedMs + workMs > BURST_MS && owedMs > 0) return owedMs + workMs - BURST_MS;
      debt.add(workMs, nowMs, BURST_MS);
      return 0;
    },
  };
}
