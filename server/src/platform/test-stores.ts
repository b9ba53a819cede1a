// Real stores for tests: one PostgreSQL and one chDB per test run (test/global-setup.ts starts them), a
// fresh, migrated database in each for whoever asks.
import { randomBytes } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import { type Kysely, sql } from 'kysely';
import { inject } from 'vitest';
import { openClickHouse, withDatabase } from '#platform/clickhouse/open';
import { createLog } from '#platform/log';
import { openPostgres } from '#platform/postgres/open';
import type { Database } from '#platform/postgres/schema';

declare module 'vitest' {
  interface ProvidedContext {
    /**
     * Where the test run's engines are; `template` is a migrated database in both, to copy: PostgreSQL does so
     * itself, ClickHouse by `eventTables`, steps of statements that name the template.
     */
    testEngines: {
      databaseUrl: string;
      clickhouseUrl: string;
      template: string;
      eventTables: readonly (readonly string[])[];
    };
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
  await Promise.all([
    onServer(`create database ${name} template ${engines.template} strategy file_copy`),
    copyEventStore(name),
  ]);
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

/** A new, empty event store like the migrated one: a quarter of the time that the migrations take. */
async function copyEventStore(name: string): Promise<void> {
  const { clickhouseUrl, template, eventTables } = inject('testEngines');
  const onServer = openClickHouse({ url: clickhouseUrl });
  const store = openClickHouse({ url: withDatabase(clickhouseUrl, name) });
  const run = (query: string) => store.client.command({ query });
  await onServer.client.command({ query: `CREATE DATABASE ${name}` });
  for (const step of eventTables) {
    await Promise.all(step.map((text) => run(text.replaceAll(`${template}.`, `${name}.`))));
  }
  await Promise.all([onServer.close(), store.close()]);
}
