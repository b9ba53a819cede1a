// What is still stored of sessions that are gone: a copy that was under way when they went, or one that came late.
import type { ClickHouseClient } from '@clickhouse/client';
import { startDeleting } from '#platform/clickhouse/mutations';

const TABLES = ['replay_console', 'replay_request', 'session_replay', 'replay_block'] as const;
const SETTINGS = { log_comment: 'deletions', max_execution_time: 300 } as const;

/** Which of these sessions have rows anywhere. */
export async function storedAmong(
  clickhouse: ClickHouseClient,
  environmentId: number,
  sessionIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const own = 'environment_id = {environment:UInt32} AND session_id IN {sessions:Array(String)}';
  const result = await clickhouse.query({
    query: TABLES.map((table) => `SELECT DISTINCT session_id FROM ${table} WHERE ${own}`).join(
      ' UNION ALL ',
    ),
    query_params: { environment: environmentId, sessions: sessionIds },
    clickhouse_settings: SETTINGS,
    format: 'JSONEachRow',
  });
  const rows = await result.json<{ session_id: string }>();
  return new Set(rows.map((row) => row.session_id));
}

/** Starts erasing all that is stored of sessions. At most some hundred at once: they are named in SQL. */
export async function dropSessions(
  clickhouse: ClickHouseClient,
  environmentId: number,
  sessionIds: readonly string[],
): Promise<void> {
  const list = sessionIds.map(literal).join(', ');
  const where = `environment_id = ${environmentId} AND session_id IN (${list})`;
  for (const table of TABLES) await startDeleting(clickhouse, { table, where }, SETTINGS);
}

const literal = (text: string): string =>
  `'${text.replaceAll('\\', String.raw`\\`).replaceAll("'", String.raw`\'`)}'`;
