// What the last look at a running experiment found, and what people have been told of it.
import { type Kysely, sql } from 'kysely';

const STATEMENT = `
create table experiment_watch (
  experiment_id integer primary key references experiment(id) on delete cascade,
  looked_at timestamptz not null, counted_at timestamptz not null,
  summary jsonb not null, told jsonb not null)`;

export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(STATEMENT).execute(db);
}
