// A thread that is started when it is first asked, answers orders by their number, and is started anew after it ended.
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { type ErrorCode, SerinError } from '#kernel/errors';
import { type Failure, type Numbered, isFailure } from './talk.ts';

type WorkerOptions = {
  readonly file: URL;
  /** For logs: what it does. */
  readonly what: string;
  readonly maxHeapMiB: number;
  /** What is said of an order that needs more memory than the thread may have. */
  readonly tooMuch: string;
};

type Waiting<Answer> = {
  resolve(answer: Answer): void;
  reject(error: unknown): void;
};

export class WorkerThread<Order extends Numbered, Answer extends Numbered> {
  readonly #log: Logger;
  readonly #options: WorkerOptions;
  readonly #asked = new Map<number, Waiting<Answer>>();
  #worker: Worker | undefined;
  #nextId = 1;
  #isClosed = false;

  constructor(log: Logger, options: WorkerOptions) {
    this.#log = log;
    this.#options = options;
  }

  /** A number that no other order has. */
  newId(): number {
    const id = this.#nextId;
    this.#nextId += 1;
    return id;
  }

  /**
   * Gives an order and resolves to its answer.
   * @throws what the thread says; payload_too_large for an order that alone needed too much memory
   * @throws unavailable when the thread ended; the same may be asked again
   */
  ask(order: Order, transfer: readonly ArrayBuffer[] = []): Promise<Answer> {
    if (this.#isClosed) {
      return Promise.reject(new SerinError('unavailable', { retryAfterSeconds: 2 }));
    }
    return new Promise((resolve, reject) => {
      this.#asked.set(order.id, { resolve, reject });
      this.#started().postMessage(order, [...transfer]);
    });
  }

  /** Gives an order that has no answer; nothing happens where no thread is. */
  tell(order: Order): void {
    this.#worker?.postMessage(order);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker?.terminate();
  }

  #started(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(this.#options.file, {
      resourceLimits: { maxOldGenerationSizeMb: this.#options.maxHeapMiB },
    });
    worker.unref();
    worker.on('message', (answer: Answer | Failure) => this.#take(answer));
    let isOutOfMemory = false;
    worker.on('error', (error) => {
      isOutOfMemory = (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
      this.#log.error({ err: error }, `the thread that ${this.#options.what} failed`);
    });
    worker.on('exit', () => this.#lost(worker, isOutOfMemory));
    this.#worker = worker;
    return worker;
  }

  #take(answer: Answer | Failure): void {
    const waiting = this.#asked.get(answer.id);
    this.#asked.delete(answer.id);
    if (isFailure(answer)) waiting?.reject(this.#errorOf(answer));
    else waiting?.resolve(answer);
  }

  #errorOf({ failure: { code, detail, attr, retryAfterSeconds } }: Failure): SerinError {
    if (code !== 'internal_error') {
      return new SerinError(code as ErrorCode, {
        detail,
        ...(attr === null ? {} : { attr }),
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      });
    }
    this.#log.error({ detail }, `the thread that ${this.#options.what} cannot carry out an order`);
    // Memory may be short for a moment; whoever asks again gives up by itself.
    return new SerinError('unavailable', { retryAfterSeconds: 5 });
  }

  /** Alone in a thread without memory left, an order is at fault itself; of several nobody knows which. */
  #lost(worker: Worker, isOutOfMemory: boolean): void {
    if (this.#worker === worker) this.#worker = undefined;
    const lost = [...this.#asked.values()];
    this.#asked.clear();
    const error =
      lost.length === 1 && isOutOfMemory
        ? new SerinError('payload_too_large', { detail: this.#options.tooMuch })
        : new SerinError('unavailable', { retryAfterSeconds: 2 });
    for (const { reject } of lost) reject(error);
  }
}
