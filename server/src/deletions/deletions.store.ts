// Rows of deletions: what was asked, how far it is, and what was found when it was checked.
import { sql } from 'kysely';
import { batchesOnWay, isAnyOnWay } from '#ingest';
import type { Db } from '#platform/ctx';
import type { Deletion, ErasePlan } from './deletion.ts';

const COLUMNS = sql`id, (select key from environment e where e.id = environment_id) as environment, project_id as "projectId", environment_id as "environmentId", kind, state, people,
  person_ids::text[] as "personIds", distinct_ids as "distinctIds", deletes_events as "deletesEvents",
  coalesce(deletes_recordings, deletes_events or kind = 'recording') as "deletesRecordings",
  deletes_people as "deletesPeople", extract(epoch from before) * 1000 as "beforeMs",
  copy_version::text as "copyVersion", requested_by as "requestedBy", created_at as "createdAt",
  checked_at as "checkedAt", verified_at as "verifiedAt", events_found as "eventsFound",
  rows_left as "rowsLeft", problem`;

type Row = Omit<Deletion, 'beforeMs' | 'eventsFound' | 'rowsLeft'> & {
  readonly beforeMs: string;
  readonly eventsFound: string;
  readonly rowsLeft: string | null;
};

const toDeletion = (row: Row): Deletion => ({
  ...row,
  beforeMs: Math.ceil(Number(row.beforeMs)),
  eventsFound: Number(row.eventsFound),
  rowsLeft: row.rowsLeft === null ? null : Number(row.rowsLeft),
});

export type NewDeletion = ErasePlan & Pick<Deletion, 'id' | 'projectId' | 'people' | 'requestedBy'>;

/**
 * Writes a deletion down, with the batches that every node is storing right now: their rows may still come.
 */
export async function insertDeletion(db: Db, deletion: NewDeletion, at: Date): Promise<void> {
  await sql`
    insert into deletion (id, project_id, environment_id, kind, people, person_ids, distinct_ids,
      deletes_events, deletes_recordings, deletes_people, before, copy_version, requested_by, created_at, waits_for)
    values (${deletion.id}, ${deletion.projectId}, ${deletion.environmentId}, ${deletion.kind},
      ${deletion.people}, ${deletion.personIds}::uuid[], ${deletion.distinctIds}::text[],
      ${deletion.deletesEvents}, ${deletion.deletesRecordings}, ${deletion.deletesPeople},
      ${new Date(deletion.beforeMs).toISOString()}::timestamptz, ${deletion.copyVersion}::bigint,
      ${deletion.requestedBy}, ${at},
      ${batchesOnWay})
  `.execute(db);
}

/** A number above those of all copies of people that are on their way or written. */
export async function nextCopyVersion(db: Db): Promise<string> {
  const { rows } = await sql<{ next: string }>`
    select nextval(pg_get_serial_sequence('entity_outbox', 'id'))::text as next
  `.execute(db);
  return rows[0]?.next ?? '0';
}

/** Deletions that are not done: new ones first, then those that were looked at the longest ago. */
export async function findOpen(db: Db, limit: number): Promise<Deletion[]> {
  const { rows } = await sql<Row>`
    select ${COLUMNS} from deletion where state <> 'done' 
      order by checked_at nulls first, created_at, id limit ${limit}
  `.execute(db);
  return rows.map(toDeletion);
}

/**
 * Deletions of people's recordings that were never looked at, without those `marked` already; and which of the
 * marked are still such.
 */
export async function findUnseen(
  db: Db,
  limit: number,
  marked: readonly string[],
): Promise<{ deletions: Deletion[]; marked: string[] }> {
  const unseen = sql`state = 'pending' and checked_at is null and kind = 'people'
    and coalesce(deletes_recordings, deletes_events)`;
  const [found, still] = await Promise.all([
    sql<Row>`select ${COLUMNS} from deletion where ${unseen} and id::text <> all(${marked}::text[])
      order by created_at, id limit ${limit}`.execute(db),
    sql<{ id: string }>`select id from deletion
      where ${unseen} and id::text = any(${marked}::text[])`.execute(db),
  ]);
  return { deletions: found.rows.map(toDeletion), marked: still.rows.map(({ id }) => id) };
}

/** Whether every batch that was on its way at the time of the request is stored. */
export async function areBatchesStored(db: Db, id: string): Promise<boolean> {
  const { rows } = await sql<{ waits: boolean }>`
    select ${isAnyOnWay(sql`waits_for`)} as waits from deletion where id = ${id}
  `.execute(db);
  return rows[0]?.waits === false;
}

/** Notes what a look at the stores has found. */
export async function noteLook(
  db: Db,
  id: string,
  look: {
    readonly events: number;
    readonly left: number;
    readonly problem: string | null;
    readonly at: Date;
  },
): Promise<void> {
  await sql`
    update deletion set state = 'running', checked_at = ${look.at}, rows_left = ${look.left},
      events_found = greatest(events_found, ${look.events}), problem = ${look.problem}
    where id = ${id} and state <> 'done'
  `.execute(db);
}

/** Notes why a look has failed. */
export async function noteProblem(db: Db, id: string, problem: string, at: Date): Promise<void> {
  await sql`
    update deletion set state = 'running', checked_at = ${at}, problem = ${problem}
    where id = ${id} and state <> 'done'
  `.execute(db);
}

/** Says that nothing is left, and forgets the ids; undefined when somebody else has said so. */
export async function finishDeletion(db: Db, id: string, at: Date): Promise<Deletion | undefined> {
  const { rows } = await sql<Row>`
    update deletion set state = 'done', checked_at = ${at}, verified_at = ${at}, rows_left = 0,
      problem = null, distinct_ids = '{}', waits_for = '[]'
    where id = ${id} and state <> 'done' returning ${COLUMNS}
  `.execute(db);
  return rows[0] && toDeletion(rows[0]);
}

/** One page of the deletions of an environment and of whole environments of its project, the newest first. */
export async function readDeletions(
  db: Db,
  of: { readonly environmentId: number; readonly projectId: number },
  page: { readonly limit: number; readonly offset: number },
): Promise<{ count: number; deletions: Deletion[] }> {
  const asked = sql`(environment_id = ${of.environmentId}
    or (project_id = ${of.projectId} and kind = 'environment'))`;
  const [{ rows }, counted] = await Promise.all([
    sql<Row>`select ${COLUMNS} from deletion where ${asked}
      order by created_at desc, id desc limit ${page.limit} offset ${page.offset}`.execute(db),
    sql<{ count: string }>`select count(*) from deletion where ${asked}`.execute(db),
  ]);
  return { count: Number(counted.rows[0]?.count ?? 0), deletions: rows.map(toDeletion) };
}

export async function findDeletion(
  db: Db,
  environmentId: number,
  id: string,
): Promise<Deletion | undefined> {
  const { rows } = await sql<Row>`select ${COLUMNS} from deletion
    where environment_id = ${environmentId} and id = ${id}`.execute(db);
  return rows[0] && toDeletion(rows[0]);
}

/** Deleted environments that nothing has been erased of yet. */
export async function findDeletedEnvironments(
  db: Db,
): Promise<{ readonly id: number; readonly projectId: number }[]> {
  return db
    .selectFrom('environment as e')
    .select(['e.id', 'e.project_id as projectId'])
    .where('e.deleted_at', 'is not', null)
    .where(
      sql<boolean>`not exists (select from deletion d where d.environment_id = e.id and d.kind = 'environment')`,
    )
    .execute();
}
