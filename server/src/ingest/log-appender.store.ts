// Group commit: records that arrive together share one write and one fdatasync, and while a group is on
// its way the next one collects. Nobody hears "accepted" before the bytes are on disk.
import { fdatasync, writev } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import type { Logger } from 'pino';
import { SerinError } from '#kernel/errors';
import { FRAME_BYTES, MAX_RECORD_BYTES, sealFrame } from './log-format.ts';

const writeBuffers = promisify(writev);

/** A segment of the log; `bytes` of it are known to be on disk. */
export type Segment = {
  readonly index: number;
  bytes: number;
  readonly openedMs: number;
  writtenMs: number;
};
export type ActiveSegment = { readonly file: FileHandle; readonly segment: Segment };

export type AppenderDeps = {
  readonly log: Logger;
  /** Makes the next segment when the last is full, old, or has failed. */
  readonly openNext: () => Promise<ActiveSegment>;
  readonly isFull: (segment: Segment) => boolean;
  /** After each group: the receipt of its first record; `segment.bytes` is the new end. */
  readonly onDurable: (receivedMs: number, segment: Segment) => void;
  readonly sync?: (fd: number) => Promise<void>;
};

type Group = {
  readonly frames: Buffer[];
  bytes: number;
  readonly receivedMs: number;
  readonly done: PromiseWithResolvers<void>;
};

/** 64 MiB: queued in memory while the disk is slower than the network. */
const MAX_QUEUED_BYTES = 64 * 1024 * 1024;
/** After a failed write the disk is left alone for a second. */
const REOPEN_AFTER_MS = 1000;

/** The answer while events cannot be kept: SDKs send them again, browsers too (unlike after a 429). */
export function refuse(detail: string, retryAfterSeconds: number, cause?: unknown): SerinError {
  return new SerinError('unavailable', { detail, retryAfterSeconds, cause });
}

export class LogAppender {
  readonly #deps: AppenderDeps;
  readonly #sync: (fd: number) => Promise<void>;
  #active: ActiveSegment | undefined;
  #queue: Group | undefined;
  #writing: Group | undefined;
  #idle: Promise<void> = Promise.resolve();
  #failedAt = -Infinity;

  constructor(deps: AppenderDeps) {
    this.#deps = deps;
    this.#sync = deps.sync ?? promisify(fdatasync);
  }

  /**
   * Resolves once `frame` is on disk. Its first eight bytes are filled in here. Rejects with
   * `payload_too_large` what a reader would take for damage.
   */
  append(frame: Buffer, receivedMs: number): Promise<void> {
    const recordBytes = frame.byteLength - FRAME_BYTES;
    if (recordBytes > MAX_RECORD_BYTES) {
      const detail = `An event makes a record of ${recordBytes} bytes; at most ${MAX_RECORD_BYTES} are kept.`;
      return Promise.reject(new SerinError('payload_too_large', { detail }));
    }
    if (this.#queue && this.#queue.bytes > MAX_QUEUED_BYTES) {
      return Promise.reject(refuse('The disk cannot keep up with the events right now.', 5));
    }
    sealFrame(frame, crc32);
    if (!this.#queue) {
      this.#queue = { frames: [], bytes: 0, receivedMs, done: Promise.withResolvers() };
      if (!this.#writing) this.#startDraining();
    }
    const group = this.#queue;
    group.frames.push(frame);
    group.bytes += frame.byteLength;
    return group.done.promise;
  }

  /** Receipt of the oldest record that is not on disk yet. */
  oldestQueuedMs(): number | undefined {
    return this.#writing?.receivedMs ?? this.#queue?.receivedMs;
  }

  /** Goes on in a segment of its own, unless something is on its way. */
  async rotate(): Promise<void> {
    const active = this.#active;
    if (!active || this.#writing || this.#queue) return;
    // What comes meanwhile waits, as it does for a group.
    this.#writing = { frames: [], bytes: 0, receivedMs: Infinity, done: Promise.withResolvers() };
    this.#active = undefined;
    try {
      await active.file.close();
      this.#active = await this.#deps.openNext();
    } finally {
      this.#writing = undefined;
      if (this.#queue) this.#startDraining();
    }
  }

  /** Waits for what is queued, then closes the segment. */
  async close(): Promise<void> {
    await this.#idle;
    await this.#active?.file.close();
    this.#active = undefined;
  }

  #startDraining(): void {
    // With setImmediate every request that this turn of the event loop has read joins the group.
    this.#idle = new Promise((resolve) => {
      setImmediate(() => {
        this.#drain().then(resolve, resolve);
      });
    });
  }

  async #drain(): Promise<void> {
    for (let group = this.#queue; group; group = this.#queue) {
      this.#queue = undefined;
      this.#writing = group;
      try {
        const segment = await this.#write(group);
        this.#deps.onDurable(group.receivedMs, segment);
        this.#writing = undefined;
        group.done.resolve();
      } catch (error) {
        await this.#giveUpSegment(error);
        // Only now: a record that comes meanwhile would start a second drain into the same segment.
        this.#writing = undefined;
        group.done.reject(refuse('Events cannot be written to disk right now.', 5, error));
      }
    }
  }

  async #write(group: Group): Promise<Segment> {
    const { file, segment } = await this.#writable();
    await writeAll(file.fd, group.frames, group.bytes, segment.bytes);
    await this.#sync(file.fd);
    segment.bytes += group.bytes;
    segment.writtenMs = group.receivedMs;
    return segment;
  }

  async #writable(): Promise<ActiveSegment> {
    const active = this.#active;
    if (active && !this.#deps.isFull(active.segment)) return active;
    if (performance.now() - this.#failedAt < REOPEN_AFTER_MS) {
      throw new Error('the last write failed a moment ago');
    }
    this.#active = undefined;
    await active?.file.close();
    try {
      this.#active = await this.#deps.openNext();
    } catch (error) {
      this.#failedAt = performance.now();
      throw error;
    }
    return this.#active;
  }

  // After a failed fdatasync the kernel may have thrown the pages away and call the next one a success,
  // so the file is never synced again; a new segment names how much of this one counts.
  async #giveUpSegment(error: unknown): Promise<void> {
    const active = this.#active;
    if (!active) return;
    this.#deps.log.error({ err: error, segment: active.segment.index }, 'event log write failed');
    this.#active = undefined;
    this.#failedAt = performance.now();
    await active.file.close().catch(() => undefined);
  }
}

async function writeAll(
  fd: number,
  frames: readonly Buffer[],
  bytes: number,
  position: number,
): Promise<void> {
  const { bytesWritten } = await writeBuffers(fd, frames, position);
  if (bytesWritten === bytes) return;
  // A short write: nearly always a disk that is about to be full. The next call says so.
  const rest = Buffer.concat(frames).subarray(bytesWritten);
  const { bytesWritten: more } = await writeBuffers(fd, [rest], position + bytesWritten);
  if (more !== rest.byteLength) throw new Error(`wrote ${bytesWritten + more} of ${bytes} bytes`);
}
