// What is recorded of sessions by environment, which recordings are kept longer, which are gone, and who saw which.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql
    .raw(
      `create table recording_setting (
        environment_id integer primary key references environment (id),
        settings jsonb not null,
        version integer not null,
        updated_at timestamptz not null
      );
      create table recording_pin (
        environment_id integer not null references environment (id),
        session_id text not null,
        reason text not null,
        pinned_by text not null,
        pinned_at timestamptz not null,
        primary key (environment_id, session_id)
      );
      create table recording_erased (
        environment_id integer not null references environment (id),
        session_id text not null,
        deletion_id text not null,
        erased_at timestamptz not null,
        primary key (environment_id, session_id)
      );
      create index recording_erased_deletion_id_idx on recording_erased (deletion_id);
      create table recording_view (
        user_id text not null,
        environment_id integer not null references environment (id),
        session_id text not null,
        first_viewed_at timestamptz not null,
        last_viewed_at timestamptz not null,
        audited_on date not null,
        primary key (user_id, environment_id, session_id)
      );`,
    )
    .execute(db);
}
