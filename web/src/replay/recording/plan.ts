// Which chunks must be there to show a window at a moment, which to fetch next, and which may be forgotten.
import type { Chunk } from './chunk.ts';

/** What is known of chunks that were read: the times of their full snapshots. */
export type FullTimes = ReadonlyMap<string, readonly number[]>;

/**
 * Chunks of a window from the nearest full snapshot at or before a moment up to it, in order; from the first
 * snapshot when there is none before; empty when the window has none at all.
 * @param chunks - Of one window, by time.
 */
export function chainTo(chunks: readonly Chunk[], atMs: number, fulls: FullTimes): Chunk[] {
  const start = startOf(chunks, atMs, fulls);
  if (start === -1) return [];
  const from = chunks[start]?.firstMs ?? 0;
  const until = Math.max(atMs, from);
  return chunks.filter(
    ({ firstMs, lastMs }, index) => firstMs <= until && (index >= start || lastMs >= from),
  );
}

function startOf(chunks: readonly Chunk[], atMs: number, fulls: FullTimes): number {
  const begins = (chunk: Chunk): boolean => {
    if (!chunk.hasFull || chunk.firstMs > atMs) return false;
    // Its snapshot may come later than its first event; that is known once it was read.
    const times = fulls.get(chunk.id);
    return times === undefined || times.some((time) => time <= atMs);
  };
  const before = chunks.findLastIndex(begins);
  return before === -1 ? chunks.findIndex(({ hasFull }) => hasFull) : before;
}

/** Up to when a window can be shown with what is there: the start of the first chunk that is missing. */
export function readyUntil(
  chunks: readonly Chunk[],
  chain: readonly Chunk[],
  has: (id: string) => boolean,
): number {
  const first = chain[0];
  if (!first) return -Infinity;
  const start = chunks.indexOf(first);
  const missing = chunks.slice(start).find(({ id }) => !has(id));
  return missing?.firstMs ?? Infinity;
}

/** A stretch of time, in milliseconds. */
export type Stretch = { readonly startMs: number; readonly endMs: number };

/**
 * Stretches of the whole recording that can be played without fetching anything.
 * @param chunks - Of all windows, by time.
 */
export function bufferedOf(chunks: readonly Chunk[], has: (id: string) => boolean): Stretch[] {
  const ranges: { startMs: number; endMs: number }[] = [];
  let open: { startMs: number; endMs: number } | undefined;
  for (const { id, firstMs, lastMs } of chunks) {
    if (!has(id)) {
      // Until what is missing begins, though another window's chunk reaches beyond.
      if (open) open.endMs = Math.min(open.endMs, firstMs);
      open = undefined;
      continue;
    }
    if (!open) ranges.push((open = { startMs: firstMs, endMs: lastMs }));
    // Between two that are there nothing happens.
    else open.endMs = Math.max(open.endMs, lastMs);
  }
  return ranges;
}

export type Wanted = {
  /** All windows, by time. */
  readonly chunks: readonly Chunk[];
  /** What must be there to show the present moment, in order. */
  readonly chain: readonly Chunk[];
  readonly atMs: number;
  /** How far ahead of the moment to be prepared. */
  readonly aheadMs: number;
  /** There, or asked for. */
  readonly has: (id: string) => boolean;
  /** Read at least once: of these everything but the pictures is known. */
  readonly isRead: (id: string) => boolean;
  /** How much may still be fetched only to list what it holds. */
  readonly spareBytes: number;
};

/** The chunk to fetch next: to show the moment, to go on from it, to list what the rest holds; else none. */
export function nextChunk(wanted: Wanted): Chunk | undefined {
  const { chunks, chain, atMs, aheadMs, has, isRead, spareBytes } = wanted;
  const needed = chain.find(({ id }) => !has(id));
  if (needed) return needed;
  const ahead = chunks.find(
    ({ id, firstMs, lastMs }) => lastMs >= atMs && firstMs <= atMs + aheadMs && !has(id),
  );
  if (ahead) return ahead;
  const unread = chunks.find(({ id }) => !isRead(id) && !has(id));
  return unread && unread.sizeBytes <= spareBytes ? unread : undefined;
}

/**
 * Which chunks to forget so that the rest fits, the one used longest ago first.
 * @param sizes - Bytes by id, in the order of use, oldest first.
 */
export function toForget(
  sizes: ReadonlyMap<string, number>,
  isNeeded: (id: string) => boolean,
  limitBytes: number,
): string[] {
  let total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const forgotten: string[] = [];
  for (const [id, size] of sizes) {
    if (total <= limitBytes) break;
    if (isNeeded(id)) continue;
    forgotten.push(id);
    total -= size;
  }
  return forgotten;
}
