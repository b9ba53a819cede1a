// Programs that may hold rollouts or take them back by a signed signal, and which signals have come.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql
    .raw(
      `create table signal_source (
        id text primary key,
        project_id integer not null references project(id) on delete cascade,
        name text not null,
        secret_box text not null,
        created_at timestamptz not null
      );
      create index signal_source_project_id_idx on signal_source (project_id);
      create table signal (
        source_id text not null references signal_source(id) on delete cascade,
        message_id text not null,
        at timestamptz not null,
        primary key (source_id, message_id)
      );`,
    )
    .execute(db);
}
