// Single groups, pages of them, and what their types are called.
import { sql } from 'kysely';
import type { JsonObject } from '#kernel/json';
import type { Db } from '#platform/ctx';
import { containing } from '#platform/postgres/like';
import type { GroupKey } from './group.ts';

export type StoredGroup = GroupKey & {
  readonly properties: JsonObject;
  readonly createdAt: Date;
};

export type GroupType = {
  readonly index: number;
  readonly name: string;
  readonly singular: string | null;
  readonly plural: string | null;
};

type Row = {
  readonly type_index: number;
  readonly group_key: string;
  readonly properties: JsonObject;
  readonly created_at: Date;
};

const COLUMNS = sql`type_index, group_key, properties, created_at`;

const toGroup = (row: Row): StoredGroup => ({
  typeIndex: row.type_index,
  key: row.group_key,
  properties: row.properties,
  createdAt: row.created_at,
});

export type GroupFilter = {
  readonly typeIndex: number;
  readonly search: string | undefined;
  /** Searched instead of key and name. */
  readonly property: string | undefined;
  readonly limit: number;
  readonly offset: number;
};

/** One page of the groups of a type, the newest first. */
export async function readGroups(
  db: Db,
  environmentId: number,
  filter: GroupFilter,
): Promise<{ count: number; groups: StoredGroup[] }> {
  const { search, property } = filter;
  const pattern = search === undefined ? undefined : containing(search);
  const found =
    property === undefined
      ? pattern === undefined
        ? sql`true`
        : sql`(group_key ilike ${pattern} or properties ->> 'name' ilike ${pattern})`
      : pattern === undefined
        ? sql`properties ? ${property}`
        : sql`properties ->> ${property} ilike ${pattern}`;
  const from = sql`from group_entity
    where environment_id = ${environmentId} and type_index = ${filter.typeIndex} and ${found}`;
  const [{ rows }, counted] = await Promise.all([
    sql<Row>`select ${COLUMNS} ${from} order by created_at desc, group_key
      limit ${filter.limit} offset ${filter.offset}`.execute(db),
    sql<{ count: string }>`select count(*) ${from}`.execute(db),
  ]);
  return { count: Number(counted.rows[0]?.count ?? 0), groups: rows.map(toGroup) };
}

/** Groups by their types and keys; those that are not known are absent. */
export async function readGroupsByKey(
  db: Db,
  environmentId: number,
  keys: readonly GroupKey[],
): Promise<StoredGroup[]> {
  const { rows } = await sql<Row>`
    select ${COLUMNS} from group_entity where environment_id = ${environmentId}
      and (type_index, group_key) in (select * from unnest(
        ${keys.map(({ typeIndex }) => typeIndex)}::int[], ${keys.map(({ key }) => key)}::text[]))
  `.execute(db);
  return rows.map(toGroup);
}

/** Replaces the properties of a group that is there. */
export async function setGroupProperties(
  db: Db,
  environmentId: number,
  { typeIndex, key }: GroupKey,
  properties: JsonObject,
): Promise<void> {
  await sql`
    update group_entity set properties = ${JSON.stringify(properties)}::jsonb, version = version + 1
    where environment_id = ${environmentId} and type_index = ${typeIndex} and group_key = ${key}
  `.execute(db);
}

export async function deleteGroup(
  db: Db,
  environmentId: number,
  { typeIndex, key }: GroupKey,
): Promise<void> {
  await sql`
    delete from group_entity
    where environment_id = ${environmentId} and type_index = ${typeIndex} and group_key = ${key}
  `.execute(db);
}

/** The types of an environment, by index. */
export async function readGroupTypes(db: Db, environmentId: number): Promise<GroupType[]> {
  const { rows } = await sql<GroupType>`
    select type_index as index, group_type as name, name_singular as singular, name_plural as plural
    from group_type where environment_id = ${environmentId} order by type_index
  `.execute(db);
  return rows;
}

/** Says what groups of a type are called. */
export async function renameGroupType(
  db: Db,
  environmentId: number,
  { index, singular, plural }: Omit<GroupType, 'name'>,
): Promise<void> {
  await sql`
    update group_type set name_singular = ${singular}, name_plural = ${plural}
    where environment_id = ${environmentId} and type_index = ${index}
  `.execute(db);
}
