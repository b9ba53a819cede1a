// Where the sessions lie whose ids tell no time. Others lie where their id says, whichever replica stores them.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';
import type { SessionPlace } from './rows.ts';

/** Settles where sessions lie that lie nowhere yet; answers where each does. */
export async function settlePlaces(
  db: Db,
  environmentId: number,
  wanted: ReadonlyMap<string, SessionPlace>,
): Promise<ReadonlyMap<string, SessionPlace>> {
  if (wanted.size === 0) return wanted;
  const ids = [...wanted.keys()];
  const places = [...wanted.values()];
  await sql`
    insert into recording_place (environment_id, session_id, day, retention_days)
    select ${environmentId}, w.id, w.day, w.days from unnest(${ids}::text[],
      ${places.map(({ day }) => day)}::date[], ${places.map((place) => place.retentionDays)}::integer[])
      as w(id, day, days)
    order by w.id
    on conflict do nothing
  `.execute(db);
  const { rows } = await sql<{ id: string } & SessionPlace>`
    select session_id as id, day::text, retention_days as "retentionDays" from recording_place
    where environment_id = ${environmentId} and session_id = any(${ids}::text[])
  `.execute(db);
  return new Map(rows.map(({ id, ...place }) => [id, place]));
}

/** A week, in which all of a partition lies, and one more: what comes late is not settled anew. */
const AFTER_DAYS = 14;

/** Forgets places of recordings that are past their time. */
export async function forgetPlaces(db: Db, at: Date): Promise<void> {
  await sql`
    delete from recording_place where day + retention_days + ${AFTER_DAYS}::integer < ${at}::date
  `.execute(db);
}
