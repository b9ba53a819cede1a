// The list that the events page shows: what has just arrived on top of what was there. Pure, because
// pausing and duplicates are easy to get wrong.
type Row = { readonly uuid: string };

export type Feed<T extends Row> = {
  readonly isPaused: boolean;
  /** Newest first; on the page. */
  readonly shown: readonly T[];
  /** Arrived while paused; not on the page yet. */
  readonly waiting: readonly T[];
  /** Came faster than the server shows them live; they are stored all the same. */
  readonly skipped: number;
};

/** More rows than this make the page slow and are read by nobody. */
const MAX_ROWS = 300;

export const EMPTY_FEED: Feed<never> = {
  isPaused: false,
  shown: [],
  waiting: [],
  skipped: 0,
};

/** Takes in an event that has just arrived. */
export function arrive<T extends Row>(feed: Feed<T>, row: T): Feed<T> {
  const isKnown = [feed.shown, feed.waiting].some((rows) =>
    rows.some(({ uuid }) => uuid === row.uuid),
  );
  if (isKnown) return feed;
  const add = (rows: readonly T[]) => [row, ...rows].slice(0, MAX_ROWS);
  return feed.isPaused
    ? { ...feed, waiting: add(feed.waiting) }
    : { ...feed, shown: add(feed.shown) };
}

/** Pauses, or goes on and shows what has waited. */
export function setPaused<T extends Row>(feed: Feed<T>, isPaused: boolean): Feed<T> {
  if (isPaused) return { ...feed, isPaused };
  return {
    ...feed,
    isPaused,
    shown: [...feed.waiting, ...feed.shown].slice(0, MAX_ROWS),
    waiting: [],
  };
}

/** Arrived events, then stored ones that are not among them. */
export function merged<T extends Row>(arrived: readonly T[], stored: readonly T[]): T[] {
  const known = new Set(arrived.map(({ uuid }) => uuid));
  return [...arrived, ...stored.filter(({ uuid }) => !known.has(uuid))];
}
