// Makes pieces of counted events in the event store, and finds out how far they may be trusted.
import type { ClickHouseClient } from '@clickhouse/client';
import type { SqlPart } from './event-filter-sql.ts';
import { ask, BOUNDS } from './metrics.query.ts';
import { PIECE_COLUMNS } from './seen-sql.ts';

/** How far the event store is. */
export type StoredSoFar = {
  /** Blocks are numbered as they are stored; merges of parts keep the numbers. */
  readonly block: number;
  /** The last mutation of events: it may have changed what pieces stand for. */
  readonly mutation: number;
};

/**
 * Null where the engine numbers no blocks of the whole table (replicated tables, old versions), or events are being
 * changed at this moment: then every event must be read.
 */
export async function findStoredSoFar(
  clickhouse: ClickHouseClient,
  signal: AbortSignal,
): Promise<StoredSoFar | null> {
  const own = `database = currentDatabase() AND table = 'events'`;
  const sql = `SELECT
    (SELECT engine = 'MergeTree' AND position(engine_full, 'enable_block_number_column = 1') > 0
      FROM system.tables WHERE database = currentDatabase() AND name = 'events') AS is_numbered,
    (SELECT toFloat64(max(max_block_number)) FROM system.parts WHERE ${own} AND active) AS block,
    (SELECT toFloat64(max(arrayMax(block_numbers.number))) FROM system.mutations WHERE ${own}) AS mutation,
    (SELECT countIf(NOT is_done) > 0 FROM system.mutations WHERE ${own}) AS is_changing`;
  type Row = [isNumbered: number, block: number, mutation: number, isChanging: number];
  const [row] = await ask<Row>(clickhouse, { sql, params: {} }, signal);
  if (!row || !row[0] || row[3]) return null;
  return { block: row[1], mutation: row[2] };
}

/** Stores what `rows` finds as a piece. */
export async function makePiece(
  clickhouse: ClickHouseClient,
  piece: string,
  rows: SqlPart,
  signal: AbortSignal,
): Promise<void> {
  await clickhouse.command({
    query: `INSERT INTO rollout_piece (piece, environment_id, ${PIECE_COLUMNS})
      SELECT {piece:UUID}, {environment:UInt32}, * FROM (${rows.sql})`,
    query_params: { ...rows.params, piece },
    clickhouse_settings: BOUNDS,
    abort_signal: signal,
  });
}

/** How many rows pieces have. */
export async function countPieces(
  clickhouse: ClickHouseClient,
  pieces: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const sql = 'SELECT toFloat64(count()) FROM rollout_piece WHERE piece IN {pieces:Array(UUID)}';
  const [row] = await ask<[number]>(clickhouse, { sql, params: { pieces } }, signal);
  return row?.[0] ?? 0;
}
