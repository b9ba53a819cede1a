// Locks that changes of flags hold until their transaction ends.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';

/** Makes other changes of the same flag wait until this transaction ends, in every environment. */
export async function lockFlag(db: Db, flagId: number): Promise<void> {
  await db.selectFrom('flag').select('id').where('id', '=', flagId).forUpdate().execute();
}

/** First key of the advisory locks that keep one pair of hands on what flags of a project need. */
const DEPENDENCIES_LOCK = 1_768_842_090;

/** Makes other transactions that let flags need flags wait, or two could close a circle together. */
export async function lockDependencies(db: Db, projectId: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(${DEPENDENCIES_LOCK}, ${projectId})`.execute(db);
}
