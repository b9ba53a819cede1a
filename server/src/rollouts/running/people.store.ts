// Properties of many people at once, for telling named people apart.
import { sql } from 'kysely';
import type { JsonObject } from '#kernel/json';
import type { Db } from '#platform/ctx';

/** By person id; people without a row (anonymous ones) are absent. */
export async function findPersonProperties(
  db: Db,
  environmentId: number,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, JsonObject>> {
  const { rows } = await sql<{ id: string; properties: JsonObject }>`
    select id, properties from person
    where environment_id = ${environmentId} and id = any(${personIds}::uuid[])
  `.execute(db);
  return new Map(rows.map((row) => [row.id, row.properties]));
}
