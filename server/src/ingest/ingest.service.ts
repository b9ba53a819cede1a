// Ingestion as the rest of Serin sees it: hand in what a client sent, get an answer once it is safe on
// disk. Behind it are the log and its writer.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { v5, v7 } from 'uuid';
import { fail } from '#kernel/errors';
import type { PersonStamp } from '#identity/person';
import type { Ctx } from '#platform/ctx';
import { Admission } from './admission.service.ts';
import type { WaitingEvent } from './batch.ts';
import { EvaluationRecorder, type ServedEvaluations } from './evaluation-recorder.service.ts';
import type { EventLog, EventLogOptions } from './event-log.store.ts';
import type { NormalizeContext, NormalizedEvent } from './event.ts';
import { type FlagCall, flagCalls } from './flag-call.ts';
import { FRAME_BYTES } from './log-format.ts';
import { recoverLog } from './log-recovery.service.ts';
import { findMark } from './mark.store.ts';
import { nodeIdOf } from './node-id.store.ts';
import type { ReceiptTimes } from './receipt-times.ts';
import { type NotedWarning, recordTexts } from './record.ts';
import { type EventOutcome, readRequestEvents, withoutTooLarge } from './request-events.ts';
import { type WarningNotes, keepWarningNotes } from './warning-notes.job.ts';
import { EventWriter } from './writer.job.ts';

/** An event that is in the store, with whose it is. */
export type StoredEvent = WaitingEvent & { readonly personId: string };

type CallListener = (environmentId: number, call: FlagCall) => void;

/** A decoded request whose token has been looked up. */
type AcceptInput = {
  readonly environmentId: number;
  /** See `readPayload`. */
  readonly events: readonly unknown[];
  readonly sentAt: unknown;
  /** Set for capture v1, which reports on every event and never fails as a whole. */
  readonly v1?: NormalizeContext['v1'];
  /** Where it comes from. */
  readonly origin?: NormalizeContext['origin'];
  /** Moved over from elsewhere on purpose: as much as there is. */
  readonly isHistorical?: boolean;
  /** Its sender cannot send it again. */
  readonly isLastChance?: boolean;
};

type IngestStats = {
  /** Bytes of accepted events that are not in the event store yet. */
  readonly waitingBytes: number;
  /** Since the start of this process. */
  readonly acceptedEvents: number;
  readonly storedEvents: number;
  /** Requests whose sender was told to come again, for sending too much. */
  readonly refusedRequests: number;
};

export interface Ingest {
  /** Name of this node: one per data folder, the same after a restart. */
  readonly nodeId: string;
  /**
   * Keeps the events of a request; resolves once they are on disk.
   * @throws invalid_input when not one event is usable, naming the field (never for v1)
   * @throws unavailable when they cannot be kept right now, or are too many; the same may be sent again
   */
  accept(input: AcceptInput): Promise<readonly EventOutcome[]>;
  /** Notes who was given which flag values, where clients report no calls. Never fails, never waits. */
  recordEvaluations(environmentId: number, served: ServedEvaluations): void;
  /** Calls `listener` with reports of flag calls as they are accepted; returns how to stop. */
  onFlagCall(listener: CallListener): () => void;
  /**
   * The same for uses that a client reports itself; resolves once they are on disk.
   * @throws unavailable when they cannot be kept right now; the same may be sent again
   */
  keepEvaluations(environmentId: number, served: readonly ServedEvaluations[]): Promise<void>;
  /** Counts a warning that belongs to no accepted event. Never fails, never waits. */
  readonly note: WarningNotes['note'];
  /** Every event received before is in the event store. Milliseconds since the epoch. */
  watermarkMs(): number;
  /** Calls `listener` with the events of an environment as they are stored; returns how to stop. */
  watch(environmentId: number, listener: (events: readonly StoredEvent[]) => void): () => void;
  stats(): IngestStats;
  /** Stops accepting, stores what it can, and closes the log. */
  close(): Promise<void>;
}

export type OpenIngestOptions = {
  readonly dataDir: string;
  /** What an environment may send per second; 0, and by default: any number. */
  readonly eventsPerSecondOf?: (environmentId: number) => number;
} & Partial<Pick<EventLogOptions, 'maxWaitingBytes' | 'minFreeBytes' | 'sync'>>;

/** 1 min: smaller steps are a clock being set right. */
const MAX_CLOCK_STEP_MS = 60_000;
/** Namespace of ids derived from `$insert_id`; any fixed UUID would do. */
const INSERT_ID_NAMESPACE = '3f1d9f0c-5a0e-4a4e-9b0a-6d3c1f0e7b52';

/** Opens the log, brings back what was accepted before, and starts the writer. */
export async function openIngest(ctx: Ctx, options: OpenIngestOptions): Promise<Ingest> {
  const { dataDir, eventsPerSecondOf = () => 0, ...limits } = options;
  const folder = join(dataDir, 'event-log');
  const nodeId = await nodeIdOf(folder);
  const mark = await findMark(ctx.db, nodeId);
  const { eventLog, receipts, recent, lastReceivedMs, foundEnd } = await recoverLog(
    ctx,
    { folder, ...limits },
    mark,
  );
  const notes = keepWarningNotes(ctx);
  const admission = new Admission({ ...ctx, notes, eventsPerSecondOf });
  const parts = { nodeId, eventLog, receipts, lastReceivedMs, notes, admission };
  const ingest = new LogIngest(ctx, parts);
  const writer = new EventWriter({
    ...ctx,
    nodeId,
    eventLog,
    receipts,
    mark,
    foundEnd,
    recent,
    onStored: (events, stamps) => ingest.onStored(events, stamps),
  });
  ingest.startWriting(writer);
  return ingest;
}

type Watcher = (events: readonly StoredEvent[]) => void;

type Parts = {
  readonly nodeId: string;
  readonly eventLog: EventLog;
  readonly receipts: ReceiptTimes;
  readonly lastReceivedMs: number;
  readonly notes: WarningNotes;
  readonly admission: Admission;
};

class LogIngest implements Ingest {
  readonly nodeId: string;
  readonly note: WarningNotes['note'];
  readonly #ctx: Ctx;
  readonly #parts: Parts;
  readonly #watchers = new Map<number, Set<Watcher>>();
  readonly #recorder: EvaluationRecorder;
  readonly #callListeners = new Set<CallListener>();
  #writer: EventWriter | undefined;
  #lastReceivedMs: number;
  #acceptedEvents = 0;
  #storedEvents = 0;
  #isClosed = false;

  constructor(ctx: Ctx, parts: Parts) {
    this.nodeId = parts.nodeId;
    this.note = parts.notes.note;
    this.#ctx = ctx;
    this.#parts = parts;
    this.#lastReceivedMs = parts.lastReceivedMs;
    this.#recorder = new EvaluationRecorder((environmentId, events) =>
      this.#keep(environmentId, this.#nowMs(), events, []),
    );
  }

  startWriting(writer: EventWriter): void {
    this.#writer = writer;
    writer.start();
  }

  async accept(input: AcceptInput): Promise<readonly EventOutcome[]> {
    const { environmentId, sentAt, v1, origin } = input;
    if (!input.isHistorical) this.#parts.admission.admit(input);
    const receivedMs = this.#nowMs();
    const { events, warnings, outcomes, problem } = readRequestEvents(input.events, {
      receivedAtMs: receivedMs,
      sentAt,
      origin,
      requestId: randomUUID(),
      makeUuid: (seed) =>
        seed === undefined ? v7() : v5(`${environmentId}:${seed}`, INSERT_ID_NAMESPACE),
      ...(v1 ? { v1 } : {}),
    });
    if (!input.isHistorical) this.#parts.admission.count(environmentId, events.length);
    if (!problem || v1) {
      const tooLarge = await this.#keep(environmentId, receivedMs, events, warnings);
      return tooLarge.length === 0 ? outcomes : withoutTooLarge(outcomes, tooLarge);
    }
    // The client is told; the people who look after it may only see the warning.
    this.#keep(environmentId, receivedMs, events, warnings).catch(() => undefined);
    fail('invalid_input', {
      detail: problem.detail,
      ...(problem.attr ? { attr: problem.attr } : {}),
    });
  }

  recordEvaluations(environmentId: number, served: ServedEvaluations): void {
    if (this.#isClosed) return;
    // What could not be kept is tried again with the next answer.
    this.#recorder.record(environmentId, [served]).catch(() => undefined);
  }

  async keepEvaluations(
    environmentId: number,
    served: readonly ServedEvaluations[],
  ): Promise<void> {
    await this.#recorder.record(environmentId, served);
  }

  onFlagCall(listener: CallListener): () => void {
    this.#callListeners.add(listener);
    return () => this.#callListeners.delete(listener);
  }

  watermarkMs(): number {
    const now = this.#nowMs();
    return Math.min(
      this.#parts.receipts.oldestMs() ?? now,
      this.#parts.eventLog.oldestQueuedMs() ?? now,
    );
  }

  watch(environmentId: number, listener: Watcher): () => void {
    const watchers = this.#watchers.get(environmentId) ?? new Set();
    this.#watchers.set(environmentId, watchers);
    watchers.add(listener);
    return () => {
      watchers.delete(listener);
      if (watchers.size === 0) this.#watchers.delete(environmentId);
    };
  }

  stats(): IngestStats {
    return {
      waitingBytes: this.#parts.eventLog.waitingBytes(),
      acceptedEvents: this.#acceptedEvents,
      storedEvents: this.#storedEvents,
      refusedRequests: this.#parts.admission.refusedRequests,
    };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#writer?.stop();
    await this.#parts.notes.close();
    await this.#parts.eventLog.close();
  }

  onStored(events: readonly WaitingEvent[], stamps: readonly PersonStamp[]): void {
    this.#storedEvents += events.length;
    for (const [environmentId, watchers] of this.#watchers) {
      const own = events.flatMap((event, index) =>
        event.environmentId === environmentId
          ? [{ ...event, personId: stamps[index]?.personId ?? '' }]
          : [],
      );
      if (own.length > 0) for (const watcher of watchers) watcher(own);
    }
  }

  async #keep(
    environmentId: number,
    receivedMs: number,
    events: readonly NormalizedEvent[],
    warnings: readonly NotedWarning[],
  ): Promise<readonly NotedWarning[]> {
    if (this.#isClosed || this.#writer?.hasFailed) fail('unavailable', { retryAfterSeconds: 2 });
    const { texts, tooLarge } = recordTexts({ environmentId, receivedMs }, events, warnings);
    await Promise.all(texts.map((text) => this.#parts.eventLog.append(toFrame(text), receivedMs)));
    this.#acceptedEvents += events.length - tooLarge.length;
    for (const listener of this.#callListeners) {
      for (const call of flagCalls(events)) listener(environmentId, call);
    }
    return tooLarge;
  }

  /**
   * Does not follow a clock that goes back a little: receipts are in the order of the log. A large step means
   * that the clock was far ahead before, and must not stay.
   */
  #nowMs(): number {
    const clockMs = this.#ctx.clock.now();
    const behindMs = this.#lastReceivedMs - clockMs;
    if (behindMs > MAX_CLOCK_STEP_MS) {
      this.#ctx.log.error({ behindMs }, 'the clock has gone back; times of receipt follow it');
      this.#lastReceivedMs = clockMs;
    }
    this.#lastReceivedMs = Math.max(this.#lastReceivedMs, clockMs);
    return this.#lastReceivedMs;
  }
}

function toFrame(text: string): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_BYTES + Buffer.byteLength(text));
  frame.write(text, FRAME_BYTES);
  return frame;
}
