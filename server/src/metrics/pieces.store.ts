// Which pieces of counted events stand for the past of a stage. Two processes that count the same stage: the first to
// write wins, and what the other made is of nobody.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';

export type Kept = {
  readonly version: number;
  readonly pieces: readonly string[];
  readonly rowCount: number;
  readonly block: number;
  readonly watermarkMs: number;
  readonly mutation: number;
  /** The oldest piece is so old that all should be written anew. */
  readonly isOld: boolean;
};

/** Pieces live for eight days in the event store: before that they are written anew. */
const OLD = sql.lit('3 days');
const FORGOTTEN = sql.lit('8 days');

export async function findKept(db: Db, key: string): Promise<Kept | undefined> {
  const row = await db
    .selectFrom('rollout_count')
    .selectAll()
    .select(sql<boolean>`begun_at < now() - ${OLD}::interval`.as('isOld'))
    .where('key', '=', key)
    .where(sql<boolean>`begun_at > now() - ${FORGOTTEN}::interval + interval '1 hour'`)
    .executeTakeFirst();
  return (
    row && {
      version: row.version,
      pieces: row.pieces,
      rowCount: Number(row.row_count),
      block: Number(row.block),
      watermarkMs: row.watermark.getTime(),
      mutation: Number(row.mutation),
      isOld: row.isOld,
    }
  );
}

/**
 * Writes what stands for the past from now on, unless somebody else has meanwhile.
 * @param isAnew no piece of before is among them
 */
export async function saveKept(
  db: Db,
  key: string,
  kept: Omit<Kept, 'isOld'>,
  isAnew: boolean,
): Promise<void> {
  await sql`
    insert into rollout_count (key, version, pieces, row_count, block, watermark, mutation)
    values (${key}, ${kept.version + 1}, ${JSON.stringify(kept.pieces)}, ${kept.rowCount}, ${kept.block},
      ${new Date(kept.watermarkMs)}, ${kept.mutation})
    on conflict (key) do update set version = excluded.version, pieces = excluded.pieces,
      row_count = excluded.row_count, block = excluded.block, watermark = excluded.watermark,
      mutation = excluded.mutation, used_at = now(),
      begun_at = case when ${isAnew} then now() else rollout_count.begun_at end
    where rollout_count.version = ${kept.version}
      or rollout_count.begun_at <= now() - ${FORGOTTEN}::interval + interval '1 hour'
  `.execute(db);
  await sql`delete from rollout_count where used_at < now() - ${FORGOTTEN}::interval`.execute(db);
}
