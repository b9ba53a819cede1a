// Whether a deletion of people erases their recordings; until now those went with their events.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql
    .raw('alter table deletion add column deletes_recordings boolean not null default false')
    .execute(db);
  await sql.raw('update deletion set deletes_recordings = deletes_events').execute(db);
}
