// Names and frequent values of the properties of people and groups. Every query looks at the first rows by
// primary key only: person ids are hashes, so those are a fair sample, and the work stays bounded however
// many people there are.
import { type RawBuilder, sql } from 'kysely';
import type { Db } from '#platform/ctx';
import { containing } from '#platform/postgres/like';

export type CountedName = { readonly name: string; readonly count: number };

/** Rows looked at for names, whose whole properties are unpacked. */
const NAME_SAMPLE = 2_000;
/** Rows looked at for values of one property. */
const VALUE_SAMPLE = 10_000;
const MAX_NAMES = 500;
const MAX_VALUES = 50;
/** Longer values are nothing to choose from a list. */
const MAX_VALUE_CHARACTERS = 200;

/** Names of people's properties, the most frequent first. */
export async function readPersonPropertyNames(
  db: Db,
  environmentId: number,
): Promise<CountedName[]> {
  const { rows } = await sql<CountedName>`
    select name, count(*)::int as count from (
      select properties from person where environment_id = ${environmentId}
      order by id limit ${NAME_SAMPLE}
    ) sample, jsonb_object_keys(sample.properties) as name
    group by name order by count desc, name limit ${MAX_NAMES}`.execute(db);
  return rows;
}

/** Names of groups' properties by group type index, the most frequent first. */
export async function readGroupPropertyNames(
  db: Db,
  environmentId: number,
): Promise<ReadonlyMap<number, CountedName[]>> {
  const { rows } = await sql<CountedName & { type_index: number }>`
    select type_index, name, count(*)::int as count from (
      select type_index, properties from group_entity where environment_id = ${environmentId}
      order by type_index, group_key limit ${NAME_SAMPLE}
    ) sample, jsonb_object_keys(sample.properties) as name
    group by type_index, name order by count desc, name limit ${MAX_NAMES}`.execute(db);
  const byType = new Map<number, CountedName[]>();
  for (const { type_index: index, name, count } of rows) {
    byType.set(index, [...(byType.get(index) ?? []), { name, count }]);
  }
  return byType;
}

/** Values (texts, numbers, truth values) of one property of people that contain `part`. */
export function readPersonValues(
  db: Db,
  environmentId: number,
  key: string,
  part: string,
): Promise<CountedName[]> {
  return readValues(
    db,
    sql`select properties from person where environment_id = ${environmentId}
      order by id limit ${VALUE_SAMPLE}`,
    key,
    part,
  );
}

/** Values of one property of the groups of a type that contain `part`. */
export function readGroupValues(
  db: Db,
  place: { readonly environmentId: number; readonly typeIndex: number },
  key: string,
  part: string,
): Promise<CountedName[]> {
  return readValues(
    db,
    sql`select properties from group_entity
      where environment_id = ${place.environmentId} and type_index = ${place.typeIndex}
      order by group_key limit ${VALUE_SAMPLE}`,
    key,
    part,
  );
}

async function readValues(
  db: Db,
  sample: RawBuilder<unknown>,
  key: string,
  part: string,
): Promise<CountedName[]> {
  const pattern = containing(part);
  const { rows } = await sql<CountedName>`
    select name, count(*)::int as count from (
      select properties ->> ${key} as name from (${sample}) sample
      where jsonb_typeof(properties -> ${key}) in ('string', 'number', 'boolean')
    ) found
    where char_length(name) between 1 and ${MAX_VALUE_CHARACTERS} and name ilike ${pattern}
    group by name order by count desc, name limit ${MAX_VALUES}`.execute(db);
  return rows;
}
