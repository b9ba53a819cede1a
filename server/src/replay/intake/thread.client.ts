// The thread for recordings as the process sees it: hand in a body, learn its token, say whose rules apply, get blocks.
// A body that ends the thread (more memory than it may have) is refused, and the next finds a new thread.
import type { Logger } from 'pino';
import type { PrivacyRules } from '../privacy/rules.ts';
import { Places } from '../threads/places.ts';
import { WorkerThread } from '../threads/worker.client.ts';
import type { PackedRequest, ThreadAnswer, ThreadOrder } from './thread-talk.ts';

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
  /** As its messages name them, whether or not they can be used. */
  readonly sessionIds: readonly string[];
  process(rules: PrivacyRules, receivedMs: number): Promise<PackedRequest>;
  /** Nothing is wanted of it. */
  drop(): void;
};

/** Bodies in the thread at a time, each with up to 50 MiB unpacked. */
const MAX_AT_ONCE = 4;
/** 64 MiB of bodies wait in memory. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
/** Of them, from senders of whom nobody knows yet whether their token is one. */
const UNPROVEN_SHARE = 0.25;
const MAX_HEAP_MIB = 1024;

export class ReplayThread {
  readonly #thread: WorkerThread<ThreadOrder, ThreadAnswer>;
  readonly #places = new Places({
    atOnce: MAX_AT_ONCE,
    maxWaiting: MAX_WAITING_BYTES,
    tooMany: 'Too many recordings at once; send it again.',
  });

  constructor(log: Logger) {
    this.#thread = new WorkerThread(log, {
      file: new URL('./thread.job.ts', import.meta.url),
      what: 'takes recordings in',
      maxHeapMiB: MAX_HEAP_MIB,
      tooMuch: 'The recording needs too much memory.',
    });
  }

  /**
   * Unpacks a body as far as its token.
   * @param isProven - Who sends it has sent to a project before.
   * @throws invalid_payload | payload_too_large | invalid_api_key for what cannot be used
   * @throws unavailable when too much waits; the same may be sent again
   */
  async open({ body, ...rest }: RawBody, isProven: boolean): Promise<OpenedBody> {
    const bytes = body?.byteLength ?? 0;
    await this.#places.take(bytes, undefined, isProven ? 1 : UNPROVEN_SHARE);
    const id = this.#thread.newId();
    try {
      // A copy with memory of its own, which can be handed over.
      const own = new Uint8Array(body ?? []);
      const answer = await this.#thread.ask({ kind: 'open', id, body: own, ...rest }, [own.buffer]);
      if (answer.kind !== 'opened') throw new Error(`the thread answered ${answer.kind}`);
      return {
        token: answer.token,
        sessionIds: answer.sessionIds,
        process: (rules, receivedMs) => this.#process({ kind: 'process', id, rules, receivedMs }),
        drop: () => {
          this.#thread.tell({ kind: 'drop', id });
          this.#places.leave();
        },
      };
    } catch (error) {
      this.#places.leave();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#thread.close();
  }

  async #process(order: ThreadOrder): Promise<PackedRequest> {
    try {
      const answer = await this.#thread.ask(order);
      if (answer.kind !== 'processed') throw new Error(`the thread answered ${answer.kind}`);
      return answer.request;
    } finally {
      this.#places.leave();
    }
  }
}
