// How long the projects keep events.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';

export type Retention = {
  readonly projectId: number;
  readonly days: number;
  readonly environmentIds: readonly number[];
};

/** Of every project that does not keep events for as long as the store does. */
export async function findRetentions(db: Db): Promise<Retention[]> {
  const { rows } = await sql<Retention>`
    select p.id as "projectId", p.event_retention_days as days, array_agg(e.id) as "environmentIds"
    from project p join environment e on e.project_id = p.id
    where p.event_retention_days is not null and e.deleted_at is null
    group by p.id order by p.id
  `.execute(db);
  return rows;
}
