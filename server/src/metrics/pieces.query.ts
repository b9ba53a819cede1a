// Makes pieces of what looks have counted in the event store, and finds out how far they may be trusted.
import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client';
import type { SqlPart } from './event-filter-sql.ts';
import { ask, BOUNDS } from './metrics.query.ts';
import type { Since } from './stored-sql.ts';

/** How far the event store is. */
export type StoredSoFar = {
  /** Blocks are numbered as they are stored; merges of parts keep the numbers. */
  readonly block: number;
  /** The same of the merges of people. */
  readonly overrideBlock: number;
  /** Another with every mutation of events and of merges of people that may have changed what pieces stand for. */
  readonly mutation: number;
};

/** Of an environment, by when events were received. */
export type Stretch = {
  readonly environmentId: number;
  readonly fromMs: number;
  readonly toMs: number;
};

/**
 * The environments of a mutation that says at its beginning which ones it changes, as those of Serin do
 * (`#platform/clickhouse/mutations`); of any other, nothing: it may have changed every environment.
 */
const NAMED = `extract(command,
    '^\\\\((?:DELETE WHERE \\\\(?|UPDATE person_id = if\\\\()environment_id (?:= |IN \\\\()([0-9, ]+)\\\\)?(?:\\\\) AND |\\\\)$|, )')`;
const CONCERNS = `(${NAMED} = '' OR has(splitByString(', ', ${NAMED}), toString({environment:UInt32})))`;

/**
 * How far the store is, for rollouts of an environment. Null where the engine numbers no blocks of the whole table (replicated tables, old versions), or events or merges of
 * people of the environment are being changed at this moment: then every event must be read.
 */
export async function findStoredSoFar(
  clickhouse: ClickHouseClient,
  environmentId: number,
  signal: AbortSignal,
): Promise<StoredSoFar | null> {
  const own = (table: string) => `database = currentDatabase() AND table = '${table}'`;
  const changing = `(${own('events')} OR ${own('person_overrides')}) AND ${CONCERNS}`;
  const sql = `SELECT
    (SELECT engine = 'MergeTree' AND position(engine_full, 'enable_block_number_column = 1') > 0
      FROM system.tables WHERE database = currentDatabase() AND name = 'events') AS is_numbered,
    (SELECT toFloat64(max(max_block_number)) FROM system.parts WHERE ${own('events')} AND active) AS block,
    (SELECT toFloat64(max(max_block_number)) FROM system.parts
      WHERE ${own('person_overrides')} AND active) AS override_block,
    (SELECT toFloat64(bitShiftRight(cityHash64(arraySort(groupArray((table, last)))), 11)) FROM (
      SELECT table, max(arrayMax(block_numbers.number)) AS last
      FROM system.mutations WHERE ${changing} GROUP BY table)) AS mutation,
    (SELECT countIf(NOT is_done) > 0 FROM system.mutations WHERE ${changing}) AS is_changing`;
  type Row = [
    isNumbered: number,
    block: number,
    overrideBlock: number,
    mutation: number,
    isChanging: number,
  ];
  const [row] = await ask<Row>(clickhouse, { sql, params: { environment: environmentId } }, signal);
  if (!row || !row[0] || row[4]) return null;
  return { block: row[1], overrideBlock: row[2], mutation: row[3] };
}

/**
 * How many events of an environment were received in each hour of a stretch that has any: the hour's end (ms), and how
 * many.
 */
export async function countByHour(
  clickhouse: ClickHouseClient,
  { environmentId, fromMs, toMs }: Stretch,
  signal: AbortSignal,
): Promise<(readonly [endMs: number, events: number])[]> {
  const sql = `SELECT toFloat64(intDiv(toUnixTimestamp64Milli(received_at), ${HOUR_MS}) + 1) * ${HOUR_MS} AS ends,
    toFloat64(count())
  FROM events WHERE environment_id = {environment:UInt32}
    AND timestamp >= fromUnixTimestamp64Milli({day:Int64})
    AND received_at >= fromUnixTimestamp64Milli({from:Int64})
    AND received_at < fromUnixTimestamp64Milli({to:Int64})
  GROUP BY ends ORDER BY ends`;
  const params = { environment: environmentId, day: fromMs - DAY_MS, from: fromMs, to: toMs };
  return ask<[number, number]>(clickhouse, { sql, params }, signal);
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Parts of a table without anything that was stored after a block; they may be left out. */
const oldPartsOf = (table: string, block: string): string =>
  `(SELECT name FROM system.parts WHERE database = currentDatabase() AND table = '${table}' AND active
    AND max_block_number <= ${block})`;

/** What pieces stand for: everything up to these blocks that was received before the watermark. */
export type Covers = Omit<StoredSoFar, 'mutation'> & {
  readonly environmentId: number;
  readonly watermarkMs: number;
};

/** What has come since. To be asked after {@link findStoredSoFar}, so that nothing slips through between the two. */
export async function findSince(
  clickhouse: ClickHouseClient,
  { environmentId, block, overrideBlock, watermarkMs }: Covers,
  signal: AbortSignal,
): Promise<Since> {
  const sql = `SELECT
    (SELECT toFloat64(toUnixTimestamp64Milli(min(received_at))) FROM events
      WHERE environment_id = {environment:UInt32} AND _block_number > {block:UInt64}
        AND _part NOT IN ${oldPartsOf('events', '{block:UInt64}')}) AS received,
    (SELECT groupArray(name) FROM ${oldPartsOf('person_overrides', '{overrides:UInt64}')}) AS parts,
    (SELECT count() > 0 FROM events WHERE environment_id = {environment:UInt32}
      AND received_at >= fromUnixTimestamp64Milli({until:Int64})) AS is_later,
    (SELECT count() > 0 FROM person_overrides WHERE environment_id = {environment:UInt32}
      AND _part NOT IN ${oldPartsOf('person_overrides', '{overrides:UInt64}')}) AS is_merged`;
  const params = {
    environment: environmentId,
    block,
    overrides: overrideBlock,
    until: watermarkMs,
  };
  type Row = [receivedMs: number, oldParts: string[], isLater: number, isMerged: number];
  const [row] = await ask<Row>(clickhouse, { sql, params }, signal);
  const [receivedMs = 0, oldParts = [], isLater = 1, isMerged = 1] = row ?? [];
  return {
    isNothing: receivedMs === 0 && !isLater && !isMerged,
    freshFromMs: receivedMs > 0 ? Math.min(receivedMs, watermarkMs) : watermarkMs,
    oldParts,
  };
}

export type PieceRows = {
  /** Facts and sums together. */
  readonly rows: number;
  /** Until it ends. */
  readonly secondsLeft: number;
};

/** By piece; those without any row are absent. */
export type PieceCounts = ReadonlyMap<string, PieceRows>;

/** How many rows each of some pieces has, and for how long. */
export async function countPieces(
  clickhouse: ClickHouseClient,
  pieces: readonly string[],
  signal: AbortSignal,
): Promise<PieceCounts> {
  if (pieces.length === 0) return new Map();
  const of = (table: string) =>
    `SELECT piece, lives_until FROM ${table} WHERE piece IN {pieces:Array(UUID)}`;
  const sql = `SELECT toString(piece), toFloat64(count()), toFloat64(dateDiff('second', now(), min(lives_until)))
    FROM (${of('rollout_piece')} UNION ALL ${of('rollout_sum')}) GROUP BY piece`;
  const rows = await ask<[string, number, number]>(clickhouse, { sql, params: { pieces } }, signal);
  return new Map(rows.map(([piece, count, secondsLeft]) => [piece, { rows: count, secondsLeft }]));
}

/** Stores rows of pieces. @param more than the bounds of every question that decides */
export async function storeRows(
  clickhouse: ClickHouseClient,
  statement: SqlPart,
  signal: AbortSignal,
  more: ClickHouseSettings = {},
): Promise<void> {
  await clickhouse.command({
    query: statement.sql,
    query_params: statement.params,
    clickhouse_settings: { ...BOUNDS, ...more },
    abort_signal: signal,
  });
}
