// Source maps of releases, so that stacks of bundles say where in the source they are.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql
    .raw(
      `create table source_map (
        id text primary key,
        project_id integer not null references project(id) on delete cascade,
        release text not null,
        file text not null,
        chunk_id text not null,
        gzip bytea not null,
        size_bytes integer not null,
        created_at timestamptz not null
      );
      create unique index source_map_project_id_release_file_idx on source_map (project_id, release, file);
      create index source_map_project_id_chunk_id_idx on source_map (project_id, chunk_id)
        where chunk_id <> '';`,
    )
    .execute(db);
}
