// Blocks and sessions in ClickHouse. Whatever is inserted twice is found once: blocks are looked up by their session
// first, and a repeated insert has the token of the first.
import { Readable } from 'node:stream';
import type { ClickHouseClient } from '@clickhouse/client';
import {
  type BlockHead,
  type BlockHeadRow,
  type StoredBlock,
  type StoredBlockRow,
  toBlockHead,
  toStoredBlock,
} from './rows.ts';
import { readPartitions } from './partitions.query.ts';
import { inDaysOf } from './session-day.ts';

type Table = 'replay_block' | 'session_replay' | 'replay_console' | 'replay_request';

/** Inserts rows (JSON texts, whole or in pieces). */
export async function insertReplayRows(
  clickhouse: ClickHouseClient,
  table: Table,
  rows: readonly (string | Uint8Array)[],
  token: string | undefined,
): Promise<void> {
  if (rows.length === 0) return;
  const { stream } = await clickhouse.exec({
    query: `INSERT INTO ${table} FORMAT JSONEachRow`,
    values: Readable.from([Buffer.concat(rows.map((row) => Buffer.from(row)))]),
    clickhouse_settings: {
      ...(token === undefined ? {} : { insert_deduplicate: 1, insert_deduplication_token: token }),
      async_insert: 0,
      date_time_input_format: 'basic',
      // One block, whatever the size: a token stands for one.
      input_format_parallel_parsing: 0,
      log_comment: 'recordings',
    },
  });
  for await (const _chunk of stream);
}

/** Each block once: one that is pinned is there twice, and the longer kept counts. */
const EACH_ONCE = 'ORDER BY retention_days DESC, session_day LIMIT 1 BY session_id, block_id';
const SETTINGS = { priority: '1', max_execution_time: 60, log_comment: 'recordings' } as const;

/** Which blocks of sessions there are, each once, without what they say and hold. */
export async function readBlockHeads(
  clickhouse: ClickHouseClient,
  environmentId: number,
  sessionIds: readonly string[],
): Promise<BlockHead[]> {
  const days = inDaysOf(sessionIds, 'b');
  const result = await clickhouse.query({
    query: `SELECT session_id, toString(session_day) AS day, toString(block_id) AS id, window_id,
        toUnixTimestamp64Milli(first_at) AS first_ms, toUnixTimestamp64Milli(last_at) AS last_ms,
        toUnixTimestamp64Milli(received_at) AS received_ms, events, has_full, bytes, retention_days
      FROM replay_block AS b
      WHERE b.environment_id = {environment:UInt32} ${days.where} AND b.session_id IN {sessions:Array(String)}
      ${EACH_ONCE}`,
    query_params: { environment: environmentId, sessions: sessionIds, ...days.params },
    clickhouse_settings: SETTINGS,
    format: 'JSONEachRow',
  });
  return (await result.json<BlockHeadRow>()).map(toBlockHead);
}

/** Blocks of sessions with what they say, each once. @param ids of those that are wanted; left out: all */
export async function readBlocks(
  clickhouse: ClickHouseClient,
  environmentId: number,
  sessionIds: readonly string[],
  ids: readonly string[] | undefined,
): Promise<StoredBlock[]> {
  const days = inDaysOf(sessionIds, 'b');
  const result = await clickhouse.query({
    query: `SELECT session_id, toString(session_day) AS day, toString(block_id) AS id, window_id, distinct_id,
        toUnixTimestamp64Milli(first_at) AS first_ms, toUnixTimestamp64Milli(last_at) AS last_ms,
        toUnixTimestamp64Milli(received_at) AS received_ms, events, has_full, bytes, source, library,
        library_version, facts, retention_days
      FROM replay_block AS b
      WHERE b.environment_id = {environment:UInt32} ${days.where} AND b.session_id IN {sessions:Array(String)}
        ${ids ? 'AND b.block_id IN {ids:Array(UUID)}' : ''}
      ${EACH_ONCE}`,
    query_params: {
      environment: environmentId,
      sessions: sessionIds,
      ...(ids ? { ids } : {}),
      ...days.params,
    },
    clickhouse_settings: SETTINGS,
    format: 'JSONEachRow',
  });
  return (await result.json<StoredBlockRow>()).map(toStoredBlock);
}

/** How much there is to read of what the blocks of sessions say, in bytes. */
export async function readFactsBytes(
  clickhouse: ClickHouseClient,
  environmentId: number,
  sessionIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (sessionIds.length === 0) return new Map();
  const days = inDaysOf(sessionIds, 'b');
  const result = await clickhouse.query({
    query: `SELECT id, sum(size) AS bytes FROM (
        SELECT session_id AS id, length(facts) AS size FROM replay_block AS b
        WHERE b.environment_id = {environment:UInt32} ${days.where} AND b.session_id IN {sessions:Array(String)}
        LIMIT 1 BY session_id, block_id
      ) GROUP BY id`,
    query_params: { environment: environmentId, sessions: sessionIds, ...days.params },
    clickhouse_settings: SETTINGS,
    format: 'JSONEachRow',
  });
  const rows = await result.json<{ id: string; bytes: number | string }>();
  return new Map(rows.map(({ id, bytes }) => [id, Number(bytes)]));
}

/** Most ids in one question. */
const IDS_AT_ONCE = 1000;

/** Sessions that began to come in before a moment, and in which one of these ids was seen. A week is read at a time. */
export async function sessionsOfIds(
  clickhouse: ClickHouseClient,
  asked: {
    readonly environmentId: number;
    readonly distinctIds: readonly string[];
    readonly beforeMs: number;
  },
): Promise<string[]> {
  const found = new Set<string>();
  for (const week of await weeksBefore(clickhouse, asked.beforeMs)) {
    for (const id of await sessionsOfWeek(clickhouse, asked, week)) found.add(id);
  }
  return [...found];
}

/** 10 days: sessions are dated up to a week and a day after they were received, by clocks that are ahead. */
const AHEAD_MS = 10 * 86_400_000;

async function weeksBefore(clickhouse: ClickHouseClient, beforeMs: number): Promise<Set<string>> {
  const blocks = (await readPartitions(clickhouse)).filter(({ table }) => table === 'replay_block');
  const weeks = blocks.map(({ week }) => week);
  return new Set(weeks.filter((week) => Date.parse(week) <= beforeMs + AHEAD_MS));
}

/** @param week its Monday */
async function sessionsOfWeek(
  clickhouse: ClickHouseClient,
  asked: Parameters<typeof sessionsOfIds>[1],
  week: string,
): Promise<Set<string>> {
  const found = new Set<string>();
  for (let at = 0; at < asked.distinctIds.length; at += IDS_AT_ONCE) {
    const result = await clickhouse.query({
      // The row of a session may be missing where a process died; its blocks are there.
      query: `SELECT DISTINCT session_id FROM replay_block
        WHERE environment_id = {environment:UInt32} AND distinct_id IN {ids:Array(String)}
          AND session_day BETWEEN {week:Date} AND {week:Date} + 6
          AND received_at <= fromUnixTimestamp64Milli({before:Int64})`,
      query_params: {
        environment: asked.environmentId,
        ids: asked.distinctIds.slice(at, at + IDS_AT_ONCE),
        before: asked.beforeMs,
        week,
      },
      clickhouse_settings: { max_execution_time: 300, log_comment: 'deletions' },
      format: 'JSONEachRow',
    });
    for (const { session_id: id } of await result.json<{ session_id: string }>()) found.add(id);
  }
  return found;
}
