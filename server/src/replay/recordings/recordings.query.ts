// Reading recordings from ClickHouse.
import type { ClickHouseClient } from '@clickhouse/client';
import type { RecordingCursor } from './cursor.ts';
import type { BlockLines } from './lines.ts';

export type RecordingRow = Readonly<
  Record<
    | 'start_ms'
    | 'end_ms'
    | 'received_ms'
    | 'active_ms'
    | 'bytes'
    | 'clicks'
    | 'rage_clicks'
    | 'keys'
    | 'mouse'
    | 'logs'
    | 'warnings'
    | 'errors'
    | 'requests'
    | 'status4xx'
    | 'status5xx'
    | 'unanswered'
    | 'blocks'
    | 'events'
    | 'has_full'
    | 'retention_days',
    number | string
  >
> & {
  readonly session_id: string;
  readonly day: string;
  readonly distinct_id: string;
  readonly distinct_ids: readonly string[];
  readonly window_ids: readonly string[];
  readonly urls: readonly string[];
  readonly score: number;
  readonly source: 'web' | 'mobile';
  readonly library: string;
  readonly library_version: string;
  readonly activity: readonly number[];
  /** JSON. */
  readonly rage: string;
};

const COLUMNS = `session_id, toString(session_day) AS day, toUnixTimestamp64Milli(start_at) AS start_ms,
  toUnixTimestamp64Milli(end_at) AS end_ms, toUnixTimestamp64Milli(received_at) AS received_ms, distinct_id,
  distinct_ids, window_ids, urls, active_ms, clicks, rage_clicks, keys, mouse, logs, warnings, errors, requests,
  status4xx, status5xx, unanswered, score, blocks, events, bytes, has_full, source, library, library_version,
  activity, rage, retention_days`;
const LIMITS = { max_execution_time: 20, max_memory_usage: '1000000000' } as const;
const DAY_MS = 86_400_000;
/** The newest are nearly always recent: look there before reading everything there is. */
const WINDOWS_MS = [2 * DAY_MS, 31 * DAY_MS] as const;

export type RecordingFilter = {
  readonly environmentId: number;
  readonly cursor: RecordingCursor | undefined;
  /** Sessions that are gone. */
  readonly erased: readonly string[];
  readonly limit: number;
};

/** At most `limit + 1`, newest first: one more than asked for when there is a next page. */
export async function readNewest(
  clickhouse: ClickHouseClient,
  filter: RecordingFilter,
  nowMs: number,
): Promise<RecordingRow[]> {
  const fromMs = Math.min(filter.cursor?.startMs ?? nowMs, nowMs);
  for (const windowMs of WINDOWS_MS) {
    const rows = await readPage(clickhouse, filter, fromMs - windowMs);
    if (rows.length > filter.limit) return rows;
  }
  return readPage(clickhouse, filter, 0);
}

async function readPage(
  clickhouse: ClickHouseClient,
  { environmentId, cursor, erased, limit }: RecordingFilter,
  sinceMs: number,
): Promise<RecordingRow[]> {
  const result = await clickhouse.query({
    query: `SELECT ${COLUMNS} FROM session_replay AS s FINAL
      WHERE s.environment_id = {environment:UInt32} AND s.session_day >= {day:Date}
        AND s.session_id NOT IN {erased:Array(String)}
        ${cursor ? 'AND (toUnixTimestamp64Milli(s.start_at), s.session_id) < ({start:Int64}, {session:String})' : ''}
      ORDER BY s.start_at DESC, s.session_id DESC LIMIT {limit:UInt32}`,
    query_params: {
      environment: environmentId,
      // A session has the day of its id; its events may be of the next.
      day: new Date(Math.max(0, sinceMs - DAY_MS)).toISOString().slice(0, 10),
      erased: [...erased],
      limit: limit + 1,
      ...(cursor ? { start: cursor.startMs, session: cursor.sessionId } : {}),
    },
    clickhouse_settings: LIMITS,
    format: 'JSONEachRow',
  });
  return result.json<RecordingRow>();
}

/** One session; undefined when nothing of it is stored. */
export async function readRecording(
  clickhouse: ClickHouseClient,
  environmentId: number,
  sessionId: string,
): Promise<RecordingRow | undefined> {
  const result = await clickhouse.query({
    query: `SELECT ${COLUMNS} FROM session_replay AS s FINAL
      WHERE s.environment_id = {environment:UInt32} AND s.session_id = {session:String} LIMIT 1`,
    query_params: { environment: environmentId, session: sessionId },
    clickhouse_settings: LIMITS,
    format: 'JSONEachRow',
  });
  return (await result.json<RecordingRow>())[0];
}

/** The events of blocks of a session. */
export async function readLines(
  clickhouse: ClickHouseClient,
  environmentId: number,
  sessionId: string,
  blockIds: readonly string[],
): Promise<BlockLines[]> {
  const result = await clickhouse.query({
    query: `SELECT window_id AS windowId, data FROM replay_block AS b
      WHERE b.environment_id = {environment:UInt32} AND b.session_id = {session:String}
        AND b.block_id IN {blocks:Array(UUID)}
      ORDER BY b.first_at LIMIT 1 BY b.block_id`,
    query_params: { environment: environmentId, session: sessionId, blocks: [...blockIds] },
    clickhouse_settings: LIMITS,
    format: 'JSONEachRow',
  });
  return result.json<BlockLines>();
}

/** Keeps a session for another number of days: as a copy, since days decide where it lies. What was there goes with its time. */
export async function copySession(
  clickhouse: ClickHouseClient,
  environmentId: number,
  sessionId: string,
  retentionDays: number,
): Promise<void> {
  for (const table of ['replay_console', 'replay_request', 'replay_block', 'session_replay']) {
    const changed =
      table === 'session_replay'
        ? '{days:UInt16} AS retention_days, version + 1 AS version'
        : '{days:UInt16} AS retention_days';
    await clickhouse.command({
      query: `INSERT INTO ${table} SELECT * REPLACE (${changed}) FROM ${table} AS kept ${table === 'session_replay' ? 'FINAL' : ''}
        WHERE kept.environment_id = {environment:UInt32} AND kept.session_id = {session:String}
          AND kept.retention_days != {days:UInt16}`,
      query_params: { environment: environmentId, session: sessionId, days: retentionDays },
      clickhouse_settings: { ...LIMITS, max_execution_time: 120, insert_deduplicate: 0 },
    });
  }
}
