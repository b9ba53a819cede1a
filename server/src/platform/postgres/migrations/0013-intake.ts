// How many events an environment may send.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table environment add column events_per_second integer`.execute(db);
}
