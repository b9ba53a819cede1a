// The one reader of the log: cuts it into batches and stores them one after another. A store that is down
// is waited for; the log grows meanwhile and nothing is lost.
import { sendOverrides } from '#identity';
import type { PersonStamp } from '#identity/person';
import type { Ctx } from '#platform/ctx';
import { type SiftedBatch, type WaitingEvent, countStored, siftRepeats } from './batch.ts';
import type { EventLog } from './event-log.store.ts';
import { type LogPosition, comparePositions } from './log-format.ts';
import { type Mark, writeMark } from './mark.store.ts';
import type { ReceiptTimes } from './receipt-times.ts';
import { type LogBatch, parseRecord } from './record.ts';
import {
  type Batch,
  type BatchDeps,
  claimBatch,
  resumeBatch,
  storeClaimed,
  withoutStored,
} from './store-batch.service.ts';
import type { RecentUuids } from './uuid-set.ts';

export type WriterDeps = Pick<Ctx, 'db' | 'clickhouse' | 'events' | 'clock' | 'log'> & {
  readonly nodeId: string;
  readonly eventLog: EventLog;
  readonly recent: RecentUuids;
  readonly receipts: ReceiptTimes;
  readonly mark: Mark;
  /** End of the log when it was opened: what is before it may have been stored under a later mark. */
  readonly foundEnd?: LogPosition | undefined;
  /** Told of every event once it is stored. */
  readonly onStored: (events: readonly WaitingEvent[], stamps: readonly PersonStamp[]) => void;
};

/** One insert: more rows cost memory in the engine, fewer cost speed (measured, analytics.md §1.2). */
const MAX_ROWS = 10_000;
const MAX_BATCH_BYTES = 8 * 1024 * 1024;
/** 200 ms from the start of one batch to the next, unless much waits: each insert makes a part on disk. */
const MIN_INTERVAL_MS = 200;
const MUCH_BYTES = 1024 * 1024;
/** After a second without events the mark is brought up to date. */
const IDLE_MS = 1000;
/** A quiet log is looked after once a minute: segments grow old. */
const QUIET_MS = 60_000;
/** Uuids are kept exactly for at least an hour: SDKs resend for minutes. */
const KEEP_SEGMENTS_MS = 3_600_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

class Stopped extends Error {}

export class EventWriter {
  readonly #deps: WriterDeps;
  readonly #batchDeps: BatchDeps;
  #position: LogPosition;
  #replayUntil: LogPosition | undefined;
  #isMarkBehind: boolean;
  #isStopping = false;
  #hasFailed = false;
  /** True when something came in after the log was last read. */
  #hasNews = false;
  #isResting = false;
  #endSleep: (() => void) | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(deps: WriterDeps) {
    this.#deps = deps;
    const { db, clickhouse, log, nodeId } = deps;
    this.#batchDeps = { db, clickhouse, log, nodeId };
    this.#position = deps.mark.stored;
    this.#replayUntil = deps.mark.batchEnd;
    this.#isMarkBehind = deps.mark.batchEnd !== undefined;
  }

  start(): void {
    this.#deps.eventLog.onDurable(() => {
      this.#hasNews = true;
      if (this.#isResting) this.#endSleep?.();
    });
    this.#running = this.#run();
  }

  /** True when nothing more will be stored by this process; that is a fault in the program. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Ends after the batch under way, or at once while a store is down. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#endSleep?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      await this.#deps.eventLog.release(this.#position, 0);
      await this.#untilDone('send merges', () =>
        sendOverrides(this.#deps.db, this.#deps.clickhouse),
      );
      while (!this.#isStopping) {
        const startedAt = performance.now();
        const batch = await this.#untilDone('read the log', () => this.#cut());
        if (batch) {
          await this.#store(batch);
          await this.#pace(startedAt);
        } else {
          await this.#rest();
        }
      }
      await this.#untilDone('move the mark', () => this.#settle());
    } catch (error) {
      const { log } = this.#deps;
      if (error instanceof Stopped) log.info({ err: error.cause }, 'stopped with events to store');
      else {
        // Not taken up again here: the uuids of the batch count as seen. A restart begins afresh.
        this.#hasFailed = true;
        log.fatal({ err: error }, 'the event writer has ended; no events are accepted any more');
      }
    }
  }

  /** The next batch; undefined when the log holds nothing more. */
  async #cut(): Promise<Batch | undefined> {
    this.#hasNews = false;
    const from = this.#position;
    const until = this.#replayEnd();
    const { records, next } = await this.#deps.eventLog.read(
      from,
      until ? until.offset : MAX_BATCH_BYTES,
    );
    if (records.length === 0) {
      if (comparePositions(next, from) === 0) return undefined;
      this.#position = next;
      return this.#cut();
    }
    const taken: LogBatch[] = [];
    let rows = 0;
    let to = from;
    for (const record of records) {
      if (until && comparePositions(record.end, until) > 0) break;
      const parsed = parseRecord(record.payload.toString());
      rows += parsed.events.length;
      if (!until && taken.length > 0 && rows > MAX_ROWS) break;
      taken.push(parsed);
      to = record.end;
    }
    if (taken.length === 0) {
      // The stretch is lost or damaged: there is nothing to take up again, the log goes on behind it.
      if (until) this.#position = until;
      this.#replayUntil = undefined;
      return this.#cut();
    }
    return { from, to, records: taken };
  }

  /** After a crash the same stretch is taken again, so that its token is the same. */
  #replayEnd(): LogPosition | undefined {
    const end = this.#replayUntil;
    if (!end || end.segment < this.#position.segment) return undefined;
    return comparePositions(this.#position, end) < 0 ? end : undefined;
  }

  async #store(batch: Batch): Promise<void> {
    const { recent, receipts, events, onStored } = this.#deps;
    const isReplay = this.#replayEnd() !== undefined;
    const sifted = siftRepeats(batch.records, recent);
    const asked = this.#doubted(batch, sifted);
    const fresh = await this.#untilDone('look for repeats', () =>
      withoutStored(this.#batchDeps, asked),
    );
    const claimed = await this.#untilDone('resolve people', () =>
      isReplay ? resumeBatch(this.#batchDeps, fresh) : claimBatch(this.#batchDeps, batch, fresh),
    );
    this.#isMarkBehind = true;
    await this.#untilDone('store events', () => storeClaimed(this.#batchDeps, batch, claimed));
    this.#position = batch.to;
    receipts.settle(batch.to);
    for (const [environmentId, { distinctIds, groups }] of claimed.changed) {
      const { groupIds, hasNewTypes } = groups;
      if (distinctIds.length > 0) {
        this.#tell(() => events.emit('person.changed', { environmentId, distinctIds }));
      }
      if (groupIds.length > 0 || hasNewTypes) {
        this.#tell(() => events.emit('group.changed', { environmentId, groupIds, hasNewTypes }));
      }
    }
    for (const stored of countStored(claimed.events)) {
      this.#tell(() => events.emit('events.stored', stored));
    }
    this.#tell(() => onStored(claimed.events, claimed.stamps));
    await this.#untilDone('tidy the log', () => this.#release());
  }

  /** Which of the events the store is asked for. */
  #doubted(batch: Batch, sifted: SiftedBatch): SiftedBatch {
    const { foundEnd, eventLog } = this.#deps;
    // What the log held at the start may be stored, in part as well: by a batch that was under way, or
    // when the mark comes from an older copy of PostgreSQL than the rows.
    if (foundEnd && comparePositions(batch.from, foundEnd) < 0) {
      return { ...sifted, doubtful: sifted.events, unlikely: [] };
    }
    // Falling behind would be worse than a repeat that no SDK sends.
    return eventLog.waitingBytes() < MUCH_BYTES ? sifted : { ...sifted, unlikely: [] };
  }

  /** A listener's fault must not end the storing. */
  #tell(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.#deps.log.error({ err: error }, 'a listener failed on stored events');
    }
  }

  /** Brings the mark up to date once nothing is under way. */
  async #settle(): Promise<void> {
    if (!this.#isMarkBehind) return;
    const { db, nodeId } = this.#deps;
    await writeMark(db, nodeId, { stored: this.#position, batchEnd: undefined });
    this.#isMarkBehind = false;
    await this.#release();
  }

  #release(): Promise<void> {
    const keepSinceMs = this.#deps.clock.now() - KEEP_SEGMENTS_MS;
    return this.#deps.eventLog.release(this.#position, keepSinceMs);
  }

  /** Waits for events; the first quiet moment settles the mark. */
  async #rest(): Promise<void> {
    this.#isResting = true;
    if (!this.#hasNews) await this.#sleep(IDLE_MS);
    if (!this.#hasNews && !this.#isStopping) {
      await this.#untilDone('move the mark', () => this.#settle());
      if (!this.#hasNews) await this.#sleep(QUIET_MS);
    }
    this.#isResting = false;
  }

  /** Leaves a moment for events to gather, unless many wait already. */
  async #pace(startedAt: number): Promise<void> {
    const restMs = MIN_INTERVAL_MS - (performance.now() - startedAt);
    if (restMs > 0 && this.#deps.eventLog.waitingBytes() < MUCH_BYTES) await this.#sleep(restMs);
  }

  async #sleep(ms: number): Promise<void> {
    if (this.#isStopping) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#endSleep = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#endSleep = undefined;
  }

  /** Repeats a step until it succeeds: a store that is down comes back, and the log waits. */
  async #untilDone<T>(step: string, run: () => Promise<T>): Promise<T> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return await run();
      } catch (error) {
        if (this.#isStopping) throw new Stopped(step, { cause: error });
        this.#deps.log.warn({ err: error, step, pauseMs }, 'storing events waits');
        await this.#sleep(pauseMs);
        if (this.#isStopping) throw new Stopped(step, { cause: error });
      }
    }
  }
}
