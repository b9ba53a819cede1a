// Rows of hash keys: the id that a person's bucket in a flag is computed from, where that is not the id of
// the request, because the person had the flag before they said who they are.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';

/** By flag number. */
export type HashKeys = ReadonlyMap<number, string>;

/** Keeps `hashKey` for these people and flags, where nothing is kept yet. */
export async function insertHashKeys(
  db: Db,
  environmentId: number,
  personIds: readonly string[],
  flagIds: readonly number[],
  hashKey: string,
): Promise<void> {
  // Only people who are (still) there: one who has just become part of another would leave a row behind.
  await sql`
    insert into hash_key_override (environment_id, person_id, flag_id, hash_key)
    select p.environment_id, p.id, flag.id, ${hashKey}
    from person p cross join unnest(${flagIds}::int[]) as asked(id)
    join flag on flag.id = asked.id
    where p.environment_id = ${environmentId} and p.id = any(${personIds}::uuid[])
    on conflict do nothing
  `.execute(db);
}

/** Gives the hash keys of absorbed people to those they became part of, who keep their own. */
export async function moveHashKeys(
  db: Db,
  environmentId: number,
  absorbed: readonly { readonly id: string; readonly into: string }[],
): Promise<void> {
  const ids = absorbed.map((person) => person.id);
  await sql`
    with moved as (
      delete from hash_key_override
      where environment_id = ${environmentId} and person_id = any(${ids}::uuid[])
      returning person_id, flag_id, hash_key, created_at
    )
    insert into hash_key_override (environment_id, person_id, flag_id, hash_key, created_at)
    select distinct on (c.into_id, moved.flag_id)
      ${environmentId}, c.into_id, moved.flag_id, moved.hash_key, moved.created_at
    from moved join unnest(${ids}::uuid[], ${absorbed.map((person) => person.into)}::uuid[])
      as c(from_id, into_id) on c.from_id = moved.person_id
    order by c.into_id, moved.flag_id, moved.created_at
    on conflict do nothing
  `.execute(db);
}
