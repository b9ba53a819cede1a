// The chunks of a recording: which there are, which were asked for, which are in memory, and what they told.
import type { Chunk } from '../recording/chunk.ts';
import type { Digest } from '../recording/digest.ts';
import {
  bufferedOf,
  chainTo,
  nextChunk,
  type Stretch,
  readyUntil,
  toForget,
} from '../recording/plan.ts';
import type { RrwebEvent } from '../recording/rrweb-event.ts';
import { type Segment, segmentsOf, type Span, spansOf } from '../recording/segments.ts';
import type { ParseAnswer, ParseRequest } from './parse.worker.ts';

/** Of JSON text; objects take a few times as much. */
const MEMORY_BYTES = 48 * 1024 * 1024;
/** How much of a recording is fetched only for its lists and markers. */
const LISTED_BYTES = 96 * 1024 * 1024;
/** Enough to keep the line busy, few enough that a seek is answered at once. */
const REQUESTS_AT_ONCE = 2;
/** How far ahead of the moment to be prepared, in milliseconds at normal speed. */
const AHEAD_MS = 20_000;

type Hooks = {
  readonly need: (chunk: Chunk) => void;
  readonly digest: (chunkId: string, digest: Digest) => void;
  readonly arrived: (windowId: string) => void;
  /** What of the recording is in memory now. */
  readonly kept: (buffered: readonly Stretch[]) => void;
  readonly isNeeded: (chunkId: string) => boolean;
};

export class ChunkStore {
  readonly #hooks: Hooks;
  readonly #worker = new Worker(new URL('parse.worker.ts', import.meta.url), { type: 'module' });
  /** All windows, by time. */
  #chunks: readonly Chunk[] = [];
  #byWindow = new Map<string, readonly Chunk[]>();
  readonly #asked = new Set<string>();
  readonly #failed = new Set<string>();
  /** In memory, the one used longest ago first. */
  readonly #events = new Map<string, readonly RrwebEvent[]>();
  readonly #sizes = new Map<string, number>();
  readonly #active = new Map<string, readonly number[]>();
  readonly #fulls = new Map<string, readonly number[]>();
  #listedBytes = 0;

  constructor(hooks: Hooks) {
    this.#hooks = hooks;
    this.#worker.addEventListener('message', ({ data }: MessageEvent<ParseAnswer>) => {
      this.#read(data);
    });
  }

  add(chunks: readonly Chunk[]): void {
    const known = new Set(this.#chunks.map(({ id }) => id));
    const added = chunks.filter(({ id }) => !known.has(id));
    this.#chunks = [...this.#chunks, ...added].sort((a, b) => a.firstMs - b.firstMs);
    this.#byWindow = Map.groupBy(this.#chunks, ({ windowId }) => windowId);
  }

  chunksOf(windowId: string): readonly Chunk[] {
    return this.#byWindow.get(windowId) ?? [];
  }

  eventsOf(id: string): readonly RrwebEvent[] | undefined {
    return this.#events.get(id);
  }

  isThere(id: string): boolean {
    return this.#events.has(id);
  }

  hasFailed(id: string): boolean {
    return this.#failed.has(id);
  }

  chainTo(windowId: string, atMs: number): Chunk[] {
    const chain = chainTo(this.chunksOf(windowId), atMs, this.#fulls);
    for (const { id } of chain) this.#use(id);
    return chain;
  }

  readyUntil(windowId: string, chain: readonly Chunk[]): number {
    return readyUntil(this.chunksOf(windowId), chain, (id) => this.isThere(id));
  }

  /** What of the recording is in memory. */
  #buffered(): Stretch[] {
    return bufferedOf(this.#chunks, (id) => this.isThere(id));
  }

  /** Asks for what is missing most. */
  fetch(chain: readonly Chunk[], atMs: number, speed: number): void {
    while (this.#asked.size < REQUESTS_AT_ONCE) {
      const chunk = nextChunk({
        chunks: this.#chunks,
        chain,
        atMs,
        aheadMs: AHEAD_MS * Math.max(1, speed),
        has: (id) => this.#events.has(id) || this.#asked.has(id) || this.#failed.has(id),
        isRead: (id) => this.#active.has(id),
        spareBytes: LISTED_BYTES - this.#listedBytes,
      });
      if (!chunk) return;
      this.#asked.add(chunk.id);
      this.#hooks.need(chunk);
    }
  }

  receive(id: string, bytes: ArrayBuffer): void {
    const chunk = this.#chunks.find((candidate) => candidate.id === id);
    if (!chunk) return;
    this.#sizes.set(id, bytes.byteLength);
    const request: ParseRequest = { id, windowId: chunk.windowId, bytes };
    this.#worker.postMessage(request, [bytes]);
  }

  fail(id: string): void {
    this.#asked.delete(id);
    this.#failed.add(id);
  }

  retry(): void {
    this.#failed.clear();
  }

  /** Who was active when; of what was not read yet, all of its time counts. */
  segments(range: { readonly startMs: number; readonly endMs: number }): Segment[] {
    const spans = [...this.#byWindow].flatMap(([windowId, chunks]): Span[] => {
      const read = chunks.flatMap(({ id }) => this.#active.get(id) ?? []);
      const unread = chunks
        .filter(({ id }) => !this.#active.has(id))
        .map(({ firstMs, lastMs }) => ({ windowId, startMs: firstMs, endMs: lastMs }));
      return [...spansOf(windowId, read), ...unread];
    });
    return segmentsOf(spans, range);
  }

  #read({ id, events, digest }: ParseAnswer): void {
    this.#asked.delete(id);
    this.#events.set(id, events);
    if (!this.#active.has(id)) this.#listedBytes += this.#sizes.get(id) ?? 0;
    this.#active.set(id, digest.activeMs);
    this.#fulls.set(id, digest.fullMs);
    this.#hooks.digest(id, digest);
    this.#hooks.arrived(digest.windowId);
    for (const old of toForget(this.#sizes, this.#hooks.isNeeded, MEMORY_BYTES)) {
      this.#events.delete(old);
      this.#sizes.delete(old);
    }
    this.#hooks.kept(this.#buffered());
  }

  #use(id: string): void {
    const [events, size] = [this.#events.get(id), this.#sizes.get(id)];
    if (!events || size === undefined) return;
    this.#events.delete(id);
    this.#events.set(id, events);
    this.#sizes.delete(id);
    this.#sizes.set(id, size);
  }
}
