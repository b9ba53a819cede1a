// The value that a flag gives to OpenFeature SDKs: its type and where it is taken from. Null: as its variants say.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table flag add column value_type text, add column value_source text`.execute(db);
}
