// Both stores, ready to use: started where Serin is not told where they are, brought to the newest schema,
// and closed in reverse order.
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import type { Kysely } from 'kysely';
import type pg from 'pg';
import type { Logger } from 'pino';
import { startClickHouse } from '#platform/clickhouse/embedded';
import { openClickHouse } from '#platform/clickhouse/open';
import { startPostgres } from '#platform/postgres/embedded';
import { openPostgres } from '#platform/postgres/open';
import type { Database } from '#platform/postgres/schema';
import type { Engine, SupervisedState } from '#platform/supervise/child';
import { ownDataFolder } from '#platform/supervise/data-folder';
import { migrateStores } from './migrate-stores.ts';

export type StoresConfig = {
  /** Absolute path; made when it is absent. */
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
  readonly clickhouseUrl?: string | undefined;
};

/** `external`: Serin does not look after it and cannot say. */
type StoreState = SupervisedState | 'external';

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

type Closer = () => Promise<void>;

/**
 * Owns the data folder, starts what is missing, migrates, connects.
 * @throws EngineError, whose message tells a person what to do.
 */
export async function openStores(config: StoresConfig, log: Logger): Promise<Stores> {
  const folder = await ownDataFolder(config.dataDir);
  try {
    const stores = await startStores(config, log);
    return {
      ...stores,
      close: async () => {
        await stores.close();
        await folder.release();
      },
    };
  } catch (error) {
    await folder.release();
    throw error;
  }
}

export type StartStoresOptions = {
  /** Called when a store does not answer at once. */
  readonly onWaiting?: () => void;
  /** Ends the wait for stores that do not answer. */
  readonly signal?: AbortSignal;
};

/** The same in a data folder that is owned already. @throws EngineError */
export async function startStores(
  config: StoresConfig,
  log: Logger,
  options: StartStoresOptions = {},
): Promise<Stores> {
  const closers: Closer[] = [];
  try {
    return await open(config, log, closers, options);
  } catch (error) {
    await closeAll(closers, log);
    throw error;
  }
}

async function open(
  config: StoresConfig,
  log: Logger,
  closers: Closer[],
  options: StartStoresOptions,
): Promise<Stores> {
  const { dataDir } = config;
  const starts = [
    given(config.databaseUrl, () => startPostgres({ folder: join(dataDir, 'postgres'), log })),
    given(config.clickhouseUrl, () =>
      startClickHouse({ folder: join(dataDir, 'clickhouse'), log }),
    ),
  ] as const;
  // When one fails, the other is waited for all the same: it must be closed.
  for (const start of await Promise.allSettled(starts)) {
    if (start.status === 'rejected' || typeof start.value === 'string') continue;
    const engine = start.value;
    closers.push(() => engine.close());
  }
  const [postgres, clickhouse] = await Promise.all(starts);
  const databaseUrl = urlOf(postgres);
  const clickhouseUrl = urlOf(clickhouse);
  await migrateStores({ databaseUrl, clickhouseUrl, log, ...options });
  const state = openPostgres({ databaseUrl, log });
  closers.push(() => state.close());
  const events = openClickHouse({ url: clickhouseUrl });
  closers.push(() => events.close());
  return {
    db: state.db,
    pool: state.pool,
    clickhouse: events.client,
    databaseUrl,
    clickhouseUrl,
    status: () => ({ postgres: stateOf(postgres), clickhouse: stateOf(clickhouse) }),
    processes: () => [postgres, clickhouse].flatMap(processOf),
    close: () => closeAll(closers, log),
  };
}

/** An engine that Serin looks after, or the address of one that it does not. */
type Store = Engine | string;

const given = async (url: string | undefined, start: () => Promise<Engine>): Promise<Store> =>
  url ?? (await start());

const urlOf = (store: Store): string => (typeof store === 'string' ? store : store.url);

const stateOf = (store: Store): StoreState =>
  typeof store === 'string' ? 'external' : store.supervised.state();

function processOf(store: Store): { name: string; pid: number }[] {
  if (typeof store === 'string') return [];
  const { name } = store.supervised;
  const pid = store.supervised.pid();
  return pid === undefined ? [] : [{ name, pid }];
}

/** In reverse order; one that fails does not keep the others from being closed. */
async function closeAll(closers: Closer[], log: Logger): Promise<void> {
  for (const closer of closers.splice(0).toReversed()) {
    try {
      await closer();
    } catch (err) {
      log.error({ err }, 'a store could not be closed in order');
    }
  }
}
