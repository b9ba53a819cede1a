// Both stores, ready to use: started where Serin is not told where they are, brought to the newest schema,
// and closed in reverse order.
import type { ClickHouseClient } from '@clickhouse/client';
import { type Kysely, sql } from 'kysely';
import type pg from 'pg';
import type { Logger } from 'pino';
import { join } from 'node:path';
import { startClickHouse } from '#platform/clickhouse/embedded';
import { migrateClickHouse } from '#platform/clickhouse/migrate';
import { openClickHouse } from '#platform/clickhouse/open';
import { startPostgres } from '#platform/postgres/embedded';
import { migratePostgres } from '#platform/postgres/migrate';
import { openPostgres } from '#platform/postgres/open';
import type { Database } from '#platform/postgres/schema';
import type { Supervised, SupervisedState } from '#platform/supervise/child';
import { ownDataFolder } from '#platform/supervise/data-folder';

export type StoresConfig = {
  /** Absolute path; made when it is absent. */
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
  readonly clickhouseUrl?: string | undefined;
};

/** `external`: Serin does not look after it and cannot say. */
export type StoreState = SupervisedState | 'external';

export type Stores = {
  readonly db: Kysely<Database>;
  readonly pool: pg.Pool;
  readonly clickhouse: ClickHouseClient;
  readonly databaseUrl: string;
  readonly clickhouseUrl: string;
  status(): { readonly postgres: StoreState; readonly clickhouse: StoreState };
  /** The processes that Serin started. */
  processes(): { readonly name: string; readonly pid: number }[];
  close(): Promise<void>;
};

/** Key of the PostgreSQL advisory lock under which one replica at a time migrates both stores. */
const MIGRATION_LOCK = 7_365_690;

/**
 * Owns the data folder, starts what is missing, migrates, connects.
 * @throws EngineError, whose message tells a person what to do.
 */
export async function openStores(config: StoresConfig, log: Logger): Promise<Stores> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    const folder = await ownDataFolder(config.dataDir);
    closers.push(() => folder.release());
    const engines = await startEngines(config, log, closers);
    const {
      db,
      pool,
      close: closePostgres,
    } = openPostgres({ databaseUrl: engines.databaseUrl, log });
    closers.push(closePostgres);
    await migrateBoth(db, engines.clickhouseUrl);
    const { client, close: closeClickHouse } = openClickHouse({ url: engines.clickhouseUrl });
    closers.push(closeClickHouse);
    const { postgres, clickhouse } = engines;
    return {
      db,
      pool,
      clickhouse: client,
      databaseUrl: engines.databaseUrl,
      clickhouseUrl: engines.clickhouseUrl,
      status: () => ({
        postgres: postgres?.state() ?? 'external',
        clickhouse: clickhouse?.state() ?? 'external',
      }),
      processes: () => [postgres, clickhouse].flatMap(listed),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

type Engines = {
  readonly databaseUrl: string;
  readonly clickhouseUrl: string;
  readonly postgres: Supervised | undefined;
  readonly clickhouse: Supervised | undefined;
};

async function startEngines(
  config: StoresConfig,
  log: Logger,
  closers: (() => Promise<void>)[],
): Promise<Engines> {
  const outcomes = await Promise.allSettled([
    config.databaseUrl === undefined
      ? startPostgres({ folder: join(config.dataDir, 'postgres'), log })
      : undefined,
    config.clickhouseUrl === undefined
      ? startClickHouse({ folder: join(config.dataDir, 'clickhouse'), log })
      : undefined,
  ]);
  for (const outcome of outcomes) {
    if (outcome.status !== 'fulfilled' || !outcome.value) continue;
    const { value } = outcome;
    closers.push(() => value.close());
  }
  const [postgres, clickhouse] = outcomes;
  if (postgres.status === 'rejected') throw postgres.reason;
  if (clickhouse.status === 'rejected') throw clickhouse.reason;
  return {
    databaseUrl: postgres.value?.databaseUrl ?? config.databaseUrl ?? '',
    clickhouseUrl: clickhouse.value?.clickhouseUrl ?? config.clickhouseUrl ?? '',
    postgres: postgres.value?.supervised,
    clickhouse: clickhouse.value?.supervised,
  };
}

async function migrateBoth(db: Kysely<Database>, clickhouseUrl: string): Promise<void> {
  await db.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`.execute(connection);
    try {
      await migratePostgres(db);
      await migrateClickHouse(clickhouseUrl);
    } finally {
      await sql`select pg_advisory_unlock(${MIGRATION_LOCK})`.execute(connection);
    }
  });
}

const listed = (supervised: Supervised | undefined): { name: string; pid: number }[] => {
  const pid = supervised?.pid();
  return supervised && pid !== undefined ? [{ name: supervised.name, pid }] : [];
};
