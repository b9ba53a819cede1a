// Whose events are to be left out although they were accepted: of people who were erased meanwhile, and of
// environments that are gone. Only hashes of ids are kept, and no longer than a log may lie unread.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';

/** 90 days: no node comes back after a longer time with events that nobody has stored. */
const KEEP_DAYS = 90;

/** From now on events of these ids that were received until `beforeMs` are left out. */
export async function markErased(
  db: Db,
  environmentId: number,
  distinctIds: readonly string[],
  beforeMs: number,
): Promise<void> {
  await sql`
    insert into erased_id (environment_id, key, before)
    select ${environmentId}, sha256(convert_to(id, 'UTF8')), ${new Date(beforeMs).toISOString()}::timestamptz
    from unnest(${distinctIds}::text[]) as asked(id)
    on conflict (environment_id, key) do update set before = excluded.before
  `.execute(db);
}

/** From now on no event of the environment is stored. */
export async function markEnvironmentErased(db: Db, environmentId: number): Promise<void> {
  await sql`
    insert into erased_id (environment_id, key, before) values (${environmentId}, '', 'infinity')
    on conflict do nothing
  `.execute(db);
}

/** Something of somebody that is on its way into the store. */
type Waiting = {
  readonly environmentId: number;
  readonly receivedMs: number;
  readonly person: { readonly distinctId: string };
};

/** Leaves out what is of those who were erased after it was received. */
export async function withoutErased<T extends Waiting>(
  db: Db,
  events: readonly T[],
): Promise<readonly T[]> {
  if (events.length === 0) return events;
  const { rows } = await sql<{ place: number }>`
    select place::int from erased_id e join unnest(
      ${events.map((event) => event.environmentId)}::int[],
      ${events.map((event) => event.person.distinctId)}::text[],
      ${events.map((event) => new Date(event.receivedMs).toISOString())}::timestamptz[]
    ) with ordinality as asked(environment_id, distinct_id, received_at, place)
      on asked.environment_id = e.environment_id and asked.received_at <= e.before
      and (e.key = sha256(convert_to(asked.distinct_id, 'UTF8')) or e.key = '')
  `.execute(db);
  if (rows.length === 0) return events;
  const places = new Set(rows.map(({ place }) => place - 1));
  return events.filter((_, place) => !places.has(place));
}

/** Forgets marks that nothing can need any more. */
export async function forgetErased(db: Db): Promise<void> {
  await sql`
    delete from erased_id where before < now() - ${KEEP_DAYS} * interval '1 day'
  `.execute(db);
}
