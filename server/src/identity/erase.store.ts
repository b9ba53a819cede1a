// Taking people out of PostgreSQL for good. Copies in the event store follow through the outbox of entities;
// callers hold the lock of the environment's people.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';

export type KnownIds = { readonly personIds: string[]; readonly distinctIds: string[] };

/** Which of these people there are, and every id that they are known by. */
export async function distinctIdsOfPeople(
  db: Db,
  environmentId: number,
  personIds: readonly string[],
): Promise<KnownIds> {
  const { rows } = await sql<{ person_ids: string[]; distinct_ids: string[] }>`
    select
      array(select id::text from person
        where environment_id = ${environmentId} and id = any(${personIds}::uuid[])) as person_ids,
      array(select distinct_id from person_distinct_id
        where environment_id = ${environmentId} and person_id = any(${personIds}::uuid[])) as distinct_ids
  `.execute(db);
  const [found] = rows;
  return { personIds: found?.person_ids ?? [], distinctIds: found?.distinct_ids ?? [] };
}

/**
 * Removes people with their ids, merges on their way, and the ids that flags bucket them by.
 * @param strangers ids of nobody, which are forgotten as well
 */
export async function erasePeople(
  db: Db,
  environmentId: number,
  personIds: readonly string[],
  strangers: readonly string[],
): Promise<KnownIds> {
  const known = await distinctIdsOfPeople(db, environmentId, personIds);
  const ids = [...known.distinctIds, ...strangers];
  for (const table of ['person_distinct_id', 'personless_distinct_id', 'person_outbox'] as const) {
    await sql`delete from ${sql.table(table)}
      where environment_id = ${environmentId} and distinct_id = any(${ids}::text[])
    `.execute(db);
  }
  // Whoever comes back under an id is somebody new, whatever merges said before.
  await sql`delete from person_squash where environment_id = ${environmentId}`.execute(db);
  await sql`delete from hash_key_override
    where environment_id = ${environmentId} and person_id = any(${known.personIds}::uuid[])
  `.execute(db);
  await sql`delete from person
    where environment_id = ${environmentId} and id = any(${known.personIds}::uuid[])
  `.execute(db);
  return known;
}

/** Every table of people and groups, each with `environment_id`. */
const TABLES = [
  'person_distinct_id',
  'personless_distinct_id',
  'person_outbox',
  'person_squash',
  'hash_key_override',
  'group_entity',
  'group_type',
  'person',
] as const;

/** Removes all people and groups of an environment; returns how many people there were. */
export async function eraseEnvironment(db: Db, environmentId: number): Promise<number> {
  let people = 0;
  for (const table of TABLES) {
    const { numAffectedRows } = await sql`
      delete from ${sql.table(table)} where environment_id = ${environmentId}
    `.execute(db);
    if (table === 'person') people = Number(numAffectedRows ?? 0);
  }
  return people;
}
