// Requests that wait for a change of an environment's definitions. SDKs that poll learn of a change at once
// that way, with nothing changed in them: to them it is a slow answer.
import { setImmediate } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { CohortSupport, FlagSnapshots } from '#flags';
import type { Clock } from '#kernel/clock';
import { holdTime, patienceOf } from './wire/hold-time.ts';

export type HoldLimits = {
  /** Longest wait; 0: nobody waits. Milliseconds. */
  readonly longestMs: number;
  /** Requests that wait in one environment; further ones are answered at once. */
  readonly perEnvironment: number;
};

export interface HeldRequests {
  /**
   * Resolves when the definitions of the environment are other than `etag`, when the time is over, when the
   * client has left or the server stops: then look what to answer. At once for clients that do not wait.
   */
  untilChanged(request: FastifyRequest, reply: FastifyReply, known: Known): Promise<void>;
  /** Lets all go, and keeps nobody waiting any more. */
  close(): void;
}

type Known = {
  readonly environmentId: number;
  readonly support: CohortSupport;
  readonly etag: string;
};

type HeldDeps = {
  readonly snapshots: Pick<FlagSnapshots, 'onChange'>;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly limits: HoldLimits;
};

type Waiting = Pick<Known, 'support' | 'etag'> & { readonly release: () => void };

/** Answers per turn of the event loop: thousands in one would keep everybody else waiting. */
const PER_TURN = 100;

/** Who hangs up this often in a row has less patience than its SDK usually has, or a proxy in between. */
const HANG_UPS = 2;
/** Of the shortest wait that ended so, this share is taken from then on. */
const SAFE_SHARE = 0.7;
/** Less than this is not worth a wait. */
const LEAST_MS = 500;
/** One hour: settings are changed, proxies too. */
const REMEMBER_MS = 3_600_000;
const REMEMBERED_CLIENTS = 5000;

export function createHeldRequests(deps: HeldDeps): HeldRequests {
  return new Held(deps);
}

class Held implements HeldRequests {
  readonly #deps: HeldDeps;
  readonly #byEnvironment = new Map<number, Set<Waiting>>();
  readonly #hangUps = new LRUCache<string, { count: number; shortestMs: number }>({
    max: REMEMBERED_CLIENTS,
    ttl: REMEMBER_MS,
  });
  readonly #stopListening: () => void;
  #isClosed = false;

  constructor(deps: HeldDeps) {
    this.#deps = deps;
    this.#stopListening = deps.snapshots.onChange(({ current }) => {
      const waiting = [...(this.#byEnvironment.get(current.environmentId) ?? [])];
      // The tag is worked out only when somebody waits.
      void releaseInTurns(
        waiting.filter(({ support, etag }) => etag !== current.definitions(support).etag),
      );
    });
  }

  async untilChanged(request: FastifyRequest, reply: FastifyReply, known: Known): Promise<void> {
    const client = `${request.ip} ${request.headers['user-agent'] ?? ''}`;
    const holdMs = this.#holdMs(client, request.headers['user-agent']);
    const waiting = this.#byEnvironment.get(known.environmentId) ?? new Set<Waiting>();
    if (holdMs === 0 || waiting.size >= this.#deps.limits.perEnvironment) return;
    this.#byEnvironment.set(known.environmentId, waiting);
    const sinceMs = this.#deps.clock.now();
    const { promise, resolve } = Promise.withResolvers<'over' | 'changed' | 'left'>();
    const timer = setTimeout(() => resolve('over'), holdMs);
    const { support, etag } = known;
    const entry: Waiting = { support, etag, release: () => resolve('changed') };
    const onLeft = (): void => resolve('left');
    waiting.add(entry);
    reply.raw.once('close', onLeft);
    const end = await promise;
    reply.raw.off('close', onLeft);
    clearTimeout(timer);
    waiting.delete(entry);
    if (waiting.size === 0) this.#byEnvironment.delete(known.environmentId);
    if (end === 'left') this.#noteHangUp(client, this.#deps.clock.now() - sinceMs);
    else if (end === 'over') this.#noteEndured(client);
  }

  close(): void {
    this.#isClosed = true;
    this.#stopListening();
    for (const waiting of this.#byEnvironment.values()) {
      for (const { release } of waiting) release();
    }
  }

  #holdMs(client: string, userAgent: string | undefined): number {
    const limitMs = Math.min(patienceOf(userAgent), this.#deps.limits.longestMs);
    if (this.#isClosed || limitMs === 0) return 0;
    const { count, shortestMs } = this.#hangUps.get(client) ?? { count: 0, shortestMs: 0 };
    const holdMs = holdTime(limitMs, this.#deps.random());
    if (count < HANG_UPS) return holdMs;
    const safeMs = shortestMs * SAFE_SHARE;
    return safeMs < LEAST_MS ? 0 : Math.min(holdMs, safeMs);
  }

  /** A wait that was not shortened shows that the earlier hang-ups had other reasons. */
  #noteEndured(client: string): void {
    if ((this.#hangUps.get(client)?.count ?? 0) < HANG_UPS) this.#hangUps.delete(client);
  }

  #noteHangUp(client: string, afterMs: number): void {
    if (this.#isClosed) return;
    const { count, shortestMs } = this.#hangUps.get(client) ?? { count: 0, shortestMs: Infinity };
    this.#hangUps.set(client, { count: count + 1, shortestMs: Math.min(shortestMs, afterMs) });
  }
}

async function releaseInTurns(waiting: readonly Waiting[]): Promise<void> {
  for (const [i, { release }] of waiting.entries()) {
    if (i > 0 && i % PER_TURN === 0) await setImmediate();
    release();
  }
}
