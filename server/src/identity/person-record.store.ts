// What is stored about the person behind a distinct id, as evaluation asks for it: everything in one round
// trip, the tables of static cohorts and of hash keys included.
import { sql } from 'kysely';
import type { JsonObject } from '#kernel/json';
import type { Db } from '#platform/ctx';
import type { HashKeys } from './hash-keys.store.ts';

/** All that is stored about one distinct id; of an id that nobody is known by, little or nothing. */
export type PersonRecord = {
  /** Undefined while no person has the id. */
  readonly personId: string | undefined;
  readonly properties: JsonObject;
  /** The static cohorts that list this id, or another id of the same person; ascending. */
  readonly staticCohortIds: readonly number[];
  /** Ids that flags bucket the person by instead of the one they come with. */
  readonly hashKeys: HashKeys;
};

type Row = {
  readonly person_id: string | null;
  readonly properties: JsonObject | null;
  readonly cohort_ids: readonly number[];
  readonly hash_keys: Readonly<Record<string, string>> | null;
};

/** Reads one row, whether or not the id is known. A few look-ups by primary key. */
export async function readPersonRecord(
  db: Db,
  environmentId: number,
  distinctId: string,
): Promise<PersonRecord> {
  const { rows } = await sql<Row>`
    select p.id as person_id, p.properties, array(
      select distinct m.cohort_id from cohort_member m
      where m.environment_id = ${environmentId} and m.distinct_id in (
        select asked.distinct_id union all
        select o.distinct_id from person_distinct_id o
        where o.environment_id = ${environmentId} and o.person_id = p.id)
      order by m.cohort_id
    ) as cohort_ids,
    (select jsonb_object_agg(h.flag_id, h.hash_key) from hash_key_override h
      where h.environment_id = ${environmentId} and h.person_id = p.id) as hash_keys
    from (select ${distinctId}::text as distinct_id) asked
    left join person_distinct_id d
      on d.environment_id = ${environmentId} and d.distinct_id = asked.distinct_id
    left join person p on p.environment_id = d.environment_id and p.id = d.person_id
  `.execute(db);
  const [row] = rows;
  return {
    personId: row?.person_id ?? undefined,
    properties: row?.properties ?? {},
    staticCohortIds: row?.cohort_ids ?? [],
    hashKeys: new Map(Object.entries(row?.hash_keys ?? {}).map(([id, key]) => [Number(id), key])),
  };
}
