// Plays a recording: moves its time on, brings the right window into view, asks for what is needed and forgets what is
// not. Everything of one recording is in here; the Replayers only draw.
import type { Chunk } from '../recording/chunk.ts';
import { moveOn } from '../recording/clock.ts';
import type { RrwebEvent } from '../recording/rrweb-event.ts';
import type { Segment } from '../recording/segments.ts';
import { segmentAt } from '../recording/segments.ts';
import { ChunkStore } from './chunk-store.ts';
import type { Command, Opening, PlayState, PlayStatus, Report } from './protocol.ts';
import { Stage } from './stage.ts';

/** How often the time is told while it plays, in milliseconds. */
const TELL_MS = 66;
/** How long is said that a pause was passed over, in milliseconds: enough to be read. */
const SKIPPED_MS = 2500;

type Wish = 'play' | 'pause';

export class Playback {
  readonly #send: (report: Report) => void;
  readonly #store: ChunkStore;
  readonly #stage: Stage;
  #opening: Opening | undefined;
  #segments: readonly Segment[] = [];
  #wish: Wish = 'pause';
  #status: PlayStatus = 'loading';
  #atMs = 0;
  #endMs = 0;
  #speed = 1;
  #skipsPauses = true;
  #isOngoing = false;
  /** The window to stay with. */
  #held: string | null = null;
  #windowId = '';
  #chain: readonly Chunk[] = [];
  /** Up to where the window in view can be shown. */
  #untilMs = -Infinity;
  /** Where to be at the next frame: whoever drags along the time line asks far more often. */
  #wantedMs: number | undefined;
  #lastMs = 0;
  #toldMs = 0;
  /** The pause that was passed over last, and until when that is said. */
  #skipped = { byMs: 0, untilMs: 0 };

  constructor(room: HTMLElement, send: (report: Report) => void) {
    this.#send = send;
    this.#store = new ChunkStore({
      need: (chunk) => send({ kind: 'need', chunk }),
      digest: (chunkId, digest) => send({ kind: 'digest', chunkId, digest }),
      kept: (buffered) => send({ kind: 'buffered', buffered }),
      arrived: (windowId) => this.#arrived(windowId),
      isNeeded: (id) => this.#stage.isUsing(id) || this.#chain.some((chunk) => chunk.id === id),
    });
    this.#stage = new Stage({
      room,
      eventsOf: (id): readonly RrwebEvent[] | undefined => this.#store.eventsOf(id),
      onChange: () => this.#tell(),
    });
  }

  obey(command: Command): void {
    switch (command.kind) {
      case 'open':
        this.#open(command);
        break;
      case 'grow':
        this.#grow(command.chunks, command.endMs, command.isOngoing);
        break;
      case 'chunk':
        this.#store.receive(command.id, command.bytes);
        break;
      case 'failed':
        this.#store.fail(command.id);
        this.#show();
        break;
      case 'retry':
        this.#store.retry();
        this.#show();
        break;
      case 'play':
        this.#play();
        break;
      case 'pause':
        this.#wish = 'pause';
        this.#skipped.untilMs = 0;
        this.#show();
        break;
      case 'seek':
        if (this.#opening) this.#wantedMs = command.atMs;
        break;
      case 'speed':
        this.#speed = command.speed;
        this.#stage.setSpeed(command.speed);
        this.#fetch();
        break;
      case 'skip':
        this.#skipsPauses = command.skipsPauses;
        break;
      case 'window':
        this.#held = command.windowId;
        this.#show();
        break;
    }
  }

  /** From the start again when it is over. */
  #play(): void {
    this.#wish = 'play';
    if (this.#atMs >= this.#endMs && !this.#isOngoing) this.#atMs = this.#opening?.startMs ?? 0;
    this.#show();
  }

  #open(opening: Opening): void {
    this.#opening = opening;
    this.#endMs = opening.endMs;
    this.#speed = opening.speed;
    this.#skipsPauses = opening.skipsPauses;
    this.#isOngoing = opening.isOngoing;
    this.#stage.setSpeed(opening.speed);
    this.#store.add(opening.chunks);
    this.#resegment();
    this.#lastMs = performance.now();
    requestAnimationFrame(this.#tick);
    this.#seek(opening.atMs);
  }

  #grow(chunks: readonly Chunk[], endMs: number, isOngoing: boolean): void {
    this.#store.add(chunks);
    this.#endMs = endMs;
    this.#isOngoing = isOngoing;
    this.#resegment();
    this.#show();
  }

  #seek(atMs: number): void {
    const startMs = this.#opening?.startMs ?? 0;
    this.#atMs = Math.min(this.#endMs, Math.max(startMs, atMs));
    this.#skipped.untilMs = 0;
    this.#show();
  }

  #arrived(windowId: string): void {
    this.#resegment();
    this.#stage.extend(windowId, this.#store.chunksOf(windowId), this.#atMs);
    const isWaiting = this.#status === 'loading' || this.#status === 'failed';
    if (isWaiting) this.#show();
    else this.#plan();
    this.#fetch();
  }

  #resegment(): void {
    if (!this.#opening) return;
    const range = { startMs: this.#opening.startMs, endMs: this.#endMs };
    this.#segments = this.#store.segments(range);
    this.#send({ kind: 'segments', segments: this.#segments });
  }

  #windowNow(): string {
    return this.#held ?? segmentAt(this.#segments, this.#atMs)?.windowId ?? '';
  }

  /** What the window in view needs at this moment, and how far what is there reaches. */
  #plan(): void {
    this.#chain = this.#store.chainTo(this.#windowId, this.#atMs);
    this.#untilMs = this.#store.readyUntil(this.#windowId, this.#chain);
  }

  get #isReady(): boolean {
    // A window without any full snapshot can never be shown: it must not hold up the rest.
    return this.#chain.length === 0 || this.#chain.every(({ id }) => this.#store.isThere(id));
  }

  /** Brings the present moment into view, or waits for what that needs. */
  #show(): void {
    if (!this.#opening) return;
    this.#windowId = this.#windowNow();
    this.#plan();
    this.#status = this.#statusNow();
    if (this.#isReady) {
      const isPlaying = this.#status === 'playing';
      this.#stage.show(this.#windowId, this.#chain, this.#atMs, isPlaying);
    } else this.#stage.pause();
    this.#fetch();
    this.#tell();
  }

  #statusNow(): PlayStatus {
    if (!this.#isReady) {
      return this.#chain.some(({ id }) => this.#store.hasFailed(id)) ? 'failed' : 'loading';
    }
    if (this.#atMs < this.#endMs) return this.#wish === 'play' ? 'playing' : 'paused';
    return this.#isOngoing && this.#wish === 'play' ? 'waiting' : 'ended';
  }

  #fetch(): void {
    this.#store.fetch(this.#chain, this.#atMs, this.#speed);
  }

  readonly #tick = (): void => {
    requestAnimationFrame(this.#tick);
    const nowMs = performance.now();
    const passedMs = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    if (this.#wantedMs !== undefined) {
      const wantedMs = this.#wantedMs;
      this.#wantedMs = undefined;
      this.#seek(wantedMs);
      return;
    }
    if (this.#status !== 'playing') {
      // What was skipped is said for a while, however playing ended meanwhile.
      const { untilMs } = this.#skipped;
      if (this.#toldMs < untilMs && nowMs >= untilMs) this.#tell();
      return;
    }
    const { atMs, hasJumped, isOver } = moveOn({
      atMs: this.#atMs,
      passedMs,
      speed: this.#speed,
      endMs: this.#endMs,
      segments: this.#segments,
      skipsPauses: this.#skipsPauses,
    });
    if (hasJumped && !isOver) {
      this.#skipped = { byMs: atMs - this.#atMs, untilMs: nowMs + SKIPPED_MS };
    }
    this.#atMs = atMs;
    const mustShow = isOver || hasJumped || this.#windowNow() !== this.#windowId;
    if (mustShow || (atMs >= this.#untilMs && this.#chain.length > 0)) this.#show();
    else if (nowMs - this.#toldMs >= TELL_MS) {
      this.#tell();
      this.#fetch();
    }
  };

  #tell(): void {
    this.#toldMs = performance.now();
    const state: PlayState = {
      atMs: this.#atMs,
      status: this.#status,
      windowId: this.#windowId,
      isBlank: this.#chain.length === 0,
      skippedMs: this.#toldMs < this.#skipped.untilMs ? this.#skipped.byMs : 0,
      ...this.#stage.size,
    };
    this.#send({ kind: 'state', state });
  }
}
