// What is taken in: how many events an environment may send, and whether addresses of clients are kept.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table environment add column events_per_second integer`.execute(db);
  await sql`alter table project add column anonymize_ips boolean not null default true`.execute(db);
}
