// The thread that unpacks, scrubs and reads recordings: a megabyte of them takes some 50 ms of work, in which the process
// must go on answering flags.
import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { constants, gunzipSync, zstdCompressSync } from 'node:zlib';
import { codecs } from '#ingest/codecs';
import { LIMITS, decodeBody } from '#ingest/decode';
import { parseUnchanged } from '#ingest/lenient-json';
import { readPayload } from '#ingest/payload';
import { SerinError } from '#kernel/errors';
import { type ProcessedBlock, processSnapshots } from './process.ts';
import type { WatchedTags } from '../privacy/nodes.ts';
import { failureOf } from '../threads/failure.ts';
import { sessionIdsOf } from '../wire/snapshot.ts';
import type { PackedBlock, ThreadAnswer, ThreadOrder } from './thread-talk.ts';

type Opened = { readonly token: string; readonly events: readonly unknown[] };
const opened = new Map<number, Opened>();

parentPort?.on('message', (order: ThreadOrder) => {
  void carryOut(order);
});

async function carryOut(order: ThreadOrder): Promise<void> {
  try {
    if (order.kind === 'open') answer(await openBody(order));
    else if (order.kind === 'process') processOpened(order);
    else opened.delete(order.id);
  } catch (error) {
    opened.delete(order.id);
    parentPort?.postMessage(failureOf(order.id, error));
  }
}

function answer(message: ThreadAnswer, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, [...transfer]);
}

async function openBody(order: Extract<ThreadOrder, { kind: 'open' }>): Promise<ThreadAnswer> {
  const { id, query } = order;
  // Packed parts are texts with every character there is: what is made storable cannot be unpacked.
  const body = await decodeBody(order, LIMITS.large, { ...codecs, parse: parseUnchanged });
  const { token, events } = readPayload(body, { query });
  opened.set(id, { token, events });
  return { kind: 'opened', id, token, sessionIds: sessionIdsOf(events) };
}

function processOpened(order: Extract<ThreadOrder, { kind: 'process' }>): void {
  const { id, rules, receivedMs } = order;
  const body = opened.get(id);
  // The thread that had opened it has ended meanwhile.
  if (!body) throw new SerinError('unavailable', { retryAfterSeconds: 2 });
  opened.delete(id);
  const { blocks, ...rest } = processSnapshots(body.events, {
    rules,
    receivedMs,
    gunzip,
    uuidOf,
    // Ids of sessions are chosen by whoever sends them.
    watchedOf: (window) => watchedOf(`${body.token} ${window}`),
  });
  const packed = blocks.map(pack);
  const buffers = packed.map(({ data }) => data.buffer as ArrayBuffer);
  answer({ kind: 'processed', id, request: { ...rest, blocks: packed } }, buffers);
}

function gunzip(bytes: Uint8Array, maxOutputLength: number): string {
  return gunzipSync(bytes, { maxOutputLength }).toString();
}

/** Level 1 packs tenfold at some 300 MB/s: less to write, to sync and to keep until it is stored. */
const PACKING = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

function pack({ lines, ...block }: ProcessedBlock): PackedBlock {
  const text = Buffer.from(JSON.stringify(lines));
  // A copy with memory of its own, which can be handed over.
  const data = new Uint8Array(zstdCompressSync(text, PACKING));
  return { ...block, data, dataBytes: text.byteLength };
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    // Version 8: made by a rule of one's own (RFC 9562 §5.8).
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** Windows whose frames are known; of one longer away, changes are read without. */
const MAX_WINDOWS = 5000;
const windows = new Map<string, WatchedTags>();

/** Maps keep the order of insertion: the window that was used longest ago goes first. */
function watchedOf(name: string): WatchedTags {
  const watched = windows.get(name) ?? new Map<number, string>();
  windows.delete(name);
  windows.set(name, watched);
  const [oldest] = windows.keys();
  if (windows.size > MAX_WINDOWS && oldest !== undefined) windows.delete(oldest);
  return watched;
}
