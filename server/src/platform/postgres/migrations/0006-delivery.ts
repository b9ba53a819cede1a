// Numbers that order the changes of a project, so that what flags are evaluated from is read by what has
// changed since; and secret keys of environments.
import { type Kysely, sql } from 'kysely';

const STATEMENTS = `
alter table project add column change_seq bigint not null default 0;
alter table flag_environment add column changed_seq bigint not null default 0;
create index flag_environment_environment_id_changed_seq_idx
  on flag_environment (environment_id, changed_seq);
create table project_secret_key (
  id text primary key, environment_id integer not null references environment(id),
  label text not null, key_hash text not null, key_hint text not null,
  previous_hash text, previous_valid_until timestamptz, scopes text[] not null,
  created_by text, created_at timestamptz not null default now(), rotated_at timestamptz,
  last_used_at timestamptz);
create unique index project_secret_key_key_hash_idx on project_secret_key (key_hash);
create index project_secret_key_environment_id_idx on project_secret_key (environment_id)`;

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS.split(';')) await sql.raw(statement).execute(db);
}
