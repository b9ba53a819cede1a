// Targeting beside condition sets: overrides for single people, kinds and kill switches, early-access
// features, holdouts, and the ids that keep an experience across login.
import { type Kysely, sql } from 'kysely';

const STATEMENTS = `
alter table flag add column kind text not null default 'release';
alter table flag add column kill_switch_id integer references flag(id);
update flag set kind = 'remote_config' where is_remote_configuration;
create index flag_kill_switch_id_idx on flag (kill_switch_id) where kill_switch_id is not null;
create table flag_override (
  flag_id integer not null references flag(id),
  environment_id integer not null references environment(id),
  distinct_id text not null, value jsonb not null,
  created_by text, created_at timestamptz not null default now(),
  primary key (flag_id, environment_id, distinct_id));
create index flag_override_environment_id_distinct_id_idx
  on flag_override (environment_id, distinct_id);
create table flag_holdout (
  id integer generated always as identity primary key,
  project_id integer not null references project(id), name text not null,
  description text not null default '', exclusion_percentage double precision not null,
  created_by text, created_at timestamptz not null default now(),
  updated_at timestamptz not null default now());
create index flag_holdout_project_id_idx on flag_holdout (project_id);
create table early_access_feature (
  id uuid primary key, project_id integer not null references project(id),
  flag_id integer not null references flag(id), name text not null,
  description text not null default '', stage text not null,
  documentation_url text not null default '', payload jsonb not null default '{}',
  created_by text, created_at timestamptz not null default now(),
  updated_at timestamptz not null default now());
create unique index early_access_feature_flag_id_idx on early_access_feature (flag_id);
create index early_access_feature_project_id_idx on early_access_feature (project_id);
create index person_enrollment_idx on person (environment_id)
  where properties::text like '%"$feature_enrollment/%';
create table hash_key_override (
  environment_id integer not null references environment(id), person_id uuid not null,
  flag_id integer not null references flag(id), hash_key text not null,
  created_at timestamptz not null default now(),
  primary key (environment_id, person_id, flag_id))`;

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS.split(';')) await sql.raw(statement).execute(db);
}
