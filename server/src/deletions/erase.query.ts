// Erasing in the event store: mutations, which rewrite the parts that hold the rows and which every replica of
// a cluster carries out, and looking whether anything is left.
import type { ClickHouseClient } from '@clickhouse/client';
import type { Target } from './deletion.ts';

/** Erasing never holds up what decides about releases; see the embedded store's lanes. */
const SETTINGS = { log_comment: 'deletions', max_execution_time: 300 } as const;

/** How many rows are left of what a target names. */
export async function countLeft(
  clickhouse: ClickHouseClient,
  { table, where }: Target,
): Promise<number> {
  const result = await clickhouse.query({
    query: `SELECT count() AS left FROM ${table} WHERE ${where}`,
    format: 'JSONEachRow',
    clickhouse_settings: SETTINGS,
  });
  const [row] = await result.json<{ left: string | number }>();
  return Number(row?.left ?? 0);
}

/** Starts erasing; the engine goes on by itself, also after a restart. */
export async function startErasing(
  clickhouse: ClickHouseClient,
  { table, where }: Target,
): Promise<void> {
  await clickhouse.command({
    query: `ALTER TABLE ${table} DELETE WHERE ${where}`,
    clickhouse_settings: { ...SETTINGS, mutations_sync: '0' },
  });
}

/** Tables on which a mutation is under way, with why it does not get on (empty when it does). */
export async function findErasing(
  clickhouse: ClickHouseClient,
): Promise<ReadonlyMap<string, string>> {
  const result = await clickhouse.query({
    query: `SELECT table, max(latest_fail_reason) AS problem FROM system.mutations
      WHERE database = currentDatabase() AND NOT is_done GROUP BY table`,
    format: 'JSONEachRow',
    clickhouse_settings: SETTINGS,
  });
  const rows = await result.json<{ table: string; problem: string }>();
  return new Map(rows.map(({ table, problem }) => [table, problem]));
}
