// Reading recordings from ClickHouse.
import type { ClickHouseClient } from '@clickhouse/client';
import { endOfShowingMs } from '../store/kept.ts';
import { inDaysOf } from '../store/session-day.ts';

export type RecordingRow = Readonly<
  Record<
    | 'start_ms'
    | 'end_ms'
    | 'received_ms'
    | 'active_ms'
    | 'bytes'
    | 'clicks'
    | 'rage_clicks'
    | 'errors_after_click'
    | 'quick_backs'
    | 'idle_gaps'
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
  distinct_ids, window_ids, urls, active_ms, clicks, rage_clicks, errors_after_click, quick_backs, idle_gaps, keys, mouse, logs, warnings, errors, requests,
  status4xx, status5xx, unanswered, score, blocks, events, bytes, has_full, source, library, library_version,
  activity, rage, retention_days`;
const DAY_MS = 86_400_000;
const LIMITS = { max_execution_time: 20, max_memory_usage: '1000000000' } as const;

/** Which recording, and the day that it lies in. */
export type RecordingKey = { readonly sessionId: string; readonly day: string };

/** These recordings, in this order; without those that are gone meanwhile. */
export async function readRecordings(
  clickhouse: ClickHouseClient,
  environmentId: number,
  keys: readonly RecordingKey[],
): Promise<RecordingRow[]> {
  if (keys.length === 0) return [];
  const result = await clickhouse.query({
    query: `SELECT ${COLUMNS} FROM session_replay AS s FINAL
      PREWHERE s.environment_id = {environment:UInt32} AND s.session_day IN {days:Array(Date)}
        AND s.session_id IN {sessions:Array(String)}`,
    query_params: paramsOf(environmentId, keys),
    clickhouse_settings: LIMITS,
    format: 'JSONEachRow',
  });
  const rows = new Map((await result.json<RecordingRow>()).map((row) => [row.session_id, row]));
  return keys.flatMap(({ sessionId }) => rows.get(sessionId) ?? []);
}

/** How far the clock of the server was ahead of that of each page, in milliseconds. */
export async function readSkews(
  clickhouse: ClickHouseClient,
  environmentId: number,
  keys: readonly RecordingKey[],
): Promise<ReadonlyMap<string, number>> {
  const result = await clickhouse.query({
    query: `SELECT session_id AS id, toInt64(quantileExact(skew_ms)) AS ms FROM replay_block AS b
      PREWHERE b.environment_id = {environment:UInt32} AND b.session_day IN {days:Array(Date)}
        AND b.session_id IN {sessions:Array(String)}
      GROUP BY id`,
    query_params: paramsOf(environmentId, keys),
    clickhouse_settings: LIMITS,
    format: 'JSONEachRow',
  });
  const rows = await result.json<{ id: string; ms: number | string }>();
  return new Map(rows.map(({ id, ms }) => [id, Number(ms)]));
}

/** A recording with something to play. */
export type Playable = {
  /** By the clock of the server, as events are corrected to it; milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  /** Where it began; empty when nothing says. */
  readonly startUrl: string;
  readonly distinctIds: readonly string[];
};

/** Sessions, or whose. */
type Which =
  | { readonly sessionIds: readonly string[] }
  | { readonly distinctIds: readonly string[] };
/** Of somebody who is many, such as a robot, the newest. */
const MOST_PLAYABLE = 5000;

type PlayableSpan = { readonly fromMs: number; readonly toMs: number; readonly nowMs: number };
type PlayableRow = Readonly<Record<'id' | 'day' | 'url' | 'start_ms' | 'end_ms', string>> & {
  readonly who: readonly string[];
  readonly days: number;
};

/** Of these those with something to play, by session. @param span where they lie, roughly */
export async function readPlayable(
  clickhouse: ClickHouseClient,
  environmentId: number,
  which: Which,
  { fromMs, toMs, nowMs }: PlayableSpan,
): Promise<Map<string, Playable>> {
  const [byKey, byIds, ids] =
    'sessionIds' in which
      ? ['AND s.session_id IN {ids:Array(String)}', '', which.sessionIds]
      : ['', 'AND hasAny(s.distinct_ids, {ids:Array(String)})', which.distinctIds];
  const dayOf = (atMs: number) => new Date(atMs).toISOString().slice(0, 10);
  const result = await clickhouse.query({
    query: `SELECT session_id AS id, toString(session_day) AS day, urls[1] AS url,
        toUnixTimestamp64Milli(start_at) AS start_ms, toUnixTimestamp64Milli(end_at) AS end_ms, distinct_ids AS who,
        retention_days AS days
      FROM session_replay AS s FINAL
      PREWHERE s.environment_id = {environment:UInt32} AND s.session_day BETWEEN {from:Date} AND {to:Date} ${byKey}
      WHERE s.has_full = 1 ${byIds} ORDER BY start_at DESC LIMIT ${MOST_PLAYABLE}`,
    query_params: {
      environment: environmentId,
      from: dayOf(fromMs - 2 * DAY_MS),
      to: dayOf(toMs + 2 * DAY_MS),
      ids,
    },
    clickhouse_settings: LIMITS,
    format: 'JSONEachRow',
  });
  const rows = (await result.json<PlayableRow>()).filter(
    ({ day, days }) => endOfShowingMs({ day, retention_days: days }) > nowMs,
  );
  if (rows.length === 0) return new Map();
  const keys = rows.map(({ id, day: on }) => ({ sessionId: id, day: on }));
  const skews = await readSkews(clickhouse, environmentId, keys);
  return new Map(
    rows.map(({ id, url, start_ms: start, end_ms: end, who }) => {
      const skewMs = skews.get(id) ?? 0;
      const [startMs, endMs] = [Number(start) + skewMs, Number(end) + skewMs];
      return [id, { startMs, endMs, startUrl: url, distinctIds: who }];
    }),
  );
}

/** How many of these sessions had a value of a flag since. */
export async function countWithFlag(
  clickhouse: ClickHouseClient,
  environmentId: number,
  sessionIds: readonly string[],
  { flag, value, since }: { readonly flag: string; readonly value: string; readonly since: Date },
): Promise<number> {
  const result = await clickhouse.query({
    query: `SELECT uniqExact(session_id) AS n FROM session_flag AS f
      WHERE f.environment_id = {environment:UInt32} AND f.day >= {from:Date} AND f.flag = {flag:String}
        AND f.value = {value:String} AND f.session_id IN {sessions:Array(String)}`,
    query_params: {
      environment: environmentId,
      from: since.toISOString().slice(0, 10),
      flag,
      value,
      sessions: sessionIds,
    },
    clickhouse_settings: LIMITS,
    format: 'JSONEachRow',
  });
  const [row] = await result.json<{ n: string | number }>();
  return Number(row?.n ?? 0);
}

const paramsOf = (environmentId: number, keys: readonly RecordingKey[]) => ({
  environment: environmentId,
  days: [...new Set(keys.map(({ day }) => day))],
  sessions: keys.map(({ sessionId }) => sessionId),
});

/** One session; undefined when nothing of it is stored. */
export async function readRecording(
  clickhouse: ClickHouseClient,
  environmentId: number,
  sessionId: string,
): Promise<RecordingRow | undefined> {
  const days = inDaysOf([sessionId], 's');
  const result = await clickhouse.query({
    query: `SELECT ${COLUMNS} FROM session_replay AS s FINAL
      WHERE s.environment_id = {environment:UInt32} ${days.where} AND s.session_id = {session:String} LIMIT 1`,
    query_params: { environment: environmentId, session: sessionId, ...days.params },
    clickhouse_settings: LIMITS,
    format: 'JSONEachRow',
  });
  return (await result.json<RecordingRow>())[0];
}

/** The events of blocks of a session: a `BlockLines` as a line of JSON each, unread. */
export async function readLines(
  clickhouse: ClickHouseClient,
  environmentId: number,
  sessionId: string,
  blockIds: readonly string[],
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const days = inDaysOf([sessionId], 'b');
  const { stream } = await clickhouse.exec({
    query: `SELECT window_id AS windowId, data FROM replay_block AS b
      WHERE b.environment_id = {environment:UInt32} ${days.where} AND b.session_id = {session:String}
        AND b.block_id IN {blocks:Array(UUID)}
      ORDER BY b.first_at LIMIT 1 BY b.block_id FORMAT JSONEachRow`,
    query_params: {
      environment: environmentId,
      session: sessionId,
      blocks: [...blockIds],
      ...days.params,
    },
    clickhouse_settings: LIMITS,
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) {
    // Leaving the loop ends the answer.
    signal.throwIfAborted();
    chunks.push(chunk as Uint8Array);
  }
  // A copy with memory of its own, which can be handed over.
  return new Uint8Array(Buffer.concat(chunks));
}

/** Keeps a session for another number of days: as a copy, since days decide where it lies. What was there goes with its time. */
export async function copySession(
  clickhouse: ClickHouseClient,
  environmentId: number,
  sessionId: string,
  retentionDays: number,
): Promise<void> {
  const inDays = inDaysOf([sessionId], 'kept');
  for (const table of ['replay_console', 'replay_request', 'replay_block', 'session_replay']) {
    const changed =
      table === 'session_replay'
        ? '{kept:UInt16} AS retention_days, version + 1 AS version'
        : '{kept:UInt16} AS retention_days';
    await clickhouse.command({
      query: `INSERT INTO ${table} SELECT * REPLACE (${changed}) FROM ${table} AS kept ${table === 'session_replay' ? 'FINAL' : ''}
        WHERE kept.environment_id = {environment:UInt32} ${inDays.where} AND kept.session_id = {session:String}
          AND kept.retention_days != {kept:UInt16}`,
      query_params: {
        environment: environmentId,
        session: sessionId,
        kept: retentionDays,
        ...inDays.params,
      },
      clickhouse_settings: { ...LIMITS, max_execution_time: 120, insert_deduplicate: 0 },
    });
  }
}
