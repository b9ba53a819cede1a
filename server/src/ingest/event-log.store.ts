// The durable, append-only log of accepted events: a folder of segments, appended to at one end by
// requests and read at the other by the writer. It is bounded, and says 503 when the bound is reached.
import { type FileHandle, mkdir, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '#kernel/clock';
import { type ActiveSegment, LogAppender, type Segment, refuse } from './log-appender.store.ts';
import {
  type LogPosition,
  SEGMENT_HEADER_BYTES,
  comparePositions,
  segmentName,
} from './log-format.ts';
import {
  type LogRecord,
  createSegment,
  cutSegment,
  listSegments,
  readRecords,
  scanSegment,
  syncFolder,
} from './log-segment.store.ts';

const MIB = 1024 * 1024;

export type EventLogOptions = {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** How far the log is known to reach, wherever its files are: no place is used twice. */
  readonly knownEnd?: LogPosition;
  /** Called while opening when records before those to come are missing or damaged. */
  readonly onGap?: () => void;
  /** A segment is closed at this size. */
  readonly segmentBytes?: number;
  /** More than this waiting for the store, and new events are refused. */
  readonly maxWaitingBytes?: number;
  /** Less than this free on the disk, and new events are refused. */
  readonly minFreeBytes?: number;
  /** Segments behind the mark are kept up to this size in all: a start reads them again. */
  readonly maxKeptBytes?: number;
  /** fdatasync; tests hand in one that fails. */
  readonly sync?: (fd: number) => Promise<void>;
};

const DEFAULTS = {
  segmentBytes: 64 * MIB,
  maxWaitingBytes: 4096 * MIB,
  minFreeBytes: 1024 * MIB,
  maxKeptBytes: 512 * MIB,
} as const;

/** 15 min: segments of a quiet server grow old as well and can then be removed. */
const MAX_SEGMENT_AGE_MS = 900_000;
const SPACE_CHECK_MS = 1000;

export interface EventLog {
  /**
   * Appends one record; `frame` has `FRAME_BYTES` free bytes in front. Resolves once it is on disk.
   * Rejects with `unavailable` when the log is full or the disk fails; the same may be sent again. Rejects
   * with `payload_too_large` when the record is longer than the log can hold.
   */
  append(frame: Buffer, receivedMs: number): Promise<void>;
  /** Records from `from` on, as far as they are on disk; `next` is where to go on. */
  read(from: LogPosition, maxBytes: number): Promise<LogChunk>;
  /** Receipt of the oldest record that is not on disk yet; undefined when none waits. */
  oldestQueuedMs(): number | undefined;
  /**
   * Everything before `mark` is stored: forgets segments last written before `keepSinceMs`, more when they
   * are too many, and all while the disk is nearly full.
   */
  release(mark: LogPosition, keepSinceMs: number): Promise<void>;
  /** Goes on in another segment, so that the present one can be released; not while something is written. */
  rotate(): Promise<void>;
  /** Bytes that wait for the store. */
  waitingBytes(): number;
  /** Called after each group: receipt of its first record, and the new end of the log. */
  onDurable(listener: (receivedMs: number, end: LogPosition) => void): void;
  close(): Promise<void>;
}

type LogChunk = { readonly records: readonly LogRecord[]; readonly next: LogPosition };

/** Opens the log, cuts a torn tail, and hands every retained record to `onRecord`, oldest first. */
export async function openEventLog(
  options: EventLogOptions,
  onRecord: (record: LogRecord) => void,
): Promise<EventLog> {
  const { folder, log, knownEnd, onGap } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files = await listSegments(folder);
  const segments: Segment[] = [];
  for (const [at, file] of files.entries()) {
    const following = files[at + 1]?.header?.previousBytes;
    const limit = Math.min(file.sizeBytes, following ?? file.sizeBytes);
    const bytes = file.header
      ? await scanSegment(folder, file.index, limit, onRecord)
      : SEGMENT_HEADER_BYTES;
    if (following !== undefined && bytes < limit) {
      log.error(
        { segment: file.index, bytes, limit },
        'a part of the event log is damaged; skipped',
      );
      onGap?.();
    } else if (bytes < file.sizeBytes && following === undefined) {
      log.warn({ segment: file.index, bytes }, 'cut the half-written end of the event log');
      await cutSegment(folder, file.index, bytes);
    }
    const { index, writtenMs } = file;
    segments.push({ index, bytes, openedMs: writtenMs, writtenMs });
  }
  const last = segments.at(-1) ?? { index: 0, bytes: 0 };
  const isShort =
    knownEnd && comparePositions({ segment: last.index, offset: last.bytes }, knownEnd) < 0;
  if (isShort) {
    log.error(
      { knownEnd, found: last.index },
      'the event log ends before what is stored: files are missing or older; goes on after them',
    );
    onGap?.();
  }
  return new FolderEventLog(options, segments);
}

class FolderEventLog implements EventLog {
  readonly #options: EventLogOptions & typeof DEFAULTS;
  readonly #segments: Segment[];
  readonly #appender: LogAppender;
  readonly #listeners: ((receivedMs: number, end: LogPosition) => void)[] = [];
  #mark: LogPosition = { segment: 0, offset: 0 };
  #reader: { readonly segment: number; readonly file: FileHandle } | undefined;
  #lastIndex: number;
  #isDiskFull = false;
  #spaceCheckedAt = -Infinity;

  constructor(options: EventLogOptions, segments: Segment[]) {
    this.#options = { ...DEFAULTS, ...options };
    this.#segments = segments;
    this.#lastIndex = Math.max(segments.at(-1)?.index ?? 0, options.knownEnd?.segment ?? 0);
    this.#appender = new LogAppender({
      log: options.log,
      openNext: () => this.#openNext(),
      isFull: (segment) =>
        segment.bytes >= this.#options.segmentBytes ||
        options.clock.now() - segment.openedMs > MAX_SEGMENT_AGE_MS,
      onDurable: (receivedMs, { index, bytes }) => {
        for (const listen of this.#listeners) listen(receivedMs, { segment: index, offset: bytes });
      },
      ...(options.sync ? { sync: options.sync } : {}),
    });
  }

  append(frame: Buffer, receivedMs: number): Promise<void> {
    this.#checkSpace();
    if (this.waitingBytes() > this.#options.maxWaitingBytes) {
      return Promise.reject(refuse('Too many events wait for the event store.', 30));
    }
    if (this.#isDiskFull) {
      return Promise.reject(refuse('The disk is nearly full; no events are accepted.', 60));
    }
    return this.#appender.append(frame, receivedMs);
  }

  async read(from: LogPosition, maxBytes: number): Promise<LogChunk> {
    const at = this.#segments.findIndex((segment) => segment.index >= from.segment);
    const segment = this.#segments[at];
    if (!segment) return { records: [], next: from };
    const offset = segment.index > from.segment ? SEGMENT_HEADER_BYTES : from.offset;
    const start = { segment: segment.index, offset: Math.max(offset, SEGMENT_HEADER_BYTES) };
    const following = this.#segments[at + 1];
    const atNext = following && { segment: following.index, offset: SEGMENT_HEADER_BYTES };
    if (start.offset >= segment.bytes) return { records: [], next: atNext ?? start };
    const file = await this.#fileOf(segment.index);
    const { records, isDamaged } = await readRecords(file, start, segment.bytes, maxBytes);
    if (isDamaged) {
      this.#options.log.error({ ...start }, 'the event log is damaged here; the segment is left');
    }
    const end = records.at(-1)?.end ?? start;
    return { records, next: isDamaged && atNext ? atNext : end };
  }

  oldestQueuedMs(): number | undefined {
    return this.#appender.oldestQueuedMs();
  }

  async release(mark: LogPosition, keepSinceMs: number): Promise<void> {
    this.#mark = mark;
    const behind = this.#segments.filter((segment) => segment.index < mark.segment);
    let keptBytes = behind.reduce((sum, segment) => sum + segment.bytes, 0);
    let removed = 0;
    for (const oldest of behind) {
      const maxKeptBytes = this.#isDiskFull ? 0 : this.#options.maxKeptBytes;
      if (oldest.writtenMs >= keepSinceMs && keptBytes <= maxKeptBytes) break;
      keptBytes -= oldest.bytes;
      // A nearly full disk releases by itself, perhaps at the same time.
      const at = this.#segments.indexOf(oldest);
      if (at === -1) continue;
      this.#segments.splice(at, 1);
      await rm(join(this.#options.folder, segmentName(oldest.index)), { force: true });
      removed += 1;
    }
    if (removed > 0) await syncFolder(this.#options.folder);
  }

  rotate(): Promise<void> {
    return this.#appender.rotate();
  }

  waitingBytes(): number {
    let bytes = 0;
    for (const segment of this.#segments) {
      if (segment.index > this.#mark.segment) bytes += segment.bytes;
      else if (segment.index === this.#mark.segment) bytes += segment.bytes - this.#mark.offset;
    }
    return bytes;
  }

  onDurable(listener: (receivedMs: number, end: LogPosition) => void): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {
    await this.#appender.close();
    await this.#reader?.file.close();
    this.#reader = undefined;
  }

  async #openNext(): Promise<ActiveSegment> {
    // Numbers are never used twice, also when making the file fails.
    const index = (this.#lastIndex += 1);
    const previousBytes = this.#segments.at(-1)?.bytes ?? 0;
    const file = await createSegment(this.#options.folder, index, previousBytes);
    const nowMs = this.#options.clock.now();
    const segment = { index, bytes: SEGMENT_HEADER_BYTES, openedMs: nowMs, writtenMs: nowMs };
    this.#segments.push(segment);
    return { file, segment };
  }

  async #fileOf(segment: number): Promise<FileHandle> {
    if (this.#reader?.segment !== segment) {
      await this.#reader?.file.close();
      this.#reader = undefined;
      const file = await open(join(this.#options.folder, segmentName(segment)), 'r');
      this.#reader = { segment, file };
    }
    return this.#reader.file;
  }

  #checkSpace(): void {
    const now = performance.now();
    if (now - this.#spaceCheckedAt < SPACE_CHECK_MS) return;
    this.#spaceCheckedAt = now;
    const { folder, minFreeBytes, log } = this.#options;
    statfs(folder)
      .then(async ({ bavail, bsize }) => {
        const freeBytes = bavail * bsize;
        const isFull = freeBytes < minFreeBytes;
        if (isFull !== this.#isDiskFull) {
          log.warn({ freeBytes }, isFull ? 'disk nearly full' : 'disk has room again');
        }
        this.#isDiskFull = isFull;
        // What is only kept to know its uuids gives way; nothing else would come to release it now.
        if (isFull) await this.release(this.#mark, 0);
      })
      .catch((error: unknown) => log.warn({ err: error }, 'the disk cannot be checked'));
  }
}
