// Where a session went badly for whoever was there: an error right after a click, a page that was left at once, a long
// time in which nothing was done. They say which sessions are worth watching.

type AtMs = number;

export type Troubles = {
  /** Clicks that an error of the console followed within {@link AFTER_CLICK_MS}. */
  readonly errorsAfterClick: number;
  /** Pages that were left for the one before within {@link QUICK_MS}. */
  readonly quickBacks: number;
  /** Longer than {@link IDLE_MS}, with something done before and after. */
  readonly idleGaps: number;
};

const AFTER_CLICK_MS = 5000;
const QUICK_MS = 2000;
const IDLE_MS = 30_000;

/** Of one window; however many errors a click has. The times need not be in order. */
export function errorsAfterClick(clicks: readonly AtMs[], errors: readonly AtMs[]): number {
  const inOrder = clicks.toSorted((a, b) => a - b);
  const answered = new Set<number>();
  let next = 0;
  for (const errorMs of errors.toSorted((a, b) => a - b)) {
    while ((inOrder[next] ?? Infinity) <= errorMs) next += 1;
    const clickMs = inOrder[next - 1];
    if (clickMs !== undefined && errorMs - clickMs <= AFTER_CLICK_MS) answered.add(next - 1);
  }
  return answered.size;
}

/** Of one window. @param visits when which address was there, in any order; each may be told several times */
export function quickBacks(visits: readonly (readonly [AtMs, string])[]): number {
  const pages: (readonly [AtMs, string])[] = [];
  for (const visit of visits.toSorted((a, b) => a[0] - b[0])) {
    if (pages.at(-1)?.[1] !== visit[1]) pages.push(visit);
  }
  return pages.filter(([atMs, url], i) => {
    const [left, before] = [pages[i - 1], pages[i - 2]];
    return left && before?.[1] === url && atMs - left[0] < QUICK_MS;
  }).length;
}

/** @param active stretches in order, none in another */
export function idleGaps(active: readonly (readonly [AtMs, AtMs])[]): number {
  return active.filter(([startMs], i) => {
    const before = active[i - 1];
    return before && startMs - before[1] > IDLE_MS;
  }).length;
}
