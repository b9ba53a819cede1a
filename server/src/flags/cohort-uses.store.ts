// Targeting of all flags of a project, for finding out what they ask for.
import type { Db } from '#platform/ctx';
import type { Filters } from './flag.ts';

/** Every flag that is not deleted, once per environment of the project, ordered by key. */
export async function listTargeting(
  db: Db,
  projectId: number,
): Promise<{ id: number; key: string; name: string; filters: Filters }[]> {
  const rows = await db
    .selectFrom('flag')
    .innerJoin('flag_environment as env', 'env.flag_id', 'flag.id')
    .innerJoin('environment', 'environment.id', 'env.environment_id')
    .select(['flag.id', 'flag.key', 'flag.name', 'env.filters'])
    .where('flag.project_id', '=', projectId)
    .where('flag.deleted', '=', false)
    .where('environment.deleted_at', 'is', null)
    .orderBy('flag.key')
    .execute();
  return rows.map((row) => ({ ...row, filters: row.filters as Filters }));
}
