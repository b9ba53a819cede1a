// Which recordings are kept as evidence, and who saw which.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';
import type { Pin } from './pin.ts';

/** Pins among these sessions. */
export async function findPins(
  db: Db,
  environmentId: number,
  sessionIds: readonly string[],
): Promise<ReadonlyMap<string, Pin>> {
  const { rows } = await sql<Pin & { session_id: string }>`
    select session_id, reason, pinned_by as "pinnedBy", pinned_at as "pinnedAt" from recording_pin
    where environment_id = ${environmentId} and session_id = any(${sessionIds}::text[])
  `.execute(db);
  return new Map(rows.map((row) => [row.session_id, row]));
}

/** The first pin stays. False when there was one. */
export async function insertPin(
  db: Db,
  environmentId: number,
  sessionId: string,
  pin: Pin,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('recording_pin')
    .values({
      environment_id: environmentId,
      session_id: sessionId,
      reason: pin.reason,
      pinned_by: pin.pinnedBy,
      pinned_at: pin.pinnedAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Notes that somebody watches; true for the first time on a day (UTC). */
export async function noteView(
  db: Db,
  {
    userId,
    environmentId,
    sessionId,
    at,
  }: {
    readonly userId: string;
    readonly environmentId: number;
    readonly sessionId: string;
    readonly at: Date;
  },
): Promise<boolean> {
  const day = at.toISOString().slice(0, 10);
  const { rows } = await sql`
    insert into recording_view as v
      (user_id, environment_id, session_id, first_viewed_at, last_viewed_at, audited_on)
    values (${userId}, ${environmentId}, ${sessionId}, ${at}, ${at}, ${day}::date)
    on conflict (user_id, environment_id, session_id) do update
      set last_viewed_at = excluded.last_viewed_at, audited_on = excluded.audited_on
      where v.audited_on <> excluded.audited_on
    returning true
  `.execute(db);
  return rows.length > 0;
}

/** Which of these sessions somebody has seen. */
export async function viewedAmong(
  db: Db,
  userId: string,
  environmentId: number,
  sessionIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ session_id: string }>`
    select session_id from recording_view where user_id = ${userId}
      and environment_id = ${environmentId} and session_id = any(${sessionIds}::text[])
  `.execute(db);
  return new Set(rows.map((row) => row.session_id));
}

/** Ids that a filter may name: a statement holds them. */
const MOST_IDS = 100_000;

/** All that somebody has seen, the last ones where there are too many. */
export async function viewedSessions(
  db: Db,
  userId: string,
  environmentId: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('recording_view')
    .select('session_id')
    .where('user_id', '=', userId)
    .where('environment_id', '=', environmentId)
    .orderBy('last_viewed_at', 'desc')
    .limit(MOST_IDS)
    .execute();
  return rows.map((row) => row.session_id);
}

/** What anybody has seen since, the last ones where there are too many. */
export async function seenSince(
  db: Db,
  environmentId: number,
  since: Date,
  most: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('recording_view')
    .select((has) => ['session_id', has.fn.max('last_viewed_at').as('at')])
    .where('environment_id', '=', environmentId)
    .where('last_viewed_at', '>=', since)
    .groupBy('session_id')
    .orderBy('at', 'desc')
    .limit(most)
    .execute();
  return rows.map((row) => row.session_id);
}

/** All that are pinned, the last ones where there are too many. */
export async function pinnedSessions(db: Db, environmentId: number): Promise<string[]> {
  const rows = await db
    .selectFrom('recording_pin')
    .select('session_id')
    .where('environment_id', '=', environmentId)
    .orderBy('pinned_at', 'desc')
    .limit(MOST_IDS)
    .execute();
  return rows.map((row) => row.session_id);
}
