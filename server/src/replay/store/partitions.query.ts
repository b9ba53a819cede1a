// Partitions of the tables of recordings: `(days that they are kept, Monday of the week)`.
import type { ClickHouseClient } from '@clickhouse/client';

export type ReplayPartition = {
  readonly table: string;
  /** Its Monday, `2026-11-16`. */
  readonly week: string;
  /** How long its sessions are kept. */
  readonly days: number;
};

const TABLES = ['replay_block', 'session_replay', 'replay_console', 'replay_request'];
const NAME = /^\((\d{1,5}),'(\d{4}-\d\d-\d\d)'\)$/;

export async function readPartitions(clickhouse: ClickHouseClient): Promise<ReplayPartition[]> {
  const result = await clickhouse.query({
    query: `SELECT DISTINCT table, partition FROM system.parts
      WHERE database = currentDatabase() AND active AND table IN {tables:Array(String)}`,
    query_params: { tables: TABLES },
    format: 'JSONEachRow',
  });
  const rows = await result.json<{ table: string; partition: string }>();
  return rows.flatMap(({ table, partition }) => {
    const [, days, week] = NAME.exec(partition) ?? [];
    return days === undefined || week === undefined ? [] : [{ table, week, days: Number(days) }];
  });
}

export async function dropPartition(
  clickhouse: ClickHouseClient,
  { table, week, days }: ReplayPartition,
): Promise<void> {
  // Both were read by `readPartitions`, from digits and hyphens alone.
  await clickhouse.command({ query: `ALTER TABLE ${table} DROP PARTITION (${days}, '${week}')` });
}
