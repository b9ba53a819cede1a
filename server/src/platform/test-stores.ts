// Real stores for tests: one PostgreSQL and one chDB per test run (test/global-setup.ts starts them), a
// fresh, migrated database in each for whoever asks.
import { randomBytes } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import { type Kysely, sql } from 'kysely';
import { inject } from 'vitest';
import { migrateClickHouse } from '#platform/clickhouse/migrate';
import { openClickHouse, withDatabase } from '#platform/clickhouse/open';
import { createLog } from '#platform/log';
import { openPostgres } from '#platform/postgres/open';
import type { Database } from '#platform/postgres/schema';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the test run's engines are; `template` is a migrated PostgreSQL database to copy. */
    testEngines: { databaseUrl: string; clickhouseUrl: string; template: string };
  }
}

export type TestStores = {
  readonly db: Kysely<Database>;
  readonly clickhouse: ClickHouseClient;
  readonly databaseUrl: string;
  readonly clickhouseUrl: string;
  close(): Promise<void>;
};

/** Fresh databases; `close` removes them. */
export async function startTestStores(): Promise<TestStores> {
  const engines = inject('testEngines');
  const name = `test_${randomBytes(8).toString('hex')}`;
  const log = createLog('silent');
  const databaseUrl = withDatabase(engines.databaseUrl, name);
  const clickhouseUrl = withDatabase(engines.clickhouseUrl, name);
  const onServer = async (query: string): Promise<void> => {
    const admin = openPostgres({ databaseUrl: engines.databaseUrl, log, maxConnections: 1 });
    await sql.raw(query).execute(admin.db);
    await admin.close();
  };
  await onServer(`create database ${name} template ${engines.template} strategy file_copy`);
  await migrateClickHouse(clickhouseUrl);
  const postgres = openPostgres({ databaseUrl, log, maxConnections: 8 });
  const clickhouse = openClickHouse({ url: clickhouseUrl });
  return {
    db: postgres.db,
    clickhouse: clickhouse.client,
    databaseUrl,
    clickhouseUrl,
    close: async () => {
      await clickhouse.client.command({ query: `DROP DATABASE ${name} SYNC` });
      await clickhouse.close();
      await postgres.close();
      await onServer(`drop database ${name} with (force)`);
    },
  };
}
