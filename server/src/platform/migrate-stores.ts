// Brings both stores to the newest schema, one replica at a time, once they answer. A store that is started
// beside Serin (compose, a cluster) may need a moment, so it is waited for.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { migrateClickHouse } from '#platform/clickhouse/migrate';
import { openClickHouse, withDatabase } from '#platform/clickhouse/open';
import { migratePostgres } from '#platform/postgres/migrate';
import { openPostgres } from '#platform/postgres/open';
import { EngineError } from '#platform/supervise/engine-error';

export type MigrateStoresOptions = {
  readonly databaseUrl: string;
  readonly clickhouseUrl: string;
  readonly log: Logger;
  /** How long a store may be unreachable before the start is given up. Default 30 s. */
  readonly waitMs?: number;
  /** Called when a store does not answer at once. */
  readonly onWaiting?: () => void;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
};

/** Key of the PostgreSQL advisory lock under which both stores are migrated: "seri" in ASCII. */
const MIGRATION_LOCK = 0x73_65_72_69;
const PAUSE_MS = 500;
/** Nobody listens, the name is not known yet, or the server is still starting. */
const MAY_PASS = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', '57P03']);

/** @throws EngineError naming the store that cannot be reached or migrated. */
export async function migrateStores(options: MigrateStoresOptions): Promise<void> {
  const { databaseUrl, clickhouseUrl, log, waitMs = 30_000 } = options;
  const wait: Wait = { ...options, giveUpAt: performance.now() + waitMs };
  const lock = await reach('PostgreSQL', databaseUrl, wait, async () => {
    const client = new pg.Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: 10_000,
    });
    client.on('error', () => {});
    await client.connect();
    return client;
  });
  try {
    await reach('ClickHouse', clickhouseUrl, wait, () => pingClickHouse(clickhouseUrl));
    // Held by this connection: a replica that dies in the middle gives it back.
    await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const state = openPostgres({ databaseUrl, log, maxConnections: 2, statementTimeoutMs: 0 });
    try {
      await migratePostgres(state.db);
    } finally {
      await state.close();
    }
    await migrateClickHouse(clickhouseUrl);
  } finally {
    await lock.end();
  }
}

async function pingClickHouse(url: string): Promise<void> {
  const server = openClickHouse({ url: withDatabase(url, 'default') });
  try {
    const answer = await server.client.ping({ select: true });
    if (!answer.success) throw answer.error;
  } finally {
    await server.close();
  }
}

type Wait = Pick<MigrateStoresOptions, 'log' | 'onWaiting' | 'signal'> & {
  readonly giveUpAt: number;
};

async function reach<T>(
  name: string,
  url: string,
  { giveUpAt, log, onWaiting, signal }: Wait,
  attempt: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const { code = '', message } = error as { code?: string; message: string };
      onWaiting?.();
      if (!MAY_PASS.has(code) || performance.now() > giveUpAt || signal?.aborted) {
        const reason = message || code;
        throw new EngineError(`${name} at ${placeOf(url)} cannot be used: ${reason}`, {
          cause: error,
        });
      }
      log.warn({ store: name, place: placeOf(url), code }, 'waiting for a store to answer');
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Where a store is, without user and password. */
function placeOf(url: string): string {
  const { protocol, host, pathname, searchParams } = new URL(url);
  return protocol === 'unix:' ? pathname : `${searchParams.get('host') ?? host}${pathname}`;
}
