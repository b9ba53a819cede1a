// Whether a rollout was watched: by when somebody had its page open.

/** Times in milliseconds since the epoch. */
export type Visits = {
  readonly nowMs: number;
  readonly finishedAtMs: number | null;
  readonly visitsMs: readonly number[];
};

type Seen = { readonly state: 'done' | 'open' | 'missed'; readonly detail?: string };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WATCHED_MS = 30 * MINUTE_MS;
/** The first half hour counts as watched when somebody was there in each half of it. */
const HALF_MS = WATCHED_MS / 2;
const REVIEW_MS = 4 * HOUR_MS;

/** Whether somebody was there between two moments. */
const isVisited = ({ visitsMs }: Visits, fromMs: number, toMs: number): boolean =>
  visitsMs.some((at) => at >= fromMs && at < toMs);

/** When a rollout's time runs out: now, or when it ended. */
const lastMs = ({ nowMs, finishedAtMs }: Visits): number => finishedAtMs ?? nowMs;

/** Whether the first half hour was watched. */
export function watched(facts: Visits, startedAtMs: number): Seen {
  const middleMs = startedAtMs + HALF_MS;
  const endMs = startedAtMs + WATCHED_MS;
  const isFirst = isVisited(facts, startedAtMs, middleMs);
  const isSecond = isVisited(facts, middleMs, endMs);
  // What was over sooner needed watching no longer.
  const isShort = facts.finishedAtMs !== null && facts.finishedAtMs < middleMs;
  if (isFirst && (isSecond || isShort)) return { state: 'done' };
  if (lastMs(facts) < endMs) return { state: 'open' };
  return { state: 'missed', detail: 'Nobody had this page open all the time.' };
}

/** Whether the numbers were looked at often enough in the first day. */
export function reviewed(facts: Visits, startedAtMs: number): Seen {
  const endMs = Math.min(lastMs(facts), startedAtMs + DAY_MS);
  const begun = Math.max(1, Math.ceil((endMs - startedAtMs) / REVIEW_MS));
  const windows = Array.from({ length: begun }, (_, i) => startedAtMs + i * REVIEW_MS);
  const seen = windows.filter((fromMs) => isVisited(facts, fromMs, fromMs + REVIEW_MS)).length;
  const detail = `${seen} of ${begun} times so far`;
  const isLastOpen = endMs === facts.nowMs && !isVisited(facts, windows.at(-1) ?? 0, Infinity);
  if (seen < begun - (isLastOpen ? 1 : 0)) return { state: 'missed', detail };
  const isOver = endMs < facts.nowMs || begun * REVIEW_MS >= DAY_MS;
  return { state: isOver && seen === begun ? 'done' : 'open', detail };
}
