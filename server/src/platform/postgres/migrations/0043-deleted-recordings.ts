// Whether a deletion of people erases their recordings. Where nothing is said, as by replicas of the version before, they
// go with their events.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw('alter table deletion add column deletes_recordings boolean').execute(db);
}
