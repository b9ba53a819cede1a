// Puts statements to ClickHouse, within bounds of time and memory, and ends them when nobody waits any more.
import { type ClickHouseClient, ClickHouseError } from '@clickhouse/client';
import { fail } from '#kernel/errors';
import type { Sql } from '../sql/sql.ts';

/** 2 GB: half of what the embedded store may have. */
const MAX_MEMORY_BYTES = '2000000000';
const MAX_SECONDS = 60;

/** In force for every question. */
export const BOUNDS = {
  max_execution_time: MAX_SECONDS,
  max_memory_usage: MAX_MEMORY_BYTES,
  // From 700 MB on, grouping and sorting go to disk instead of failing.
  max_bytes_before_external_group_by: '700000000',
  max_bytes_before_external_sort: '700000000',
  max_result_rows: '1000000',
  log_comment: 'insight',
  // Who decides about releases goes first, and events are stored meanwhile (where the system allows it).
  priority: '2',
  os_thread_priority: '10',
  // A server that is left ends the query by itself; the embedded store always does.
  cancel_http_readonly_queries_on_client_close: 1,
  join_algorithm: 'hash',
} as const;

export const TOO_LARGE = 'The answer is too large. Ask about less.';

/** Codes of ClickHouse for what ran too long, took too much memory, or gave too many rows. */
const TOO_MUCH: Readonly<Record<string, string>> = {
  159: `The question takes longer than ${MAX_SECONDS} s. Ask about less time or fewer events.`,
  241: 'The question needs more memory than it may have. Ask about less time or fewer values.',
  396: TOO_LARGE,
};

/**
 * The rows of a statement, as lists of columns.
 * @throws query_too_expensive when it goes beyond its bounds; `signal`'s reason when nobody waits any more
 */
export function ask<Row>(
  clickhouse: ClickHouseClient,
  { text, params }: Sql,
  signal: AbortSignal,
  watch?: Watch,
): Promise<Row[]> {
  return withinBounds(signal, async () => {
    const answer = await clickhouse.query({
      query: withTag(text, watch),
      query_params: params,
      format: 'JSONCompactEachRow',
      abort_signal: signal,
      clickhouse_settings: BOUNDS,
    });
    noteRead(answer.response_headers, watch);
    return answer.json<Row>();
  });
}

/** Who wants to know how far statements are. */
export type Watch = {
  /** Letters, digits, colons and hyphens. */
  readonly tag: string;
  note(read: { readonly rows: number; readonly bytes: number }): void;
};

/** Marks a statement, so that it is found among those that the store is working on. */
export const withTag = (text: string, watch: Watch | undefined): string =>
  watch ? `/*${watch.tag}*/ ${text}` : text;

/** Tells what a statement that is done has read. */
export function noteRead(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  watch: Watch | undefined,
): void {
  const summary = headers['x-clickhouse-summary'];
  if (!watch || typeof summary !== 'string') return;
  const { read_rows, read_bytes } = JSON.parse(summary) as Record<string, string>;
  watch.note({ rows: Number(read_rows ?? 0), bytes: Number(read_bytes ?? 0) });
}

/** Says so when a statement goes beyond its bounds, or nobody waits for it any more. */
export async function withinBounds<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    const detail = error instanceof ClickHouseError ? TOO_MUCH[error.code] : undefined;
    if (detail === undefined) throw error;
    return fail('query_too_expensive', { detail, cause: error });
  }
}

/** True when an id of the environment belongs to another person than its events say. */
export async function hasOverrides(
  clickhouse: ClickHouseClient,
  environmentId: number,
  signal: AbortSignal,
): Promise<boolean> {
  const rows = await ask(
    clickhouse,
    {
      text: 'SELECT 1 FROM person_overrides WHERE environment_id = {environment:UInt32} LIMIT 1',
      params: { environment: environmentId },
    },
    signal,
  );
  return rows.length > 0;
}

/** When the environment's first event happened; undefined when there is none. */
export async function findEarliestMs(
  clickhouse: ClickHouseClient,
  environmentId: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const [row] = await ask<[number, number]>(
    clickhouse,
    {
      text: `SELECT count(), toUnixTimestamp64Milli(min(timestamp)) FROM events
        WHERE environment_id = {environment:UInt32}`,
      params: { environment: environmentId },
    },
    signal,
  );
  return row && row[0] > 0 ? row[1] : undefined;
}
