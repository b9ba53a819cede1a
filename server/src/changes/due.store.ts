// What is due first. Asked every second, so it reads two small indexes and nothing else.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';

/** Something that is due; whoever makes it locks it and looks again. */
export type DueRow = {
  readonly kind: 'schedule' | 'request';
  readonly projectId: number;
  /** Of a scheduled change. */
  readonly id: string;
  /** Of a change request. */
  readonly number: number;
};

/** The one with the earliest time; undefined when nothing is due. */
export async function findDue(db: Db, now: Date): Promise<DueRow | undefined> {
  const { rows } = await sql<DueRow>`
    select kind, project_id as "projectId", id, number from (
      (select 'schedule' as kind, project_id, id, 0 as number, due_at from scheduled_change
        where state = 'pending' and due_at <= ${now} and (retry_at is null or retry_at <= ${now})
        order by due_at, id limit 1)
      union all
      (select 'request', project_id, id, number, due_at from change_request
        where state = 'open' and due_at <= ${now} and (retry_at is null or retry_at <= ${now})
        order by due_at, id limit 1)
    ) due order by due_at, id limit 1`.execute(db);
  return rows[0];
}
