// May an event that is not among the recent uuids have been accepted before? Decides when the store is asked,
// and where in it: asking costs more the more there is (measured: README.md).
import { EVALUATED_EVENT } from './event.ts';
import { uuidTimeMs } from './uuid.ts';

/** What tells when an event may have been accepted first. */
export type AgeClues = {
  readonly uuid: string;
  readonly event: string;
  /** When it happened, milliseconds since the epoch, corrected by the client's clock error. */
  readonly atMs: number;
  /** The same by the client's own clock; undefined when it gave no time that can be believed. */
  readonly claimedMs?: number | undefined;
  readonly receivedMs: number;
};

/**
 * - `none`: it was made after the set of recent uuids became complete.
 * - `unlikely`: a random uuid with a recent time. Only a client that sends an event again with another time
 *   repeats such a one; no PostHog SDK does.
 * - `possible`: everything else.
 */
export type Doubt = 'none' | 'unlikely' | 'possible';

/** 10 s: what a client's clock may still be off by after correction (the time a request travels). */
const CLOCK_MARGIN_MS = 10_000;
const DAY_MS = 86_400_000;

/** How likely it is that the event was accepted before the set became complete. */
export function doubtOf(clues: AgeClues, completeSinceMs: number): Doubt {
  const { uuid, atMs, claimedMs, receivedMs } = clues;
  // A time ahead of the receipt is no clue: the clock is wrong by an unknown amount.
  const isRecent = (ms: number | undefined): boolean =>
    ms !== undefined &&
    ms <= receivedMs + CLOCK_MARGIN_MS &&
    ms >= completeSinceMs + CLOCK_MARGIN_MS;
  if (clues.event === EVALUATED_EVENT) return isRecent(claimedMs) ? 'none' : 'possible';
  const madeMs = uuidMadeMs(clues);
  if (madeMs !== undefined) return isRecent(madeMs) ? 'none' : 'possible';
  return isRandom(uuid) && claimedMs !== undefined && isRecent(atMs) ? 'unlikely' : 'possible';
}

/**
 * The time near which a `possible` copy lies; undefined when it may have any. Uuids made from a name (version
 * 5, say of an order's number) are sent again with whatever time it then is.
 */
export function copyTimeMs(clues: AgeClues): number | undefined {
  const { uuid, atMs, claimedMs } = clues;
  if (claimedMs === undefined) return undefined;
  if (isRandom(uuid) || clues.event === EVALUATED_EVENT) return atMs;
  const madeMs = uuidMadeMs(clues);
  return madeMs !== undefined && Math.abs(madeMs - atMs) < DAY_MS ? atMs : undefined;
}

/** When a version 7 uuid was made, corrected as the event's time was. */
function uuidMadeMs({ uuid, atMs, claimedMs }: AgeClues): number | undefined {
  const madeMs = uuidTimeMs(uuid);
  return madeMs === undefined
    ? undefined
    : madeMs + (claimedMs === undefined ? 0 : atMs - claimedMs);
}

/** True for version 4: made once, never again from the same things. */
function isRandom(uuid: string): boolean {
  return uuid[14] === '4';
}
