// The app's end of the player: frames the document that plays, fetches what it asks for, and keeps what it tells.
import { type Block, type Chunk, chunksOf } from './recording/chunk.ts';
import type { Digest } from './recording/digest.ts';
import type { Stretch } from './recording/plan.ts';
import type { Segment } from './recording/segments.ts';
import {
  type Command,
  CONNECT,
  type Opening,
  type PlayState,
  type Report,
} from './player/protocol.ts';

/** Everything the recording has told so far beside its pictures. */
export type Told = {
  readonly digests: readonly Digest[];
  readonly segments: readonly Segment[];
  /** What can be played without fetching anything. */
  readonly buffered: readonly Stretch[];
};

export type FetchChunk = (chunk: Chunk, signal: AbortSignal) => Promise<ArrayBuffer>;
type Start = Omit<Opening, 'chunks'> & { readonly blocks: readonly Block[] };

const TRIES = 3;
const RETRY_MS = 800;

export class PlayerLink {
  readonly #fetchChunk: FetchChunk;
  readonly #listeners = new Set<() => void>();
  readonly #known: Set<string>;
  readonly #start: Start;
  #opening: Opening;
  #port: MessagePort | undefined;
  #state: PlayState;
  #told: Told = { digests: [], segments: [], buffered: [] };
  readonly #digests = new Map<string, Digest>();
  #wantsToPlay = true;
  #heldWindow: string | null = null;
  /** Of the present connection. */
  #gone = new AbortController();

  constructor(start: Start, fetchChunk: FetchChunk) {
    this.#fetchChunk = fetchChunk;
    this.#start = start;
    this.#known = new Set(start.blocks.map(({ id }) => id));
    this.#opening = { ...start, chunks: chunksOf(start.blocks) };
    this.#state = {
      atMs: start.atMs,
      status: 'loading',
      windowId: '',
      isBlank: false,
      skippedMs: 0,
      width: 0,
      height: 0,
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): PlayState => this.#state;
  readonly told = (): Told => this.#told;

  get startMs(): number {
    return this.#start.startMs;
  }

  get endMs(): number {
    return this.#opening.endMs;
  }

  /** Speaks with the document in a frame, from where an earlier one has been. */
  connect(frame: HTMLIFrameElement): () => void {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#gone = new AbortController();
    port1.addEventListener('message', ({ data }: MessageEvent<Report>) => this.#hear(data));
    port1.start();
    // To any origin: the page's policy says which document may be in the frame, and the message is no secret.
    frame.contentWindow?.postMessage(CONNECT, '*', [port2]);
    return () => {
      port1.close();
      if (this.#port === port1) this.#port = undefined;
    };
  }

  send(command: Exclude<Command, { readonly kind: 'open' | 'grow' | 'chunk' | 'failed' }>): void {
    if (command.kind === 'play') this.#wantsToPlay = true;
    if (command.kind === 'pause') this.#wantsToPlay = false;
    if (command.kind === 'seek') {
      // At once, and where a document begins that is not there yet.
      const atMs = Math.min(this.endMs, Math.max(this.startMs, command.atMs));
      this.#state = { ...this.#state, atMs };
      this.#notify();
    }
    if (command.kind === 'window') this.#heldWindow = command.windowId;
    if (command.kind === 'speed') this.#opening = { ...this.#opening, speed: command.speed };
    if (command.kind === 'skip') {
      this.#opening = { ...this.#opening, skipsPauses: command.skipsPauses };
    }
    this.#port?.postMessage(command);
  }

  /** More was recorded. */
  grow(blocks: readonly Block[], isOngoing: boolean): void {
    const added = blocks.filter(({ id }) => !this.#known.has(id));
    if (added.length === 0 && isOngoing === this.#opening.isOngoing) return;
    for (const { id } of added) this.#known.add(id);
    const chunks = chunksOf(added);
    const endMs = Math.max(this.#opening.endMs, ...added.map(({ lastMs }) => lastMs));
    this.#opening = {
      ...this.#opening,
      chunks: [...this.#opening.chunks, ...chunks],
      endMs,
      isOngoing,
    };
    this.#post({ kind: 'grow', chunks, endMs, isOngoing });
    this.#notify();
  }

  close(): void {
    this.#gone.abort();
    this.#port?.close();
  }

  #post(command: Command, transfer: Transferable[] = []): void {
    this.#port?.postMessage(command, transfer);
  }

  #hear(report: Report): void {
    switch (report.kind) {
      case 'ready':
        this.#post({ kind: 'open', ...this.#opening, atMs: this.#state.atMs });
        this.#post({ kind: 'window', windowId: this.#heldWindow });
        if (this.#wantsToPlay) this.#post({ kind: 'play' });
        return;
      case 'need':
        void this.#deliver(report.chunk);
        return;
      case 'state':
        this.#state = report.state;
        break;
      case 'segments':
        this.#told = { ...this.#told, segments: report.segments };
        break;
      case 'buffered':
        this.#told = { ...this.#told, buffered: report.buffered };
        break;
      case 'digest':
        this.#digests.set(report.chunkId, report.digest);
        this.#told = { ...this.#told, digests: [...this.#digests.values()] };
        break;
    }
    this.#notify();
  }

  async #deliver(chunk: Chunk): Promise<void> {
    const port = this.#port;
    const { signal } = this.#gone;
    for (let tried = 1; !signal.aborted; tried += 1) {
      try {
        const bytes = await this.#fetchChunk(chunk, signal);
        port?.postMessage({ kind: 'chunk', id: chunk.id, bytes } satisfies Command, [bytes]);
        return;
      } catch {
        if (tried >= TRIES) break;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS * tried));
      }
    }
    port?.postMessage({ kind: 'failed', id: chunk.id } satisfies Command);
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
