// What answers say when they come from an older state, because the store cannot be read.

/** ISO 8601: since when changes may be missing. SDKs pass over it; people and monitors see it. */
const STALE_HEADER = 'serin-stale-since';

const NONE: Readonly<Record<string, string>> = {};

/** Headers of an answer that was made of flags read at `staleSinceMs` (milliseconds); none of fresh ones. */
export function staleHeaders(staleSinceMs: number | undefined): Readonly<Record<string, string>> {
  if (staleSinceMs === undefined) return NONE;
  return { [STALE_HEADER]: new Date(staleSinceMs).toISOString() };
}
