// What environments need of the rows of projects.
import type { Db } from '#platform/ctx';

/** Makes other changes of the project's environments, and new flags, wait until this transaction ends. */
export async function lockProject(db: Db, projectId: number): Promise<void> {
  await db.selectFrom('project').select('id').where('id', '=', projectId).forUpdate().execute();
}
