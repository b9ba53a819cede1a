// Who uses a flag: how people of the recent past would have entered a stage that began back then. For forecasts;
// ids that were merged later count apart.
import { type Past, pastSql } from './baseline.query.ts';
import { ask } from './metrics.query.ts';
import { CALL_EVENTS_SQL, type Whom } from './seen-sql.ts';
import { unitSql } from './unit-sql.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** A flag that has been called for less says nothing about its people yet. */
const LEAST_MS = 6 * HOUR_MS;

/** People as they would enter a stage. */
export type Arrivals = {
  /** The flag's own people, or everybody while the flag has hardly been called. */
  readonly of: 'flag' | 'everybody';
  /** Length of the stretch that was looked at. */
  readonly spanMs: number;
  /** People seen by the end of hour 1, 2, … of it, each counted once. */
  readonly byHour: readonly number[];
  /** People of a day, on average. */
  readonly perDay: number;
  /** Part of them who use the flag under more than one id: after a change of the share they may see both. */
  readonly severalIds: number;
};

export type FlagUse = {
  readonly key: string;
  readonly createdAtMs: number;
  /** Who counts as using it; left out: whoever has called it. */
  readonly exposure?: Whom['exposure'];
};

/** A call may lie far back; an event that carries the value is one of the past that is looked at. */
function calledSql({ exposure }: FlagUse, { unit }: Past): string {
  const isServed = `(timestamp >= fromUnixTimestamp64Milli({served_day:Int64})
    AND received_at >= fromUnixTimestamp64Milli({from:Int64}) AND flags[{flag:String}] != '')`;
  const isCalled =
    exposure === 'served' ? `((${CALL_EVENTS_SQL}) OR ${isServed})` : CALL_EVENTS_SQL;
  return `environment_id = {environment:UInt32} AND timestamp >= fromUnixTimestamp64Milli({flag_day:Int64})
  AND received_at < fromUnixTimestamp64Milli({to:Int64}) AND ${isCalled}${unitSql(unit).isOfOne}`;
}

/** Condition for events of those who have ever called the flag; to follow another one. */
export const byCallersSql = (flag: FlagUse, past: Past): string =>
  ` AND ${unitSql(past.unit).who} IN (SELECT ${unitSql(past.unit).who} FROM events WHERE ${calledSql(flag, past)})`;

/** Parameters of {@link byCallersSql} beside those of the past. */
export const callersParams = ({ key, createdAtMs }: FlagUse, { fromMs }: Past) => ({
  flag: key,
  flag_day: createdAtMs - DAY_MS,
  served_day: fromMs - DAY_MS,
});

/** How people arrived in a stretch of the past. */
export async function findArrivals(past: Past, flag: FlagUse): Promise<Arrivals> {
  const { clickhouse, toMs, signal } = past;
  const base = { ...pastSql(past).params, ...callersParams(flag, past) };
  const sql = `SELECT toFloat64(count()), toFloat64(min(toUnixTimestamp64Milli(received_at))) FROM events WHERE ${calledSql(flag, past)}`;
  const [first] = await ask<[number, number]>(clickhouse, { sql, params: base }, signal, 'report');
  const [calls = 0, firstMs = toMs] = first ?? [];
  const isUsed = calls > 0 && toMs - firstMs >= LEAST_MS;
  const fromMs = isUsed ? Math.max(past.fromMs, firstMs) : past.fromMs;
  // Nobody's history begins before the environment's first event.
  const found = await arrivalsSince({ ...past, fromMs }, isUsed ? flag : null);
  return { of: isUsed ? 'flag' : 'everybody', ...found };
}

/** One row is an hour in which people were first seen: people, those with several ids, days of theirs. */
async function arrivalsSince(past: Past, flag: FlagUse | null): Promise<Omit<Arrivals, 'of'>> {
  const { clickhouse, fromMs, toMs, signal } = past;
  const { within, who, params: base } = pastSql(past);
  const params = { ...base, ...(flag && callersParams(flag, past)) };
  // Everybody of a group is one of its ids, and none of them has another share.
  const ids = past.unit ? '1' : 'uniq(distinct_id)';
  const sql = `SELECT intDiv(first - {from:Int64}, ${HOUR_MS}) AS hour, toFloat64(count()), toFloat64(countIf(ids > 1)),
  toFloat64(sum(days))
FROM (
  SELECT toUnixTimestamp64Milli(min(received_at)) AS first, ${ids} AS ids,
    uniqExact(intDiv(toUnixTimestamp64Milli(received_at) - {from:Int64}, ${DAY_MS})) AS days
  FROM events WHERE ${within}${flag ? byCallersSql(flag, past) : ''}
  GROUP BY ${who})
GROUP BY hour ORDER BY hour`;
  const rows = await ask<[number | string, number, number, number]>(
    clickhouse,
    { sql, params },
    signal,
    'report',
  );
  // Days before anything was ever received are no quiet days.
  const firstHour = Number(rows[0]?.[0] ?? 0);
  const hours = Math.max(1, Math.ceil((toMs - fromMs) / HOUR_MS) - firstHour);
  const byHour = Array.from({ length: hours }, () => 0);
  for (const [hour, people] of rows) byHour[Number(hour) - firstHour] = people;
  for (let hour = 1; hour < hours; hour += 1)
    byHour[hour] = (byHour[hour] ?? 0) + (byHour[hour - 1] ?? 0);
  const total = byHour.at(-1) ?? 0;
  const severalIds = rows.reduce((sum, row) => sum + row[2], 0);
  const days = rows.reduce((sum, row) => sum + row[3], 0);
  const spanMs = hours * HOUR_MS;
  return {
    spanMs,
    byHour,
    perDay: days / Math.max(1, Math.ceil(spanMs / DAY_MS)),
    severalIds: total === 0 ? 0 : severalIds / total,
  };
}
