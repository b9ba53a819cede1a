// Rows of flags: what all environments share (`flag`) and what each has of its own
// (`flag_environment`: switch, targeting, version).
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';
import { nextChangeSeq } from '#platform/postgres/change-seq';
import type { SharedFields } from './flag-change.ts';
import type { Filters } from './flag.ts';
import { type FlagRecord, selectRecords, toRecord } from './flag-record.store.ts';

export type { FlagRecord } from './flag-record.store.ts';

/** How a flag is named: by number, or by key (of one that is not deleted). */
export type FlagRef = { readonly id: number } | { readonly key: string };

export async function findFlagRecord(
  db: Db,
  place: { readonly projectId?: number; readonly environmentId: number },
  ref: FlagRef,
): Promise<FlagRecord | undefined> {
  let query = selectRecords(db).where('env.environment_id', '=', place.environmentId);
  if (place.projectId !== undefined) query = query.where('flag.project_id', '=', place.projectId);
  const row = await (
    'id' in ref
      ? query.where('flag.id', '=', ref.id)
      : query.where('flag.key', '=', ref.key).where('flag.deleted', '=', false)
  ).executeTakeFirst();
  return row && toRecord(row);
}

export async function insertFlag(
  db: Db,
  row: SharedFields & {
    readonly projectId: number;
    readonly createdBy: string | null;
    readonly at: Date;
  },
): Promise<number> {
  await nextChangeSeq(db, row.projectId);
  const { id } = await db
    .insertInto('flag')
    .values({
      project_id: row.projectId,
      created_by: row.createdBy,
      created_at: row.at,
      updated_at: row.at,
      ...sharedColumns(row),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function insertFlagEnvironment(
  db: Db,
  row: {
    readonly flagId: number;
    readonly environmentId: number;
    readonly active: boolean;
    readonly filters: Filters;
    readonly updatedBy: string | null;
    readonly at: Date;
  },
): Promise<void> {
  await db
    .insertInto('flag_environment')
    .values({
      flag_id: row.flagId,
      environment_id: row.environmentId,
      active: row.active,
      filters: JSON.stringify(row.filters),
      version: 1,
      active_since: row.at,
      changed_seq: sql<string>`(select change_seq from project
        join flag on flag.project_id = project.id and flag.id = ${row.flagId})`,
      updated_by: row.updatedBy,
      updated_at: row.at,
    })
    .execute();
}

export async function updateShared(
  db: Db,
  flagId: number,
  fields: SharedFields,
  at: Date,
): Promise<void> {
  await db
    .updateTable('flag')
    .set({ ...sharedColumns(fields), updated_at: at })
    .where('id', '=', flagId)
    .execute();
}

/** Sets the switch or the targeting, in one environment or (null) in all. */
export async function updateInEnvironment(
  db: Db,
  flagId: number,
  environmentId: number | null,
  change: { readonly active?: boolean; readonly filters?: Filters; readonly at: Date },
): Promise<void> {
  const { active, filters, at } = change;
  if (active === undefined && filters === undefined) return;
  const activeSince = sql<Date>`case when ${active} and not active then ${at} else active_since end`;
  let query = db
    .updateTable('flag_environment')
    .set({
      ...(active === undefined ? {} : { active, active_since: activeSince }),
      ...(filters === undefined ? {} : { filters: JSON.stringify(filters) }),
    })
    .where('flag_id', '=', flagId);
  if (environmentId !== null) query = query.where('environment_id', '=', environmentId);
  await query.execute();
}

/** The environments of a project, as ids. */
export async function listEnvironmentIds(db: Db, projectId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('environment')
    .select('id')
    .where('project_id', '=', projectId)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

/** A flag's filters in every environment. */
export async function listFilters(
  db: Db,
  flagId: number,
): Promise<{ environmentId: number; environmentName: string; filters: Filters }[]> {
  const rows = await db
    .selectFrom('flag_environment as env')
    .innerJoin('environment', 'environment.id', 'env.environment_id')
    .select(['environment.id', 'environment.name', 'env.filters'])
    .where('env.flag_id', '=', flagId)
    .orderBy('environment.id')
    .execute();
  return rows.map(({ id, name, filters }) => ({
    environmentId: id,
    environmentName: name,
    filters: filters as Filters,
  }));
}

/** Conditions on the flag with that id or key (`$id`, `$key`). */
const NAMED_FLAGS =
  '$.groups[*].properties[*] ? (@.type == "flag" && (@.key == $id || @.key == $key))';

type Place = { readonly projectId: number; readonly environmentId: number };

/** Every flag of the project in that environment that is neither deleted nor archived. */
export async function listLiveFlags(db: Db, place: Place): Promise<FlagRecord[]> {
  return (await selectLive(db, place).execute()).map(toRecord);
}

/** Those of them that name the flag, in a condition or as their kill switch: few among thousands. */
export async function listFlagsNaming(
  db: Db,
  place: Place,
  { id, key }: { readonly id: number; readonly key: string },
): Promise<FlagRecord[]> {
  const names = JSON.stringify({ id: String(id), key });
  const rows = await selectLive(db, place)
    .where(({ or, eb }) =>
      or([
        eb('flag.kill_switch_id', '=', id),
        sql<boolean>`jsonb_path_exists(env.filters, ${NAMED_FLAGS}::jsonpath, ${names}::jsonb)`,
      ]),
    )
    .execute();
  return rows.map(toRecord);
}

function selectLive(db: Db, { projectId, environmentId }: Place) {
  return selectRecords(db)
    .where('flag.project_id', '=', projectId)
    .where('env.environment_id', '=', environmentId)
    .where('flag.deleted', '=', false)
    .where('flag.archived', '=', false)
    .orderBy('flag.key');
}

function sharedColumns(fields: SharedFields) {
  return {
    key: fields.key,
    name: fields.name,
    tags: JSON.stringify(fields.tags),
    archived: fields.archived,
    deleted: fields.deleted,
    kind: fields.kind,
    kill_switch_id: fields.killSwitchId,
    is_remote_configuration: fields.isRemoteConfiguration,
    value_type: fields.valueType,
    value_source: fields.valueSource,
    ensure_experience_continuity: fields.ensureExperienceContinuity,
    evaluation_runtime: fields.evaluationRuntime,
    evaluation_contexts: JSON.stringify(fields.evaluationContexts),
    bucketing_identifier: fields.bucketingIdentifier,
    owner_id: fields.ownerId,
    payload_schema: fields.payloadSchema && JSON.stringify(fields.payloadSchema),
  };
}
