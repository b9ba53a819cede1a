// People with all that is stored of them, for a change; callers hold the lock of the environment's people.
import { sql } from 'kysely';
import type { JsonObject } from '#kernel/json';
import type { Db } from '#platform/ctx';
import type { Person } from './person.ts';

export type FullPerson = Person;

type Row = {
  readonly id: string;
  readonly properties: JsonObject;
  readonly is_identified: boolean;
  readonly created_at: Date;
  readonly version: string;
};

/** By id; people who are not there are absent. */
export async function findFullPersons(
  db: Db,
  environmentId: number,
  ids: readonly string[],
): Promise<ReadonlyMap<string, FullPerson>> {
  const { rows } = await sql<Row>`
    select id, properties, is_identified, created_at, version from person
    where environment_id = ${environmentId} and id = any(${ids}::uuid[])
  `.execute(db);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        properties: row.properties,
        isIdentified: row.is_identified,
        createdAtMs: row.created_at.getTime(),
        version: Number(row.version),
      },
    ]),
  );
}

/** One page of a person's distinct ids, in order. */
export async function readDistinctIds(
  db: Db,
  environmentId: number,
  personId: string,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ count: number; distinctIds: string[] }> {
  const { rows } = await sql<{ count: string; distinct_ids: string[] }>`
    select (select count(*) from person_distinct_id
      where environment_id = ${environmentId} and person_id = ${personId}) as count,
    array(select distinct_id from person_distinct_id
      where environment_id = ${environmentId} and person_id = ${personId}
      order by distinct_id limit ${page.limit} offset ${page.offset}) as distinct_ids
  `.execute(db);
  return { count: Number(rows[0]?.count ?? 0), distinctIds: rows[0]?.distinct_ids ?? [] };
}
