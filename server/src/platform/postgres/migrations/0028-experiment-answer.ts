// The goals of a fixed-horizon experiment as they were when its sample was complete.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw('alter table experiment_watch add column answer jsonb').execute(db);
}
