// Rows of saved filters of recordings.
import type { Db } from '#platform/ctx';
import type { RecordingFilter } from '../list/filter.ts';

export type SavedFilter = {
  readonly id: string;
  readonly name: string;
  readonly filter: RecordingFilter;
  readonly version: number;
  /** In words. */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

function selectFilters(db: Db, environmentId: number) {
  return db
    .selectFrom('recording_filter')
    .select(['id', 'name', 'filter', 'version', 'created_by', 'created_at', 'updated_at'])
    .where('environment_id', '=', environmentId);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectFilters>['executeTakeFirstOrThrow']>>;

const toSaved = (row: Row): SavedFilter => ({
  id: row.id,
  name: row.name,
  filter: row.filter as RecordingFilter,
  version: row.version,
  createdBy: row.created_by,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/** All of an environment, by name. */
export async function listFilters(db: Db, environmentId: number): Promise<SavedFilter[]> {
  const rows = await selectFilters(db, environmentId).orderBy('name').orderBy('id').execute();
  return rows.map(toSaved);
}

/** Other changes of it wait until the transaction ends. */
export async function lockFilter(
  db: Db,
  environmentId: number,
  id: string,
): Promise<SavedFilter | undefined> {
  const row = await selectFilters(db, environmentId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row && toSaved(row);
}

/** Holds the environment, so that what is counted in it stays so until the transaction ends. */
export async function lockFiltersOf(db: Db, environmentId: number): Promise<void> {
  await db
    .selectFrom('environment')
    .select('id')
    .where('id', '=', environmentId)
    .forUpdate()
    .execute();
}

/** Writes it, over the one with this id. */
export async function saveFilter(db: Db, environmentId: number, saved: SavedFilter): Promise<void> {
  const changed = {
    name: saved.name,
    filter: JSON.stringify(saved.filter),
    version: saved.version,
    updated_at: saved.updatedAt,
  };
  await db
    .insertInto('recording_filter')
    .values({
      id: saved.id,
      environment_id: environmentId,
      created_by: saved.createdBy,
      created_at: saved.createdAt,
      ...changed,
    })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(changed))
    .execute();
}

export async function deleteFilter(db: Db, environmentId: number, id: string): Promise<void> {
  await db
    .deleteFrom('recording_filter')
    .where('environment_id', '=', environmentId)
    .where('id', '=', id)
    .execute();
}
