// The one reader of the log of recordings: takes what is on disk in batches, and brings it into the store. A store that
// is down is waited for; the log grows meanwhile and nothing is lost.
import {
  type EventLog,
  type LogPosition,
  type Ingest,
  comparePositions,
  writeMark,
  type findMark,
} from '#ingest';
import type { Ctx } from '#platform/ctx';
import { type Loop, runEvery } from '#platform/scheduler';
import type { SettingsDirectory } from '../settings/settings.service.ts';
import { type WaitingBlock, parseBlockRecord } from './block-record.ts';
import { KnownFacts } from './known-facts.ts';
import { type StoreDeps, storeReplayBatch } from './store-batch.service.ts';

type WriterDeps = {
  readonly nodeId: string;
  readonly eventLog: EventLog;
  readonly mark: Awaited<ReturnType<typeof findMark>>;
  readonly settings: SettingsDirectory;
  readonly note: Ingest['note'];
};

/** From the end of one batch to the next look: each insert makes parts on disk. */
const LOOK_EVERY_MS = 500;
/** 5 s without recordings. */
const IDLE_LOOKS = 10;
/** 8 MiB packed. */
const MAX_READ_BYTES = 8 * 1024 * 1024;
/** 32 MiB unpacked, in one insert. */
const MAX_BATCH_BYTES = 32 * 1024 * 1024;
const MAX_BATCH_BLOCKS = 1000;
/** 24 MiB, some hundred in memory: what 300 sessions of five minutes say at a time, or 25 of an hour. */
const MAX_KNOWN_BYTES = 24 * 1024 * 1024;

export class ReplayWriter {
  readonly #ctx: Ctx;
  readonly #deps: WriterDeps;
  readonly #storing: StoreDeps;
  readonly #loop: Loop;
  #position: LogPosition;
  #isMarkBehind: boolean;
  #idleLooks = 0;
  #refusedParts = 0;

  constructor(ctx: Ctx, deps: WriterDeps) {
    this.#ctx = ctx;
    this.#deps = deps;
    this.#position = deps.mark.stored;
    this.#isMarkBehind = deps.mark.batchEnd !== undefined;
    this.#storing = {
      ...ctx,
      nodeId: deps.nodeId,
      settings: deps.settings,
      known: new KnownFacts(MAX_KNOWN_BYTES),
      onTooLong: (environmentId, { distinctId, sessionId }) =>
        deps.note(environmentId, 'recording_too_long', {
          detail: `The session ${sessionId} has become too long.`,
          event: '$snapshot',
          distinctId,
        }),
      onRefused: (environmentId, { distinctId, sessionId }, what) => {
        this.#refusedParts += 1;
        deps.note(environmentId, 'recording_not_storable', {
          detail: `The event store refuses ${what} of the session ${sessionId}.`,
          event: '$snapshot',
          distinctId,
        });
      },
    };
    const { log, clock } = ctx;
    const job = (signal: AbortSignal) => this.#run(signal);
    this.#loop = runEvery({ name: 'recordings', intervalMs: LOOK_EVERY_MS, job, log, clock });
  }

  /** Parts of recordings that could not be stored, and never can, since this process was started. */
  get refusedParts(): number {
    return this.#refusedParts;
  }

  /** Ends after the batch under way. */
  stop(): Promise<void> {
    return this.#loop.stop();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { eventLog } = this.#deps;
    await eventLog.release(this.#position, Infinity);
    while (!signal.aborted && eventLog.waitingBytes() > 0) {
      const from = this.#position;
      const { blocks, to } = await this.#cut();
      if (comparePositions(to, from) === 0) break;
      if (blocks.length > 0) {
        this.#isMarkBehind = true;
        this.#idleLooks = 0;
        const stored = await storeReplayBatch(this.#storing, { from, to, blocks });
        for (const sessions of stored) this.#ctx.events.emit('recordings.stored', sessions);
      }
      this.#position = to;
      this.#isMarkBehind = true;
      await eventLog.release(to, Infinity);
    }
    await this.#settle();
    this.#idleLooks += 1;
    // What is stored does not stay here: what is erased there must not be found here.
    if (this.#idleLooks === IDLE_LOOKS) await eventLog.rotate();
  }

  /** The next blocks, and where the log goes on after them. */
  async #cut(): Promise<{ readonly blocks: WaitingBlock[]; readonly to: LogPosition }> {
    const from = this.#position;
    const { records, next } = await this.#deps.eventLog.read(from, MAX_READ_BYTES);
    if (records.length === 0) return { blocks: [], to: next };
    const blocks: WaitingBlock[] = [];
    let to = from;
    let bytes = 0;
    for (const { payload, end } of records) {
      const block = this.#parse(payload, end);
      if (!block) {
        to = end;
        continue;
      }
      bytes += block.dataBytes;
      if (blocks.length > 0 && (bytes > MAX_BATCH_BYTES || blocks.length >= MAX_BATCH_BLOCKS))
        break;
      blocks.push(block);
      to = end;
    }
    return { blocks, to };
  }

  /** Undefined for a record that tells nothing: those behind it must not wait for it. */
  #parse(payload: Uint8Array, end: LogPosition): WaitingBlock | undefined {
    try {
      return parseBlockRecord(payload);
    } catch (error) {
      this.#refusedParts += 1;
      const { log } = this.#ctx;
      log.error({ err: error, end, bytes: payload.byteLength }, 'a recording cannot be read');
      return undefined;
    }
  }

  /** Brings the mark up to date once nothing is under way. */
  async #settle(): Promise<void> {
    if (!this.#isMarkBehind) return;
    const { nodeId } = this.#deps;
    await writeMark(this.#ctx.db, nodeId, { stored: this.#position, batchEnd: undefined });
    this.#isMarkBehind = false;
  }
}
