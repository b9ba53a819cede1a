// How the accepted-events log lies on disk: numbered segment files, each a header and then records, each
// record its length, a checksum and its bytes. Damage shows as a record that does not check out.

/** A place in the log; everything before it is done. */
export type LogPosition = {
  readonly segment: number;
  /** Bytes from the start of the segment's file. */
  readonly offset: number;
};

export const SEGMENT_HEADER_BYTES = 16;
/** Length and CRC-32 of the record, four bytes each, little-endian. */
export const FRAME_BYTES = 8;
/** One request's events are split well below this; a greater length can only be damage. */
export const MAX_RECORD_BYTES = 32 * 1024 * 1024;

const MAGIC = 'SERINLOG';
const VERSION = 1;
const NAME = /^(\d{10})\.log$/;

/** Negative when `a` comes before `b`. */
export function comparePositions(a: LogPosition, b: LogPosition): number {
  return a.segment - b.segment || a.offset - b.offset;
}

/** File name of a segment; names sort as numbers do. */
export function segmentName(segment: number): string {
  return `${String(segment).padStart(10, '0')}.log`;
}

/** The number of a segment's file; undefined for other files. */
export function segmentOfName(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * The first bytes of a segment. It names the sound length of the segment before it: what a failed write may
 * have left beyond that was never acknowledged and is not part of the log.
 */
export function segmentHeader(previousBytes: number): Uint8Array {
  const header = new Uint8Array(SEGMENT_HEADER_BYTES);
  new TextEncoder().encodeInto(MAGIC, header);
  const view = new DataView(header.buffer);
  view.setUint32(8, VERSION, true);
  view.setUint32(12, previousBytes, true);
  return header;
}

/** Reads a segment's header; undefined when it is none that this version can read. */
export function readSegmentHeader(
  bytes: Uint8Array,
): { readonly previousBytes: number } | undefined {
  if (bytes.byteLength < SEGMENT_HEADER_BYTES) return undefined;
  const previousBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(12, true);
  const isSound = segmentHeader(previousBytes).every((byte, index) => bytes[index] === byte);
  return isSound ? { previousBytes } : undefined;
}

export type Crc32 = (bytes: Uint8Array) => number;

/** Writes length and checksum into the first eight bytes of `frame`; the rest is the record. */
export function sealFrame(frame: Uint8Array, crc32: Crc32): void {
  const view = new DataView(frame.buffer, frame.byteOffset, FRAME_BYTES);
  view.setUint32(0, frame.byteLength - FRAME_BYTES, true);
  view.setUint32(4, crc32(frame.subarray(FRAME_BYTES)), true);
}

export type ReadFrame =
  /** The record's bytes are from `start` to `next`. */
  | { readonly kind: 'record'; readonly start: number; readonly next: number }
  /** More bytes are needed to tell; `needed` in all from this place. */
  | { readonly kind: 'partial'; readonly needed: number }
  | { readonly kind: 'damaged' };

/** Finds the record at `at`. */
export function readFrame(bytes: Uint8Array, at: number, crc32: Crc32): ReadFrame {
  const available = bytes.byteLength - at;
  if (available < FRAME_BYTES) return { kind: 'partial', needed: FRAME_BYTES };
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, FRAME_BYTES);
  const length = view.getUint32(0, true);
  if (length === 0 || length > MAX_RECORD_BYTES) return { kind: 'damaged' };
  const needed = FRAME_BYTES + length;
  if (available < needed) return { kind: 'partial', needed };
  const start = at + FRAME_BYTES;
  const next = at + needed;
  if (crc32(bytes.subarray(start, next)) !== view.getUint32(4, true)) return { kind: 'damaged' };
  return { kind: 'record', start, next };
}
