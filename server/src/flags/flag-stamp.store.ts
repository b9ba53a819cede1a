// What every change of a flag does to its rows: it waits its turn, and counts the flag's version and the
// project's changes up, by which the snapshots find it.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';

/**
 * Makes other changes of flags of the same project wait until this transaction ends: they are numbered in
 * order, and two of them together could let flags wait for each other.
 */
export async function lockFlag(db: Db, flagId: number): Promise<void> {
  await db
    .selectFrom('project')
    .innerJoin('flag', 'flag.project_id', 'project.id')
    .select('project.id')
    .where('flag.id', '=', flagId)
    .forNoKeyUpdate('project')
    .execute();
}

/** The same for all flags of a project: for whoever changes several of them. */
export async function lockFlagsOf(db: Db, projectId: number): Promise<void> {
  const project = db.selectFrom('project').select('id').where('id', '=', projectId);
  await project.forNoKeyUpdate().execute();
}

/** Counts the version up, in one environment or (null) in all, and stamps the change for the snapshots. */
export async function countUp(
  db: Db,
  flagId: number,
  environmentId: number | null,
  by: { readonly updatedBy: string | null; readonly at: Date },
): Promise<void> {
  let query = db
    .with('counted', (cte) =>
      cte
        .updateTable('project')
        .from('flag')
        .set({ change_seq: sql<string>`project.change_seq + 1` })
        .whereRef('project.id', '=', 'flag.project_id')
        .where('flag.id', '=', flagId)
        .returning('project.change_seq'),
    )
    .updateTable('flag_environment')
    .from('counted')
    .set((eb) => ({
      version: eb('version', '+', 1),
      changed_seq: eb.ref('counted.change_seq'),
      updated_by: by.updatedBy,
      updated_at: by.at,
    }))
    .where('flag_id', '=', flagId);
  if (environmentId !== null) query = query.where('environment_id', '=', environmentId);
  await query.execute();
}
