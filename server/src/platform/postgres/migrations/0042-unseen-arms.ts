// Since when nobody of an arm of a running stage is seen, and how many should have been.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw('alter table rollout add column unseen jsonb').execute(db);
}
