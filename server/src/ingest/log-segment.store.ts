// One segment file of the log: made durably, scanned at start, cut after its last sound record.
import { crc32 } from 'node:zlib';
import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type LogPosition,
  MAX_RECORD_BYTES,
  SEGMENT_HEADER_BYTES,
  readFrame,
  readSegmentHeader,
  segmentHeader,
  segmentName,
  segmentOfName,
} from './log-format.ts';

/** 4 MiB: a few thousand events per read. */
const SCAN_BYTES = 4 * 1024 * 1024;

export type LogRecord = {
  /** Bytes of the record; shared with its neighbours' memory, not to be kept. */
  readonly payload: Buffer;
  /** Where the next record starts. */
  readonly end: LogPosition;
};

/** Makes an empty segment that survives a power cut: its bytes and its name are on disk. */
export async function createSegment(
  folder: string,
  segment: number,
  previousBytes: number,
): Promise<FileHandle> {
  const path = join(folder, segmentName(segment));
  const file = await open(path, 'wx', 0o600);
  try {
    await file.write(segmentHeader(previousBytes), 0, SEGMENT_HEADER_BYTES, 0);
    await file.sync();
    await syncFolder(folder);
    return file;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Makes the folder's list of names durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Reads sound records from `from` on, as many as start within `maxBytes`, up to `limit` bytes of the file.
 * @returns the records and whether damage, not the limit, ended the reading
 */
export async function readRecords(
  file: FileHandle,
  from: LogPosition,
  limit: number,
  maxBytes: number,
): Promise<{ records: LogRecord[]; isDamaged: boolean }> {
  const { segment } = from;
  const records: LogRecord[] = [];
  let bytes = await readAt(file, from.offset, Math.min(maxBytes, limit - from.offset));
  let at = 0;
  for (;;) {
    const found = readFrame(bytes, at, crc32);
    if (found.kind === 'damaged') return { records, isDamaged: true };
    if (found.kind === 'record') {
      const payload = bytes.subarray(found.start, found.next);
      records.push({ payload, end: { segment, offset: from.offset + found.next } });
      at = found.next;
    } else {
      const left = limit - from.offset - at;
      if (left === 0) return { records, isDamaged: false };
      if (left < found.needed) return { records, isDamaged: true };
      if (records.length > 0) return { records, isDamaged: false };
      bytes = await readAt(file, from.offset, Math.min(found.needed, MAX_RECORD_BYTES * 2));
    }
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.max(0, length));
  let filled = 0;
  while (filled < buffer.byteLength) {
    const { bytesRead } = await file.read(
      buffer,
      filled,
      buffer.byteLength - filled,
      position + filled,
    );
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

export type SegmentFile = {
  readonly index: number;
  readonly sizeBytes: number;
  /** Last written, milliseconds since the epoch. */
  readonly writtenMs: number;
  /** Undefined when the header is unreadable: a crash came before its first sync. */
  readonly header: { readonly previousBytes: number } | undefined;
};

/** The segments of a folder in their order. */
export async function listSegments(folder: string): Promise<SegmentFile[]> {
  const names = (await readdir(folder)).toSorted();
  const segments: SegmentFile[] = [];
  for (const name of names) {
    const index = segmentOfName(name);
    if (index === undefined) continue;
    const file = await open(join(folder, name), 'r');
    try {
      const { size, mtimeMs } = await file.stat();
      const header = readSegmentHeader(await readAt(file, 0, SEGMENT_HEADER_BYTES));
      segments.push({ index, sizeBytes: size, writtenMs: mtimeMs, header });
    } finally {
      await file.close();
    }
  }
  return segments;
}

/**
 * Goes through the first `limit` bytes of a segment.
 * @returns where its sound part ends
 */
export async function scanSegment(
  folder: string,
  segment: number,
  limit: number,
  onRecord: (record: LogRecord) => void,
): Promise<number> {
  const file = await open(join(folder, segmentName(segment)), 'r');
  try {
    let offset = SEGMENT_HEADER_BYTES;
    while (offset < limit) {
      const from = { segment, offset };
      const { records, isDamaged } = await readRecords(file, from, limit, SCAN_BYTES);
      for (const record of records) onRecord(record);
      offset = records.at(-1)?.end.offset ?? offset;
      if (isDamaged) break;
    }
    return offset;
  } finally {
    await file.close();
  }
}

/** Cuts what a crash left half-written, so that it is never read. */
export async function cutSegment(folder: string, segment: number, bytes: number): Promise<void> {
  const file = await open(join(folder, segmentName(segment)), 'r+');
  try {
    await file.truncate(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
