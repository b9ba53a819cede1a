// What guardrails looked like before a rollout, among all people of the environment: measured once, and held against
// from then on. Ids that were merged later count apart: nothing here decides about a person.
import type { ClickHouseClient } from '@clickhouse/client';
import { eventConditionSql, seriesSql, type SqlParams } from './event-filter-sql.ts';
import type { EventMatch, Series } from './guardrail.ts';
import { ask } from './metrics.query.ts';
import { type Unit, unitSql } from './unit-sql.ts';

/** A stretch of time in an environment, and for how long one waits for an answer about it. */
export type Past = {
  readonly clickhouse: ClickHouseClient;
  readonly signal: AbortSignal;
  readonly environmentId: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Who counts; left out: people. */
  readonly unit?: Unit | undefined;
};

/** Events of a past, and whose they are. */
export function pastSql({ environmentId, fromMs, toMs, unit }: Past) {
  const { who, isOfOne, params } = unitSql(unit);
  return {
    who,
    /** Somebody of a day: a stage lasts hours or days, not two weeks. */
    perDay: `${who}, toDate(received_at)`,
    within: `environment_id = {environment:UInt32}
  AND received_at >= fromUnixTimestamp64Milli({from:Int64})
  AND received_at < fromUnixTimestamp64Milli({to:Int64})${isOfOne}`,
    params: { environment: environmentId, from: fromMs, to: toMs, ...params } as SqlParams,
  };
}

/** The percentile of all values, and how many there are. @param level 0 to 1 */
export async function findPercentile(
  past: Past,
  series: Series,
  level: number,
): Promise<{ value: number | null; count: number }> {
  const { sql: condition, params, amount } = seriesSql(series, 'outcome');
  const { within, params: base } = pastSql(past);
  const sql = `SELECT quantileTDigest({level:Float64})(${amount}), toFloat64(count())
FROM events WHERE ${within} AND ${condition}`;
  const all = { ...base, ...params, level };
  const [row] = await ask<[number | null, number]>(
    past.clickhouse,
    { sql, params: all },
    past.signal,
  );
  const count = row?.[1] ?? 0;
  return { value: count > 0 ? (row?.[0] ?? null) : null, count };
}

/** Where the sums of the people who have any reach this level; null when nobody has. */
export async function findSumPercentile(
  past: Past,
  series: Series,
  level: number,
): Promise<number | null> {
  const { sql: condition, params, amount } = seriesSql(series, 'outcome');
  const { within, who, params: base } = pastSql(past);
  const sql = `SELECT quantileTDigestIf({level:Float64})(total, total != 0), toFloat64(countIf(total != 0)) FROM (
  SELECT sum(${amount}) AS total FROM events WHERE ${within} AND ${condition} GROUP BY ${who})`;
  const all = { ...base, ...params, level };
  const [row] = await ask<[number | null, number]>(
    past.clickhouse,
    { sql, params: all },
    past.signal,
  );
  return (row?.[1] ?? 0) > 0 ? (row?.[0] ?? null) : null;
}

/** The part of the people of a day who have such an event, or a value above a threshold; null without people. */
export async function findDailyShare(
  past: Past,
  outcome: EventMatch | { readonly series: Series; readonly above: number },
): Promise<number | null> {
  const isAbove = 'series' in outcome;
  const part = isAbove
    ? seriesSql(outcome.series, 'outcome')
    : { ...eventConditionSql(outcome, 'outcome'), amount: '1.0' };
  const condition = isAbove ? `${part.sql} AND ${part.amount} > {above:Float64}` : part.sql;
  const { within, perDay, params: base } = pastSql(past);
  const sql = `SELECT uniqIf(${perDay}, ${condition}) / uniq(${perDay})
FROM events WHERE ${within}`;
  const above = isAbove ? { above: outcome.above } : {};
  const all = { ...base, ...part.params, ...above };
  const [row] = await ask<[number | null]>(past.clickhouse, { sql, params: all }, past.signal);
  return row?.[0] ?? null;
}
