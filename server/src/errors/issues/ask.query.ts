// Asks the event store about errors, within bounds, after everything that decides about releases.
import { type ClickHouseClient, ClickHouseError } from '@clickhouse/client';
import { fail } from '#kernel/errors';
import type { Params } from './exceptions-sql.ts';

const SETTINGS = {
  max_memory_usage: '1500000000',
  max_bytes_before_external_group_by: '500000000',
  max_result_rows: '1000000',
  log_comment: 'errors',
  priority: '4',
} as const;

/** Codes of ClickHouse for what ran too long, took too much memory, or gave too many rows. */
const TOO_MUCH: ReadonlySet<string> = new Set(['159', '241', '396']);

/**
 * Rows as lists of columns.
 * @throws query_too_expensive when it goes beyond its bounds
 */
export async function ask<R>(
  clickhouse: ClickHouseClient,
  query: string,
  params: Params,
  maxSeconds = 30,
): Promise<R[]> {
  try {
    const answer = await clickhouse.query({
      query,
      query_params: params,
      clickhouse_settings: { ...SETTINGS, max_execution_time: maxSeconds },
      format: 'JSONCompactEachRow',
    });
    return await answer.json<R>();
  } catch (error) {
    if (!(error instanceof ClickHouseError) || !TOO_MUCH.has(error.code)) throw error;
    return fail('query_too_expensive', {
      detail: 'These are too many errors to be counted at once. Ask about less time.',
      attr: 'date_from',
      cause: error,
    });
  }
}
