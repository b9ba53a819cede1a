// Rows of holdouts, and which flags name them.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';

export type HoldoutFields = {
  readonly name: string;
  readonly description: string;
  /** 0 to 100. */
  readonly exclusionPercentage: number;
};

export type Holdout = HoldoutFields & {
  readonly id: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

type Row = {
  id: number;
  name: string;
  description: string;
  exclusion_percentage: number;
  created_at: Date;
  updated_at: Date;
};

export async function listHoldouts(db: Db, projectId: number): Promise<Holdout[]> {
  const rows = await db
    .selectFrom('flag_holdout')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('id')
    .execute();
  return rows.map(toHoldout);
}

/**
 * @param lock `share`: it stays as it is until the transaction ends; `update`: this transaction changes it
 */
export async function findHoldout(
  db: Db,
  projectId: number,
  id: number,
  lock?: 'share' | 'update',
): Promise<Holdout | undefined> {
  let query = db
    .selectFrom('flag_holdout')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('id', '=', id);
  if (lock === 'share') query = query.forShare();
  if (lock === 'update') query = query.forUpdate();
  const row = await query.executeTakeFirst();
  return row && toHoldout(row);
}

export async function insertHoldout(
  db: Db,
  row: HoldoutFields & {
    readonly projectId: number;
    readonly createdBy: string | null;
    readonly at: Date;
  },
): Promise<number> {
  const { id } = await db
    .insertInto('flag_holdout')
    .values({
      project_id: row.projectId,
      ...columnsOf(row),
      created_by: row.createdBy,
      created_at: row.at,
      updated_at: row.at,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function updateHoldoutRow(
  db: Db,
  id: number,
  fields: HoldoutFields,
  at: Date,
): Promise<void> {
  await db
    .updateTable('flag_holdout')
    .set({ ...columnsOf(fields), updated_at: at })
    .where('id', '=', id)
    .execute();
}

export async function deleteHoldoutRow(db: Db, id: number): Promise<void> {
  await db.deleteFrom('flag_holdout').where('id', '=', id).execute();
}

/** A flag that names a holdout in an environment. */
export type HoldoutUse = {
  readonly holdoutId: number;
  readonly flagId: number;
  readonly flagKey: string;
  readonly environmentId: number;
};

/** Every use of a holdout of the project, by flags that are not deleted; ordered by flag. */
export async function listHoldoutUses(db: Db, projectId: number): Promise<HoldoutUse[]> {
  const { rows } = await sql<HoldoutUse>`
    select (env.filters->'holdout'->>'id')::int as "holdoutId", flag.id as "flagId",
      flag.key as "flagKey", env.environment_id as "environmentId"
    from flag_environment env join flag on flag.id = env.flag_id
    where flag.project_id = ${projectId} and not flag.deleted
      and env.filters->'holdout'->>'id' is not null
    order by flag.key, env.environment_id`.execute(db);
  return rows;
}

function columnsOf({ name, description, exclusionPercentage }: HoldoutFields) {
  return { name, description, exclusion_percentage: exclusionPercentage };
}

function toHoldout(row: Row): Holdout {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    exclusionPercentage: row.exclusion_percentage,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
