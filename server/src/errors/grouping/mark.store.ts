// How far exceptions have been put into issues.
import type { Db } from '#platform/ctx';

const ID = 1;

/** Milliseconds since the epoch; undefined before the first batch. */
export async function findMarkMs(db: Db): Promise<number | undefined> {
  const row = await db
    .selectFrom('error_mark')
    .select('received_at')
    .where('id', '=', ID)
    .executeTakeFirst();
  return row?.received_at.getTime();
}

export async function writeMark(db: Db, ms: number): Promise<void> {
  const row = { received_at: new Date(ms) };
  await db
    .insertInto('error_mark')
    .values({ id: ID, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
}
