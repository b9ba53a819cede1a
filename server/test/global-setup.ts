// Starts the engines that a test run shares and stops them afterwards. An engine that does not start fails
// the run: a test that needs a store is never skipped.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { TestProject } from 'vitest/node';
import { startClickHouse } from '#platform/clickhouse/embedded';
import { migrateClickHouse } from '#platform/clickhouse/migrate';
import { openClickHouse, withDatabase } from '#platform/clickhouse/open';
import { createLog } from '#platform/log';
import { startPostgres } from '#platform/postgres/embedded';
import { migratePostgres } from '#platform/postgres/migrate';
import { openPostgres } from '#platform/postgres/open';

/** These databases need not survive a power cut; making one for each test file must be quick. */
const IN_A_HURRY = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
const TEMPLATE = 'serin_template';

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'serin-engines-'));
  const log = createLog('silent');
  const [postgres, clickhouse] = await Promise.all([
    startPostgres({ folder: join(folder, 'postgres'), log, settings: IN_A_HURRY }),
    startClickHouse({ folder: join(folder, 'clickhouse'), log }),
  ]);
  const [, eventTables] = await Promise.all([
    makeTemplate(postgres.url),
    makeEventTemplate(clickhouse.url),
  ]);
  project.provide('testEngines', {
    databaseUrl: postgres.url,
    clickhouseUrl: clickhouse.url,
    template: TEMPLATE,
    eventTables,
  });
  return async () => {
    await Promise.all([postgres.close(), clickhouse.close()]);
    await rm(folder, { recursive: true, force: true });
  };
}

async function makeTemplate(databaseUrl: string): Promise<void> {
  const log = createLog('silent');
  const server = openPostgres({ databaseUrl, log });
  await sql.raw(`create database ${TEMPLATE}`).execute(server.db);
  await server.close();
  const template = openPostgres({ databaseUrl: withDatabase(databaseUrl, TEMPLATE), log });
  await migratePostgres(template.db);
  await template.close();
}

/** What makes a copy of the migrated event store, in steps of statements that do not need each other. */
async function makeEventTemplate(clickhouseUrl: string): Promise<readonly (readonly string[])[]> {
  const url = withDatabase(clickhouseUrl, TEMPLATE);
  await migrateClickHouse(url);
  const { client, close } = openClickHouse({ url });
  const answer = await client.query({
    query: `SELECT engine LIKE '%View' AS is_view, create_table_query AS text
      FROM system.tables WHERE database = {database:String}`,
    query_params: { database: TEMPLATE },
    format: 'JSONEachRow',
  });
  const made = await answer.json<{ is_view: number; text: string }>();
  const migrations = await client.query({
    query: 'SELECT DISTINCT name FROM schema_migration',
    format: 'JSONEachRow',
  });
  const names = (await migrations.json<{ name: string }>()).map(({ name }) => `('${name}')`);
  await close();
  const texts = (isView: number) =>
    made.filter((table) => table.is_view === isView).map(({ text }) => text);
  const applied = `INSERT INTO ${TEMPLATE}.schema_migration (name) VALUES ${names.join(', ')}`;
  return [texts(0), [...texts(1), applied]];
}
