// Usage of flags in ClickHouse: what Serin answered (`flag_usage`, flushed counts) and what SDKs report of
// their own evaluations (`$feature_flag_called` among the events).
import type { ClickHouseClient } from '@clickhouse/client';
import type { UsageRow } from './tally.ts';

/** Writes one flush. */
export async function insertUsage(
  clickhouse: ClickHouseClient,
  rows: readonly UsageRow[],
  hourMs: number,
): Promise<void> {
  if (rows.length === 0) return;
  await clickhouse.insert({
    table: 'flag_usage',
    format: 'JSONEachRow',
    values: rows.map((row) => ({
      environment_id: row.environmentId,
      flag: row.flag,
      hour: Math.floor(hourMs / 1000),
      value: row.value,
      sdk: row.sdk,
      asked: row.asked,
      count: row.count,
    })),
  });
}

export type UsageRange = {
  readonly environmentId: number;
  readonly flag: string;
  /** Milliseconds since the epoch; whole steps. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
};

export type UsagePoint = {
  /** Which step, from 0. */
  readonly step: number;
  readonly value: string;
  /** Of a report: the name that the SDK gives itself. */
  readonly sdk: string;
  readonly count: number;
};

const LIMITS = { max_execution_time: 20, max_memory_usage: '500000000' } as const;
/** Values come from clients: a flag has few, and what is beyond is left out. */
const MAX_POINTS = 50_000;

/** What Serin answered. The order key prunes by environment, flag and hour. */
export async function readAnswers(
  clickhouse: ClickHouseClient,
  range: UsageRange,
): Promise<UsagePoint[]> {
  const result = await clickhouse.query({
    query: `SELECT intDiv(toUnixTimestamp(hour) - {from:UInt32}, {step:UInt32}) AS step,
        value, sdk, toFloat64(sum(count)) AS count
      FROM flag_usage
      WHERE environment_id = {environment:UInt32} AND flag = {flag:String}
        AND hour >= toDateTime({from:UInt32}, 'UTC') AND hour < toDateTime({to:UInt32}, 'UTC')
      GROUP BY step, value, sdk ORDER BY count DESC LIMIT {limit:UInt32}`,
    query_params: paramsOf(range),
    clickhouse_settings: LIMITS,
    format: 'JSONEachRow',
  });
  return (await result.json<UsagePoint>()).map(toPoint);
}

/** A report, with the last time that it was made: milliseconds since the epoch. */
export type ReportPoint = UsagePoint & { readonly lastMs: number };

/** What SDKs report. The order key prunes by environment, day and event name. */
export async function readReports(
  clickhouse: ClickHouseClient,
  range: UsageRange,
): Promise<ReportPoint[]> {
  const result = await clickhouse.query({
    query: `SELECT intDiv(toUnixTimestamp(timestamp) - {from:UInt32}, {step:UInt32}) AS step,
        flag_response AS value, JSONExtractString(props['$lib']) AS sdk, toFloat64(count()) AS count,
        toFloat64(toUnixTimestamp64Milli(max(timestamp))) AS lastMs
      FROM events
      WHERE environment_id = {environment:UInt32} AND event = '$feature_flag_called'
        AND flag = {flag:String} AND flag_response != ''
        AND timestamp >= toDateTime({from:UInt32}, 'UTC')
        AND timestamp < toDateTime({to:UInt32}, 'UTC')
      GROUP BY step, value, sdk ORDER BY count DESC LIMIT {limit:UInt32}`,
    query_params: paramsOf(range),
    clickhouse_settings: LIMITS,
    format: 'JSONEachRow',
  });
  const points = await result.json<ReportPoint>();
  return points.map((point) => ({ ...toPoint(point), lastMs: Number(point.lastMs) }));
}

function paramsOf({ environmentId, flag, fromMs, toMs, stepMs }: UsageRange) {
  return {
    environment: environmentId,
    flag,
    from: Math.floor(fromMs / 1000),
    to: Math.floor(toMs / 1000),
    step: Math.floor(stepMs / 1000),
    limit: MAX_POINTS,
  };
}

const toPoint = ({ step, value, sdk, count }: UsagePoint): UsagePoint => ({
  step: Number(step),
  value,
  sdk,
  count: Number(count),
});
