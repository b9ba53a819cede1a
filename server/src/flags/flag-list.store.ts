// Whole sets of flags: one in every environment, all in one, keys by number.
import type { Db } from '#platform/ctx';
import { type FlagRecord, RECORD_COLUMNS, selectFlags, toRecord } from './flag-record.store.ts';

/** The flag as it is in every environment, or in one of them. */
export async function listFlagRecordsOf(
  db: Db,
  flagId: number,
  environmentId: number | null = null,
): Promise<FlagRecord[]> {
  let query = selectFlags(db)
    .innerJoin('environment', 'environment.id', 'env.environment_id')
    .where('environment.deleted_at', 'is', null)
    .where('flag.id', '=', flagId);
  if (environmentId !== null) query = query.where('env.environment_id', '=', environmentId);
  const rows = await query
    .selectAll('flag')
    .select(RECORD_COLUMNS)
    .orderBy('env.environment_id')
    .execute();
  return rows.map(toRecord);
}

/** Every flag as it is in an environment, archived and deleted ones too. */
export async function listAllFlagRecords(db: Db, environmentId: number): Promise<FlagRecord[]> {
  const rows = await selectFlags(db)
    .where('env.environment_id', '=', environmentId)
    .selectAll('flag')
    .select(RECORD_COLUMNS)
    .execute();
  return rows.map(toRecord);
}

/** Keys of the project's flags by number, deleted ones left out. */
export async function listFlagKeys(
  db: Db,
  projectId: number,
  ids: readonly number[],
): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('flag')
    .select(['id', 'key'])
    .where('project_id', '=', projectId)
    .where('deleted', '=', false)
    .where('id', 'in', [...ids])
    .execute();
  return new Map(rows.map(({ id, key }) => [id, key]));
}

/** Keys of a project's environments by id. */
export async function environmentKeys(db: Db, projectId: number): Promise<Map<number, string>> {
  const rows = await db
    .selectFrom('environment')
    .select(['id', 'key'])
    .where('project_id', '=', projectId)
    .where('deleted_at', 'is', null)
    .execute();
  return new Map(rows.map(({ id, key }) => [id, key]));
}
