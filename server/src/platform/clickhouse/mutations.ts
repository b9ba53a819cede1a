// Mutations of ClickHouse: they rewrite the parts that hold the rows, every replica of a cluster carries them out,
// and the engine goes on with them by itself, also after a restart. They are about rows that are there when
// they start.
import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client';

/** A table and which of its rows are meant. */
type Rows = { readonly table: string; readonly where: string };

/** How many rows there are. */
export async function countRows(
  clickhouse: ClickHouseClient,
  { table, where }: Rows,
  settings: ClickHouseSettings,
): Promise<number> {
  const result = await clickhouse.query({
    query: `SELECT count() AS found FROM ${table} WHERE ${where}`,
    format: 'JSONEachRow',
    clickhouse_settings: settings,
  });
  const [row] = await result.json<{ found: string | number }>();
  return Number(row?.found ?? 0);
}

/** Starts erasing rows. */
export function startDeleting(
  clickhouse: ClickHouseClient,
  rows: Rows,
  settings: ClickHouseSettings,
): Promise<void> {
  return start(clickhouse, `ALTER TABLE ${rows.table} DELETE WHERE ${rows.where}`, settings);
}

/** Starts changing rows. @param set `column = expression` */
export function startUpdating(
  clickhouse: ClickHouseClient,
  rows: Rows,
  set: string,
  settings: ClickHouseSettings,
): Promise<void> {
  return start(clickhouse, `ALTER TABLE ${rows.table} UPDATE ${set} WHERE ${rows.where}`, settings);
}

async function start(
  clickhouse: ClickHouseClient,
  query: string,
  settings: ClickHouseSettings,
): Promise<void> {
  await clickhouse.command({ query, clickhouse_settings: { ...settings, mutations_sync: '0' } });
}

/** Tables on which a mutation is under way, with why it does not get on (empty when it does). */
export async function findMutating(
  clickhouse: ClickHouseClient,
): Promise<ReadonlyMap<string, string>> {
  const result = await clickhouse.query({
    query: `SELECT table, max(latest_fail_reason) AS problem FROM system.mutations
      WHERE database = currentDatabase() AND NOT is_done GROUP BY table`,
    format: 'JSONEachRow',
    clickhouse_settings: { max_execution_time: 60 },
  });
  const rows = await result.json<{ table: string; problem: string }>();
  return new Map(rows.map(({ table, problem }) => [table, problem]));
}

/** Files on disk of parts that a mutation of these tables has replaced: what it erased may still be in them. */
export async function countReplacedParts(
  clickhouse: ClickHouseClient,
  tables: readonly string[],
): Promise<number> {
  const result = await clickhouse.query({
    query: `SELECT count() AS found FROM system.parts AS p
      WHERE p.database = currentDatabase() AND p.table IN {tables:Array(String)} AND NOT p.active
        AND p.modification_time <= (SELECT max(create_time) FROM system.mutations
          WHERE database = currentDatabase() AND table IN {tables:Array(String)})`,
    query_params: { tables: [...tables] },
    format: 'JSONEachRow',
    clickhouse_settings: { max_execution_time: 60 },
  });
  const [row] = await result.json<{ found: string | number }>();
  return Number(row?.found ?? 0);
}
