// Work that is done again and again, and the lease that keeps two replicas from doing it at once. A lease
// is judged by the database's clock alone, and its token only grows: whoever writes with an old token has
// lost the lease meanwhile and is refused.
import { setTimeout as sleep } from 'node:timers/promises';
import { type RawBuilder, sql } from 'kysely';
import type { Logger } from 'pino';
import type { Clock } from '#kernel/clock';
import type { Db } from '#platform/ctx';

export type Loop = {
  /** Runs the job as soon as the current run has ended, without waiting for the interval. */
  wake(): void;
  /** Starts no further run and waits for the one that is under way. */
  stop(): Promise<void>;
};

export type LoopOptions = {
  readonly name: string;
  /** From the end of one run to the start of the next. */
  readonly intervalMs: number;
  /** `signal` is aborted by `stop`, for jobs that can end early. */
  readonly job: (signal: AbortSignal) => Promise<void>;
  readonly log: Logger;
  readonly clock: Clock;
};

/** Runs the job now and then after each interval, never two at a time. A failed run is logged. */
export function runEvery(options: LoopOptions): Loop {
  const stopping = new AbortController();
  let waking = new AbortController();
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const startedAtMs = options.clock.now();
      try {
        await options.job(stopping.signal);
      } catch (err) {
        const tookMs = options.clock.now() - startedAtMs;
        options.log.error({ err, job: options.name, tookMs }, 'a job failed; it runs again later');
      }
      const signal = AbortSignal.any([stopping.signal, waking.signal]);
      await sleep(options.intervalMs, undefined, { signal }).catch(() => {});
      if (waking.signal.aborted) waking = new AbortController();
    }
  };
  const running = loop();
  return {
    wake: () => waking.abort(),
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

export type LeaseRequest = {
  readonly name: string;
  /** Who asks, unique among the replicas. */
  readonly holder: string;
  readonly ttlMs: number;
};

const after = (ttlMs: number): RawBuilder<Date> =>
  sql`clock_timestamp() + ${ttlMs} * interval '1 millisecond'`;

/**
 * Takes the lease when it is free, expired or already ours. A new holder gets a token higher than every
 * token before; undefined when another holder has it.
 */
export async function acquireLease(db: Db, request: LeaseRequest): Promise<number | undefined> {
  const { name, holder, ttlMs } = request;
  const row = await db
    .insertInto('lease')
    .values({ name, holder, token: 1, expires_at: after(ttlMs) })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({
          holder,
          expires_at: after(ttlMs),
          token: sql`case when lease.holder = ${holder} and lease.expires_at > clock_timestamp()
            then lease.token else lease.token + 1 end`,
        })
        .where(sql<boolean>`lease.holder = ${holder} or lease.expires_at <= clock_timestamp()`),
    )
    .returning('token')
    .executeTakeFirst();
  return row && Number(row.token);
}

/** Extends a lease that is still held with this token; false when it was lost. */
export async function renewLease(
  db: Db,
  lease: LeaseRequest & { readonly token: number },
): Promise<boolean> {
  const result = await db
    .updateTable('lease')
    .set({ expires_at: after(lease.ttlMs) })
    .where('name', '=', lease.name)
    .where('holder', '=', lease.holder)
    .where('token', '=', String(lease.token))
    .where(sql<boolean>`expires_at > clock_timestamp()`)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Gives the lease back early; nothing happens when it was lost. The row stays: tokens only grow. */
export async function releaseLease(
  db: Db,
  lease: { readonly name: string; readonly holder: string; readonly token: number },
): Promise<void> {
  await db
    .updateTable('lease')
    .set({ expires_at: sql`clock_timestamp()` })
    .where('name', '=', lease.name)
    .where('holder', '=', lease.holder)
    .where('token', '=', String(lease.token))
    .execute();
}
