// When a flag that is on counts as forgotten.

const DAY_MS = 86_400_000;
/** 30 days without a question from code (product definition of a stale flag). */
const STALE_AFTER_MS = 30 * DAY_MS;

/** What was not asked for since then is stale now. */
export const staleBeforeMs = (nowMs: number): number => nowMs - STALE_AFTER_MS;

/** True for a flag that is on and was neither switched on nor asked for within 30 days. */
export function isStale(
  flag: {
    readonly active: boolean;
    readonly activeSince: Date;
    readonly lastCalledAt: Date | null;
  },
  nowMs: number,
): boolean {
  const lastMs = Math.max(flag.activeSince.getTime(), flag.lastCalledAt?.getTime() ?? 0);
  return flag.active && lastMs < staleBeforeMs(nowMs);
}
