// Which pieces of counted events stand for the past of a stage. Two processes that count the same stage: the first to
// write wins, and what the other made is of nobody.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';
import type { StoredSoFar } from './pieces.query.ts';

export type Piece = { readonly id: string; readonly rows: number };

export type Kept = StoredSoFar & {
  readonly version: number;
  /** The first holds everything up to some moment; each of the others what was new at a look. */
  readonly pieces: readonly Piece[];
  readonly watermarkMs: number;
};

/** Pieces live no longer. */
const FORGOTTEN = sql.lit('8 days');

export async function findKept(db: Db, key: string): Promise<Kept | undefined> {
  const row = await db
    .selectFrom('rollout_count')
    .selectAll()
    .where('key', '=', key)
    .executeTakeFirst();
  return (
    row && {
      version: row.version,
      pieces: row.pieces,
      block: Number(row.block),
      overrideBlock: Number(row.override_block),
      watermarkMs: row.watermark.getTime(),
      mutation: Number(row.mutation),
    }
  );
}

/** Writes what stands for the past from now on, unless somebody else has meanwhile. */
export async function saveKept(db: Db, key: string, kept: Kept): Promise<void> {
  await sql`
    insert into rollout_count (key, version, pieces, block, override_block, watermark, mutation)
    values (${key}, ${kept.version + 1}, ${JSON.stringify(kept.pieces)}, ${kept.block}, ${kept.overrideBlock},
      ${new Date(kept.watermarkMs)}, ${kept.mutation})
    on conflict (key) do update set version = excluded.version, pieces = excluded.pieces,
      block = excluded.block, override_block = excluded.override_block, watermark = excluded.watermark,
      mutation = excluded.mutation, used_at = now()
    where rollout_count.version = ${kept.version}
  `.execute(db);
  await sql`delete from rollout_count where used_at < now() - ${FORGOTTEN}::interval`.execute(db);
}

/** To be counted anew. */
export async function forgetKept(db: Db, key: string): Promise<void> {
  await db.deleteFrom('rollout_count').where('key', '=', key).execute();
}
