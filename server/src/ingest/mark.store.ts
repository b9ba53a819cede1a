// How far this node's log is in the event store, in PostgreSQL: what is stored for certain, and the end of
// the one batch that is on its way, recorded together with the people it changed.
import { type RawBuilder, sql } from 'kysely';
import type { Db } from '#platform/ctx';
import type { LogPosition } from './log-format.ts';

export type Mark = {
  /** Everything before is stored. */
  readonly stored: LogPosition;
  /** From `stored` to here people are resolved, and rows may or may not be stored. */
  readonly batchEnd: LogPosition | undefined;
};

const BEGINNING: LogPosition = { segment: 0, offset: 0 };

/** The node's mark; the beginning of the log when it has none. */
export function findMark(db: Db, nodeId: string): Promise<Mark> {
  return readMark(db, nodeId, false);
}

/** The node's mark, locked until the transaction ends. */
export function lockMark(db: Db, nodeId: string): Promise<Mark> {
  return readMark(db, nodeId, true);
}

async function readMark(db: Db, nodeId: string, isLocked: boolean): Promise<Mark> {
  const query = db
    .selectFrom('ingest_mark')
    .select(['segment', 'offset_bytes', 'batch_segment', 'batch_offset_bytes'])
    .where('node_id', '=', nodeId);
  const row = await (isLocked ? query.forUpdate() : query).executeTakeFirst();
  if (!row) return { stored: BEGINNING, batchEnd: undefined };
  return {
    stored: { segment: Number(row.segment), offset: Number(row.offset_bytes) },
    batchEnd:
      row.batch_segment === null
        ? undefined
        : { segment: Number(row.batch_segment), offset: Number(row.batch_offset_bytes) },
  };
}

/** Writes the node's mark. */
export async function writeMark(db: Db, nodeId: string, mark: Mark): Promise<void> {
  const row = {
    segment: mark.stored.segment,
    offset_bytes: mark.stored.offset,
    batch_segment: mark.batchEnd?.segment ?? null,
    batch_offset_bytes: mark.batchEnd?.offset ?? null,
    updated_at: new Date(),
  };
  await db
    .insertInto('ingest_mark')
    .values({ node_id: nodeId, ...row })
    .onConflict((conflict) => conflict.column('node_id').doUpdateSet(row))
    .execute();
}

/** The batches that every node is storing right now, whose rows may still come: `[{node, segment, offset}]`. */
export const batchesOnWay = sql`(select coalesce(jsonb_agg(jsonb_build_object('node', node_id,
  'segment', batch_segment, 'offset', batch_offset_bytes)), '[]')
  from ingest_mark where batch_segment is not null)`;

/**
 * Whether any batch of such a list is not stored yet. A node that has not written for a day is gone: when it comes
 * back, it looks anew whose its events are, and leaves out what was erased.
 */
export function isAnyOnWay(batches: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`exists (
    select from jsonb_to_recordset(${batches}) as w(node text, segment bigint, "offset" bigint)
    join ingest_mark m on m.node_id = w.node
    where (m.segment, m.offset_bytes) < (w.segment, w."offset")
      and m.updated_at > now() - interval '1 day')`;
}
