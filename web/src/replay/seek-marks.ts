// Which moments are marked on the time line, so many that each can be told from its neighbours.
import type { Kind, Moment } from './moments.ts';

/** Places on the bar; more marks than this could not be told apart. */
const PLACES = 250;

/** Milliseconds since the epoch. */
export type Span = { readonly startMs: number; readonly endMs: number };
/** `share`: where on the bar, 0 to 1. */
export type Mark = { readonly kind: Kind; readonly share: number; readonly isError: boolean };

/** At most one of a kind in a place; errors last, so that nothing covers them. */
export function marksOf(moments: readonly Moment[], { startMs, endMs }: Span): Mark[] {
  const lengthMs = Math.max(1, endMs - startMs);
  const marks = new Map<string, Mark>();
  for (const { kind, atMs, isMarked, isError } of moments) {
    if (!isMarked) continue;
    const share = Math.min(1, Math.max(0, (atMs - startMs) / lengthMs));
    const place = Math.round(share * PLACES);
    marks.set(`${kind} ${place}`, { kind, share: place / PLACES, isError });
  }
  return [...marks.values()].sort((a, b) => Number(a.isError) - Number(b.isError));
}
