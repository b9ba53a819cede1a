// The order of a project's changes. Whatever flags are evaluated from (targeting, cohorts, …) carries the
// number of its last change, so that a reader asks for what is higher than what it has seen.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';

/**
 * The number of a change, for the column `changed_seq` of the rows that it writes. Other changes of the project wait
 * until this transaction ends, so numbers become visible in their order: who has seen n has seen everything
 * up to n. Take it before any lock on a flag, or two transactions may wait for each other.
 */
export async function nextChangeSeq(db: Db, projectId: number): Promise<string> {
  const { change_seq: seq } = await db
    .updateTable('project')
    .set({ change_seq: sql<string>`change_seq + 1` })
    .where('id', '=', projectId)
    .returning('change_seq')
    .executeTakeFirstOrThrow();
  return seq;
}
