// Group types and groups in PostgreSQL.
import { sql } from 'kysely';
import type { JsonObject } from '#kernel/json';
import type { Db } from '#platform/ctx';
import { type GroupKey, type GroupTypes, groupId } from './group.ts';

export async function findGroupTypes(db: Db, environmentId: number): Promise<GroupTypes> {
  const rows = await db
    .selectFrom('group_type')
    .select(['group_type', 'type_index'])
    .where('environment_id', '=', environmentId)
    .orderBy('type_index')
    .execute();
  return new Map(rows.map((row) => [row.group_type, row.type_index]));
}

export async function insertGroupTypes(
  db: Db,
  environmentId: number,
  types: GroupTypes,
  added: readonly string[],
): Promise<void> {
  const rows = added.map((type) => ({
    environment_id: environmentId,
    group_type: type,
    type_index: types.get(type) ?? 0,
  }));
  await db.insertInto('group_type').values(rows).execute();
}

/** The stored properties of groups, by {@link groupId}. */
export async function findGroups(
  db: Db,
  environmentId: number,
  groups: readonly GroupKey[],
): Promise<Map<string, JsonObject>> {
  const { rows } = await sql<{ type_index: number; group_key: string; properties: JsonObject }>`
    select g.type_index, g.group_key, g.properties
    from group_entity g
    join unnest(
      ${groups.map((group) => group.typeIndex)}::int[], ${groups.map((group) => group.key)}::text[]
    ) as k(type_index, group_key)
      on g.type_index = k.type_index and g.group_key = k.group_key
    where g.environment_id = ${environmentId}
  `.execute(db);
  return new Map(
    rows.map((row) => [groupId({ typeIndex: row.type_index, key: row.group_key }), row.properties]),
  );
}

/** Inserts or replaces groups; each write raises the version. */
export async function writeGroups(
  db: Db,
  environmentId: number,
  groups: readonly (GroupKey & { readonly properties: JsonObject; readonly createdAtMs: number })[],
): Promise<void> {
  await sql`
    insert into group_entity (environment_id, type_index, group_key, properties, created_at)
    select ${environmentId}, * from unnest(
      ${groups.map((group) => group.typeIndex)}::int[],
      ${groups.map((group) => group.key)}::text[],
      ${groups.map((group) => JSON.stringify(group.properties))}::jsonb[],
      ${groups.map((group) => new Date(group.createdAtMs).toISOString())}::timestamptz[]
    )
    on conflict (environment_id, type_index, group_key)
    do update set properties = excluded.properties, version = group_entity.version + 1
  `.execute(db);
}

type StoredGroup = { readonly key: string; readonly properties: JsonObject };

/** The next groups of a type after `afterKey`, ordered by key. Walks the primary key. */
export async function readGroupsAfter(
  db: Db,
  environmentId: number,
  typeIndex: number,
  afterKey: string | undefined,
  limit: number,
): Promise<StoredGroup[]> {
  let query = db
    .selectFrom('group_entity')
    .select(['group_key', 'properties'])
    .where('environment_id', '=', environmentId)
    .where('type_index', '=', typeIndex);
  if (afterKey !== undefined) query = query.where('group_key', '>', afterKey);
  const rows = await query.orderBy('group_key').limit(limit).execute();
  return rows.map((row) => ({ key: row.group_key, properties: row.properties as JsonObject }));
}

/** How many groups of a type are known. */
export async function countGroups(
  db: Db,
  environmentId: number,
  typeIndex: number,
): Promise<number> {
  const { count } = await db
    .selectFrom('group_entity')
    .select((query) => query.fn.countAll<string>().as('count'))
    .where('environment_id', '=', environmentId)
    .where('type_index', '=', typeIndex)
    .executeTakeFirstOrThrow();
  return Number(count);
}
