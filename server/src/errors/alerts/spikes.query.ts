// To how many people each kind of error happens now, and how many it was in the busiest hour of the days before.
import type { ClickHouseClient } from '@clickhouse/client';
import { type Joined, keyOf } from '../issues/joined.ts';

export type Surge = {
  readonly fingerprint: string;
  readonly people: number;
  readonly usual: number;
};

const HOUR_MS = 3_600_000;
const HOURS = 7 * 24;
const SETTINGS = { max_execution_time: 20, max_memory_usage: '1000000000', log_comment: 'errors' };

/** Of those that happen to at least ten people now; one row an issue. The order key prunes by environment. */
export async function readSurges(
  clickhouse: ClickHouseClient,
  asked: { readonly environmentId: number; readonly nowMs: number; readonly joined: Joined },
): Promise<readonly Surge[]> {
  const key = keyOf(asked.joined);
  const result = await clickhouse.query({
    query: `SELECT toString(key) AS fingerprint, sumIf(people, hour = 0) AS now, maxIf(people, hour > 0) AS usual
      FROM (
        SELECT ${key.sql} AS key, uniq(distinct_id) AS people,
          intDiv({now:Int64} - toUnixTimestamp64Milli(timestamp), ${HOUR_MS}) AS hour
        FROM exception WHERE environment_id = {environment:UInt32}
          AND timestamp > fromUnixTimestamp64Milli({from:Int64})
          AND timestamp <= fromUnixTimestamp64Milli({now:Int64})
        GROUP BY key, hour)
      GROUP BY key HAVING now >= 10`,
    query_params: {
      environment: asked.environmentId,
      now: asked.nowMs,
      from: asked.nowMs - (HOURS + 1) * HOUR_MS,
      ...key.params,
    },
    clickhouse_settings: SETTINGS,
    format: 'JSONEachRow',
  });
  const rows = await result.json<{ fingerprint: string; now: string; usual: string }>();
  return rows.map(({ fingerprint, now, usual }) => ({
    fingerprint,
    people: Number(now),
    usual: Number(usual),
  }));
}
