// Rows of early-access features, with the flag that each belongs to.
import { sql } from 'kysely';
import type { JsonObject } from '#kernel/json';
import type { Db } from '#platform/ctx';
import type { Stage } from './early-access.ts';

export type FeatureFields = {
  readonly name: string;
  readonly description: string;
  readonly stage: Stage;
  readonly documentationUrl: string;
  readonly payload: JsonObject;
};

export type Feature = FeatureFields & {
  readonly id: string;
  readonly flagId: number;
  readonly flagKey: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

function selectFeatures(db: Db, projectId: number) {
  return db
    .selectFrom('early_access_feature as f')
    .innerJoin('flag', 'flag.id', 'f.flag_id')
    .selectAll('f')
    .select('flag.key as flag_key')
    .where('f.project_id', '=', projectId);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectFeatures>['executeTakeFirstOrThrow']>>;

/** All features of the project, newest first. */
export async function listFeatureRows(db: Db, projectId: number): Promise<Feature[]> {
  const rows = await selectFeatures(db, projectId)
    .orderBy('f.created_at', 'desc')
    .orderBy('f.id')
    .execute();
  return rows.map(toFeature);
}

/** Features in one of the stages whose flag is neither archived nor deleted, by name. */
export async function listOfferedFeatures(
  db: Db,
  projectId: number,
  stages: readonly Stage[],
): Promise<Feature[]> {
  if (stages.length === 0) return [];
  const rows = await selectFeatures(db, projectId)
    .where('f.stage', 'in', [...stages])
    .where('flag.archived', '=', false)
    .where('flag.deleted', '=', false)
    .orderBy('f.name')
    .orderBy('f.id')
    .execute();
  return rows.map(toFeature);
}

export async function findFeature(
  db: Db,
  projectId: number,
  id: string,
  isLocked = false,
): Promise<Feature | undefined> {
  const query = selectFeatures(db, projectId).where('f.id', '=', id);
  const row = await (isLocked ? query.forUpdate('f') : query).executeTakeFirst();
  return row && toFeature(row);
}

export async function insertFeature(
  db: Db,
  row: FeatureFields & {
    readonly id: string;
    readonly projectId: number;
    readonly flagId: number;
    readonly createdBy: string | null;
    readonly at: Date;
  },
): Promise<void> {
  await db
    .insertInto('early_access_feature')
    .values({
      id: row.id,
      project_id: row.projectId,
      flag_id: row.flagId,
      ...columnsOf(row),
      created_by: row.createdBy,
      created_at: row.at,
      updated_at: row.at,
    })
    .execute();
}

export async function updateFeatureRow(
  db: Db,
  id: string,
  fields: FeatureFields,
  at: Date,
): Promise<void> {
  await db
    .updateTable('early_access_feature')
    .set({ ...columnsOf(fields), updated_at: at })
    .where('id', '=', id)
    .execute();
}

export async function deleteFeatureRow(db: Db, id: string): Promise<void> {
  await db.deleteFrom('early_access_feature').where('id', '=', id).execute();
}

/** Makes others who create features in the project wait until this transaction ends. */
export async function lockFeatures(db: Db, projectId: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(${FEATURES_LOCK}, ${projectId})`.execute(db);
}
const FEATURES_LOCK = 1_768_842_091;

function columnsOf(fields: FeatureFields) {
  return {
    name: fields.name,
    description: fields.description,
    stage: fields.stage,
    documentation_url: fields.documentationUrl,
    payload: JSON.stringify(fields.payload),
  };
}

function toFeature(row: Row): Feature {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    stage: row.stage as Stage,
    documentationUrl: row.documentation_url,
    payload: row.payload as JsonObject,
    flagId: row.flag_id,
    flagKey: row.flag_key,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
