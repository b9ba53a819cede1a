// Filters of recordings that people saved.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql
    .raw(
      `create table recording_filter (
        id uuid primary key,
        environment_id integer not null references environment (id),
        name text not null,
        filter jsonb not null,
        version integer not null,
        created_by text not null,
        created_at timestamptz not null,
        updated_at timestamptz not null
      );
      create unique index recording_filter_environment_id_name_idx
        on recording_filter (environment_id, name);`,
    )
    .execute(db);
}
