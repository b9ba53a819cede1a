// Brings a ClickHouse database to the schema of this code: numbered SQL files, each applied once and
// written down in `schema_migration`. ClickHouse has no transactions for DDL, so every statement can be
// repeated (IF NOT EXISTS) and a lock outside (PostgreSQL's) keeps two replicas apart.
import { readFile, readdir } from 'node:fs/promises';
import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client';
import { EngineError } from '#platform/supervise/engine-error';
import { databaseOf, openClickHouse, withDatabase } from './open.ts';
import { quoteIdentifier } from './chdb-request.ts';

/** A day: a backfill reads all that is stored, and one that is cut off would begin anew at every start. */
const REQUEST_TIMEOUT_MS = 86_400_000;
const SETTINGS: ClickHouseSettings = {
  max_execution_time: 0,
  // What does not fit into 500 MB is grouped on disk.
  max_bytes_before_external_group_by: '500000000',
  // All months at once; and a repeated backfill is not taken for the one that its TRUNCATE has removed.
  max_partitions_per_insert_block: '0',
  insert_deduplicate: 0,
};
const FOLDER = new URL('./migrations/', import.meta.url);

/**
 * Applies what is missing to the database that `url` names; makes that database when it is absent.
 * @throws EngineError when its schema is newer than this code.
 */
export async function migrateClickHouse(url: string): Promise<void> {
  await ensureDatabase(url);
  const store = openClickHouse({ url, requestTimeoutMs: REQUEST_TIMEOUT_MS });
  try {
    await applyMissing(store.client);
  } finally {
    await store.close();
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const database = databaseOf(url);
  if (database === 'default') return;
  const server = openClickHouse({ url: withDatabase(url, 'default') });
  try {
    const query = `CREATE DATABASE IF NOT EXISTS ${quoteIdentifier(database)}`;
    await server.client.command({ query });
  } finally {
    await server.close();
  }
}

async function applyMissing(client: ClickHouseClient): Promise<void> {
  await client.command({
    query: `CREATE TABLE IF NOT EXISTS schema_migration (
      name String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
    ) ENGINE = MergeTree ORDER BY name SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`,
  });
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.sql')).toSorted();
  const applied = await appliedMigrations(client);
  const unknown = [...applied].filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new EngineError(
      `The ClickHouse database was used by a newer Serin (${unknown.join(', ')}). ` +
        'Start that version, or restore a backup from before the upgrade.',
    );
  }
  const known = await knownTableSettings(client);
  for (const name of names) {
    if (applied.has(name)) continue;
    const text = await readFile(new URL(name, FOLDER), 'utf8');
    for (const statement of statementsOf(text)) {
      await client.command({
        query: withoutUnknownSettings(statement, known),
        clickhouse_settings: SETTINGS,
      });
    }
    await client.insert({ table: 'schema_migration', values: [{ name }], format: 'JSONEachRow' });
  }
}

async function appliedMigrations(client: ClickHouseClient): Promise<Set<string>> {
  const answer = await client.query({
    query: 'SELECT DISTINCT name FROM schema_migration',
    format: 'JSONEachRow',
  });
  const rows = await answer.json<{ name: string }>();
  return new Set(rows.map((row) => row.name));
}

async function knownTableSettings(client: ClickHouseClient): Promise<Set<string>> {
  const answer = await client.query({
    query: 'SELECT name FROM system.merge_tree_settings',
    format: 'JSONEachRow',
  });
  const rows = await answer.json<{ name: string }>();
  return new Set(rows.map((row) => row.name));
}

/** The statements of a migration: they end with a semicolon at the end of a line; comments are dropped. */
export function statementsOf(text: string): string[] {
  return text
    .replaceAll(/^\s*--.*$/gm, '')
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

/** An older server lacks newer table settings (bucketed maps came with 26.3): slower there, but it works. */
export function withoutUnknownSettings(statement: string, known: ReadonlySet<string>): string {
  const [before, ...settings] = statement.split(/^SETTINGS\s/m);
  const list = settings.join('');
  if (before === undefined || list === '') return statement;
  const kept = list.split(/,\s*/).filter((item) => known.has(item.split('=', 1)[0]?.trim() ?? ''));
  return kept.length === 0 ? before.trim() : `${before}SETTINGS ${kept.join(', ')}`;
}
