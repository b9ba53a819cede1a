// Ingestion warnings by the hour.
import { type Kysely, sql } from 'kysely';

const STATEMENTS = `
create table ingestion_warning_hour (
  environment_id integer not null, kind text not null, hour timestamptz not null, count bigint not null,
  primary key (environment_id, kind, hour));
insert into ingestion_warning_hour (environment_id, kind, hour, count)
  select environment_id, kind, date_trunc('hour', last_at, 'UTC'), count from ingestion_warning`;

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS.split(';')) {
    if (statement.trim()) await sql.raw(statement).execute(db);
  }
}
