// How far the statements of a run are, as the store tells.
import type { ClickHouseClient } from '@clickhouse/client';
import type { Progress } from './query-runs.ts';

export async function readProgress(clickhouse: ClickHouseClient, tag: string): Promise<Progress> {
  const answer = await clickhouse.query({
    query: `SELECT sum(read_rows), sum(greatest(total_rows_approx, read_rows)), sum(read_bytes)
      FROM system.processes WHERE position(query, {tag:String}) > 0`,
    query_params: { tag },
    format: 'JSONCompactEachRow',
  });
  const [row] = await answer.json<[number, number, number]>();
  const [rows, totalRows, bytes] = row ?? [0, 0, 0];
  return { rows, totalRows, bytes };
}
