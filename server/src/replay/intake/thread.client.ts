// The thread for recordings as the process sees it: hand in a body, learn its token, say whose rules apply, get blocks.
// A body that ends the thread (more memory than it may have) is refused, and the next finds a new thread.
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { type ErrorCode, SerinError, fail } from '#kernel/errors';
import type { PrivacyRules } from '../privacy/rules.ts';
import type { PackedRequest, ThreadAnswer, ThreadFailure, ThreadOrder } from './thread-talk.ts';

/** A body as it came. */
export type RawBody = {
  readonly body: Buffer | undefined;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly query: Readonly<Record<string, unknown>>;
};

export type OpenedBody = {
  /** Project token, not yet looked up. */
  readonly token: string;
  process(rules: PrivacyRules, receivedMs: number): Promise<PackedRequest>;
  /** Nothing is wanted of it. */
  drop(): void;
};

/** Bodies in the thread at a time, each with up to 50 MiB unpacked. */
const MAX_AT_ONCE = 4;
/** 64 MiB of bodies wait in memory. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
const MAX_HEAP_MIB = 1024;

type Waiting = {
  resolve(answer: ThreadAnswer): void;
  reject(error: unknown): void;
};

export class ReplayThread {
  readonly #log: Logger;
  #worker: Worker | undefined;
  #nextId = 1;
  readonly #asked = new Map<number, Waiting>();
  #atOnce = 0;
  readonly #queue: (() => void)[] = [];
  #waitingBytes = 0;
  #isClosed = false;

  constructor(log: Logger) {
    this.#log = log;
  }

  /**
   * Unpacks a body as far as its token.
   * @throws invalid_payload | payload_too_large | invalid_api_key for what cannot be used
   * @throws unavailable when too much waits; the same may be sent again
   */
  async open({ body, ...rest }: RawBody): Promise<OpenedBody> {
    const bytes = body?.byteLength ?? 0;
    await this.#place(bytes);
    const id = this.#nextId;
    this.#nextId += 1;
    try {
      // A copy with memory of its own, which can be handed over.
      const own = new Uint8Array(body ?? []);
      const answer = await this.#ask({ kind: 'open', id, body: own, ...rest }, [own.buffer]);
      if (answer.kind !== 'opened') throw new Error(`the thread answered ${answer.kind}`);
      return {
        token: answer.token,
        process: (rules, receivedMs) => this.#process({ kind: 'process', id, rules, receivedMs }),
        drop: () => {
          this.#worker?.postMessage({ kind: 'drop', id } satisfies ThreadOrder);
          this.#leave();
        },
      };
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker?.terminate();
  }

  async #process(order: ThreadOrder): Promise<PackedRequest> {
    try {
      const answer = await this.#ask(order);
      if (answer.kind !== 'processed') throw new Error(`the thread answered ${answer.kind}`);
      return answer.request;
    } finally {
      this.#leave();
    }
  }

  async #place(bytes: number): Promise<void> {
    if (this.#atOnce < MAX_AT_ONCE) {
      this.#atOnce += 1;
      return;
    }
    if (this.#waitingBytes + bytes > MAX_WAITING_BYTES) {
      const detail = 'Too many recordings at once; send it again.';
      fail('unavailable', { detail, retryAfterSeconds: 2 });
    }
    this.#waitingBytes += bytes;
    await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#waitingBytes -= bytes;
  }

  /** The next one takes over the place. */
  #leave(): void {
    const next = this.#queue.shift();
    if (next) next();
    else this.#atOnce -= 1;
  }

  #ask(order: ThreadOrder, transfer: readonly ArrayBuffer[] = []): Promise<ThreadAnswer> {
    if (this.#isClosed)
      return Promise.reject(new SerinError('unavailable', { retryAfterSeconds: 2 }));
    return new Promise((resolve, reject) => {
      this.#asked.set(order.id, { resolve, reject });
      this.#started().postMessage(order, [...transfer]);
    });
  }

  #started(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL('./thread.job.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MIB },
    });
    worker.unref();
    worker.on('message', (answer: ThreadAnswer) => this.#take(answer));
    let isOutOfMemory = false;
    worker.on('error', (error) => {
      isOutOfMemory = (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
      this.#log.error({ err: error }, 'the recording thread failed');
    });
    worker.on('exit', () => this.#lost(worker, isOutOfMemory));
    this.#worker = worker;
    return worker;
  }

  #take(answer: ThreadAnswer): void {
    const waiting = this.#asked.get(answer.id);
    this.#asked.delete(answer.id);
    if (answer.kind === 'failed') waiting?.reject(this.#errorOf(answer.failure));
    else waiting?.resolve(answer);
  }

  #errorOf({ code, detail, ...rest }: ThreadFailure): SerinError {
    if (code !== 'internal_error') {
      const { attr, retryAfterSeconds } = rest;
      return new SerinError(code as ErrorCode, {
        detail,
        ...(attr === null ? {} : { attr }),
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      });
    }
    this.#log.error({ detail }, 'a recording cannot be processed');
    // Memory may be short for a moment; whoever sends it again gives up by itself.
    return new SerinError('unavailable', { retryAfterSeconds: 5 });
  }

  /** Alone in a thread without memory left, a body is at fault itself; of several nobody knows which. */
  #lost(worker: Worker, isOutOfMemory: boolean): void {
    if (this.#worker === worker) this.#worker = undefined;
    const lost = [...this.#asked.values()];
    this.#asked.clear();
    const error =
      lost.length === 1 && isOutOfMemory
        ? new SerinError('payload_too_large', { detail: 'The recording needs too much memory.' })
        : new SerinError('unavailable', { retryAfterSeconds: 2 });
    for (const { reject } of lost) reject(error);
  }
}
