// Recordings that are gone: nothing of them is shown any more, and what comes late is left out.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';

/** 90 days: no browser sends anything of a session that long after, and what lay unread as long is left out. */
const KEEP_DAYS = 90;
export const KEEP_MS = KEEP_DAYS * 86_400_000;

/** From now on these sessions are gone. */
export async function markSessionsErased(
  db: Db,
  environmentId: number,
  sessionIds: readonly string[],
  deletionId: string,
  at: Date,
): Promise<void> {
  await sql`
    insert into recording_erased (environment_id, session_id, deletion_id, erased_at)
    select ${environmentId}, id, ${deletionId}, ${at} from unnest(${sessionIds}::text[]) as gone(id)
    on conflict do nothing
  `.execute(db);
  for (const table of ['recording_pin', 'recording_view', 'recording_place'] as const) {
    // One parameter, however many they are: a statement takes 65,535.
    await db
      .deleteFrom(table)
      .where('environment_id', '=', environmentId)
      .where(sql<boolean>`session_id = any(${sessionIds}::text[])`)
      .execute();
  }
}

/** Forgets what is known of recordings of a deleted environment: settings, filters, pins and who saw which. */
export async function deleteRecordingRows(db: Db, environmentId: number): Promise<void> {
  for (const table of [
    'recording_pin',
    'recording_view',
    'recording_setting',
    'recording_filter',
    'recording_place',
  ] as const) {
    await db.deleteFrom(table).where('environment_id', '=', environmentId).execute();
  }
}

/** Which of the sessions are gone. */
export async function erasedAmong(
  db: Db,
  environmentId: number,
  sessionIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (sessionIds.length === 0) return new Set();
  const { rows } = await sql<{ session_id: string }>`
    select session_id from recording_erased
    where environment_id = ${environmentId} and session_id = any(${sessionIds}::text[])
  `.execute(db);
  return new Set(rows.map((row) => row.session_id));
}

/** Sessions that went with a deletion. */
export async function erasedBy(db: Db, deletionId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('recording_erased')
    .select('session_id')
    .where('deletion_id', '=', deletionId)
    .execute();
  return rows.map((row) => row.session_id);
}

/** Some of those that nothing should bring back any more, of one environment. */
export async function findForgettable(
  db: Db,
  limit: number,
): Promise<{ readonly environmentId: number; readonly sessionIds: string[] } | undefined> {
  const { rows } = await sql<{ environmentId: number; sessionIds: string[] }>`
    select environment_id as "environmentId", array_agg(session_id) as "sessionIds" from (
      select environment_id, session_id from recording_erased e
      where erased_at < now() - ${KEEP_DAYS} * interval '1 day'
        and not exists (select from deletion d where d.id::text = e.deletion_id and d.state <> 'done')
      order by erased_at limit ${limit}
    ) as old group by environment_id order by count(*) desc limit 1
  `.execute(db);
  return rows[0];
}

export async function forgetSessions(
  db: Db,
  environmentId: number,
  sessionIds: readonly string[],
): Promise<void> {
  await sql`
    delete from recording_erased
    where environment_id = ${environmentId} and session_id = any(${sessionIds}::text[])
  `.execute(db);
}
