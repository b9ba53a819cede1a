// Issues: exceptions of an environment that are about the same thing.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql
    .raw(
      `create table error_issue (
        id text primary key,
        environment_id integer not null references environment(id) on delete cascade,
        fingerprint uuid not null,
        name text not null,
        description text not null,
        place text not null,
        library text not null,
        status text not null,
        owner_id text references app_user(id) on delete set null,
        first_seen timestamptz not null,
        last_seen timestamptz not null,
        first_release text not null,
        resolved_at timestamptz,
        resolved_releases jsonb,
        regressed_at timestamptz,
        spike_at timestamptz,
        version integer not null default 1,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );
      create index error_issue_environment_id_last_seen_idx on error_issue (environment_id, last_seen);
      create table error_fingerprint (
        environment_id integer not null references environment(id) on delete cascade,
        fingerprint uuid not null,
        issue_id text not null references error_issue(id) on delete cascade,
        primary key (environment_id, fingerprint)
      );
      create index error_fingerprint_issue_id_idx on error_fingerprint (issue_id);
      create table error_mark (
        id integer primary key,
        received_at timestamptz not null
      );
      create table error_alert_rule (
        environment_id integer primary key references environment(id) on delete cascade,
        new_issue boolean not null,
        regression boolean not null,
        spike boolean not null,
        version integer not null,
        updated_at timestamptz not null
      );`,
    )
    .execute(db);
}
