// What came with single distinct ids: how many events, from when to when.
import type { ClickHouseClient } from '@clickhouse/client';

export type IdUse = {
  readonly events: number;
  /** ISO 8601. */
  readonly firstSeen: string;
  readonly lastSeen: string;
};

const LIMITS = { max_execution_time: 20, max_memory_usage: '1000000000' } as const;

/** By distinct id; ids without events are absent. */
export async function countEventsOfIds(
  clickhouse: ClickHouseClient,
  environmentId: number,
  distinctIds: readonly string[],
): Promise<ReadonlyMap<string, IdUse>> {
  if (distinctIds.length === 0) return new Map();
  const result = await clickhouse.query({
    query: `SELECT distinct_id, count() AS events, toUnixTimestamp64Milli(min(timestamp)) AS first,
        toUnixTimestamp64Milli(max(timestamp)) AS last
      FROM events WHERE environment_id = {environment:UInt32} AND distinct_id IN {ids:Array(String)}
      GROUP BY distinct_id`,
    query_params: { environment: environmentId, ids: distinctIds },
    clickhouse_settings: LIMITS,
    format: 'JSONEachRow',
  });
  type Row = Record<'distinct_id' | 'events' | 'first' | 'last', string>;
  const iso = (ms: string) => new Date(Number(ms)).toISOString();
  return new Map(
    (await result.json<Row>()).map((row) => [
      row.distinct_id,
      { events: Number(row.events), firstSeen: iso(row.first), lastSeen: iso(row.last) },
    ]),
  );
}
