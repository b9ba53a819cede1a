// Starts the engines that a test run shares and stops them afterwards. An engine that does not start fails
// the run: a test that needs a store is never skipped.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { TestProject } from 'vitest/node';
import { startClickHouse } from '#platform/clickhouse/embedded';
import { withDatabase } from '#platform/clickhouse/open';
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
  await makeTemplate(postgres.url);
  project.provide('testEngines', {
    databaseUrl: postgres.url,
    clickhouseUrl: clickhouse.url,
    template: TEMPLATE,
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
