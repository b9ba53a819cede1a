// The sessions of a person: runs of events that an SDK gave the same `$session_id`.
import type { ClickHouseClient } from '@clickhouse/client';

export type Session = {
  readonly id: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly events: number;
  /** Pages and screens that were looked at. */
  readonly pages: number;
  /** Where it began; undefined when no event says so. */
  readonly entryUrl: string | undefined;
};

const LIMITS = { max_execution_time: 20, max_memory_usage: '1000000000' } as const;

type Row = Record<'id' | 'start' | 'end' | 'count' | 'pages' | 'entry', string>;

/** One page of the sessions that came with these ids, the latest first; one more when there is a next page. */
export async function readSessions(
  clickhouse: ClickHouseClient,
  environmentId: number,
  distinctIds: readonly string[],
  page: { readonly limit: number; readonly offset: number },
): Promise<Session[]> {
  const result = await clickhouse.query({
    query: `SELECT session_id AS id, toUnixTimestamp64Milli(min(timestamp)) AS start,
        toUnixTimestamp64Milli(max(timestamp)) AS end, count() AS count,
        countIf(event IN ('$pageview', '$screen')) AS pages,
        argMinIf(props['$current_url'], (timestamp, uuid), props['$current_url'] != '') AS entry
      FROM events WHERE environment_id = {environment:UInt32}
        AND distinct_id IN {ids:Array(String)} AND session_id != ''
      GROUP BY id ORDER BY start DESC, id LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
    query_params: {
      environment: environmentId,
      ids: distinctIds,
      limit: page.limit + 1,
      offset: page.offset,
    },
    clickhouse_settings: LIMITS,
    format: 'JSONEachRow',
  });
  return (await result.json<Row>()).map((row) => ({
    id: row.id,
    startMs: Number(row.start),
    endMs: Number(row.end),
    events: Number(row.count),
    pages: Number(row.pages),
    entryUrl: textOf(row.entry),
  }));
}

/** What a property's JSON text says, if it is a text. */
function textOf(json: string): string | undefined {
  if (json === '') return undefined;
  const value: unknown = JSON.parse(json);
  return typeof value === 'string' ? value : undefined;
}
