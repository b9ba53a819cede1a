// How often issues happened, and to how many people.
import type { ClickHouseClient } from '@clickhouse/client';
import { ask } from './ask.query.ts';
import { type Asked, BUCKET, exceptionsSql } from './exceptions-sql.ts';
import { filled, type Range } from './range.ts';

export type Count = {
  readonly events: number;
  readonly people: number;
  readonly sessions: number;
  readonly firstMs: number;
  readonly lastMs: number;
};

const COUNT = `count(), uniqExact(person), uniqExactIf(session_id, session_id != ''),
  toUnixTimestamp64Milli(min(timestamp)), toUnixTimestamp64Milli(max(timestamp))`;
type CountRow = readonly [string, string, string, string, string];
const toCount = ([events, people, sessions, first, last]: readonly unknown[]): Count => ({
  events: Number(events),
  people: Number(people),
  sessions: Number(sessions),
  firstMs: Number(first),
  lastMs: Number(last),
});

/** Of every issue that happened in the range, by its fingerprint. */
export async function countByIssue(
  clickhouse: ClickHouseClient,
  asked: Asked,
): Promise<ReadonlyMap<string, Count>> {
  const { sql, params } = exceptionsSql(asked);
  const query = `SELECT toString(key), ${COUNT} FROM (${sql}) GROUP BY key`;
  const rows = await ask<[string, ...CountRow]>(clickhouse, query, params);
  return new Map(rows.map(([key, ...count]) => [key, toCount(count)]));
}

/** Events of some issues in each bucket of the range. */
export async function seriesByIssue(
  clickhouse: ClickHouseClient,
  asked: Asked,
  keys: readonly string[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  if (keys.length === 0) return new Map();
  const { sql, params } = exceptionsSql(asked);
  const query = `SELECT toString(key), ${BUCKET} AS bucket, count() FROM (${sql})
    WHERE key IN {keys:Array(UUID)} GROUP BY key, bucket`;
  const rows = await ask<[string, number, string]>(clickhouse, query, { ...params, keys });
  const byKey = Map.groupBy(rows, ([key]) => key);
  return new Map([...byKey].map(([key, own]) => [key, filled(asked.range, own.map(pointOf))]));
}

const pointOf = (row: readonly unknown[]): readonly [number, number] => [
  Number(row[1]),
  Number(row[2]),
];

/** Of one issue in all; undefined when it did not happen in the range. */
export async function countOne(
  clickhouse: ClickHouseClient,
  asked: Asked,
): Promise<Count | undefined> {
  const { sql, params } = exceptionsSql(asked);
  const [row] = await ask<CountRow>(clickhouse, `SELECT ${COUNT} FROM (${sql})`, params);
  return row && Number(row[0]) > 0 ? toCount(row) : undefined;
}

export type Series = { readonly events: readonly number[]; readonly people: readonly number[] };

export async function seriesOfOne(clickhouse: ClickHouseClient, asked: Asked): Promise<Series> {
  const { sql, params } = exceptionsSql(asked);
  const query = `SELECT ${BUCKET} AS bucket, count(), uniqExact(person) FROM (${sql}) GROUP BY bucket`;
  const rows = await ask<[number, string, string]>(clickhouse, query, params);
  const at = (range: Range, column: 1 | 2) =>
    filled(
      range,
      rows.map((row) => [Number(row[0]), Number(row[column])]),
    );
  return { events: at(asked.range, 1), people: at(asked.range, 2) };
}

export type Part = Count & { readonly value: string };

/** The most frequent values of a column; empty where exceptions say none. */
export async function countBy(
  clickhouse: ClickHouseClient,
  asked: Asked,
  column: 'release' | 'browser' | 'os',
  limit: number,
): Promise<readonly Part[]> {
  const { sql, params } = exceptionsSql(asked);
  const query = `SELECT toString(${column}) AS value, ${COUNT} FROM (${sql})
    GROUP BY value ORDER BY count() DESC, value LIMIT {limit:UInt32}`;
  const rows = await ask<[string, ...CountRow]>(clickhouse, query, { ...params, limit });
  return rows.map(([value, ...count]) => ({ value, ...toCount(count) }));
}

/** Releases in which an issue has ever happened, the latest first; those of unnamed releases left out. */
export async function listReleases(
  clickhouse: ClickHouseClient,
  environmentId: number,
  fingerprints: readonly string[],
): Promise<readonly string[]> {
  const rows = await ask<[string]>(
    clickhouse,
    `SELECT toString(release) FROM exception
      WHERE environment_id = {environment:UInt32} AND fingerprint IN {fingerprints:Array(UUID)}
        AND release != ''
      GROUP BY release ORDER BY max(timestamp) DESC LIMIT 500`,
    { environment: environmentId, fingerprints },
  );
  return rows.map(([release]) => release);
}
