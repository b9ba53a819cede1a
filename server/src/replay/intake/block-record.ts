// A block in the log: its description as a line of JSON, then its packed events as they are.
import type { Block } from '../facts/session.ts';
import type { ConsoleLine } from '../facts/console.ts';
import type { PageRequest } from '../facts/network.ts';
import type { PackedBlock } from './thread-talk.ts';

/** A block on its way into the store. */
export type WaitingBlock = Block & {
  readonly environmentId: number;
  readonly skewMs: number;
  readonly dataBytes: number;
  readonly console: readonly ConsoleLine[];
  readonly pageRequests: readonly PageRequest[];
  /** The lines as a JSON text, zstd. */
  readonly data: Uint8Array;
};

const LINE_END = 0x0a;

/** Bytes of a record, with `frontBytes` free in front. */
export function blockRecord(
  environmentId: number,
  { data, requests: pageRequests, ...block }: PackedBlock,
  frontBytes: number,
): Uint8Array {
  const head: Omit<WaitingBlock, 'data'> = { ...block, environmentId, pageRequests };
  const text = new TextEncoder().encode(`${JSON.stringify(head)}\n`);
  const record = new Uint8Array(frontBytes + text.byteLength + data.byteLength);
  record.set(text, frontBytes);
  record.set(data, frontBytes + text.byteLength);
  return record;
}

/** Reads a record back; its data are a copy. */
export function parseBlockRecord(record: Uint8Array): WaitingBlock {
  const end = record.indexOf(LINE_END);
  const head = JSON.parse(new TextDecoder().decode(record.subarray(0, end))) as Omit<
    WaitingBlock,
    'data'
  >;
  return { ...head, data: record.slice(end + 1) };
}
