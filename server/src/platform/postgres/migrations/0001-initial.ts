// The first schema. Later migrations only add; a column is dropped one release after its last reader.
import { type Kysely, sql } from 'kysely';

const STATEMENTS = `
create table instance_setting (key text primary key, value jsonb not null);
create table organization (
  id integer generated always as identity primary key, name text not null,
  created_at timestamptz not null default now());
create table app_user (
  id text primary key, organization_id integer not null references organization(id),
  email text not null, name text not null, password_hash text not null,
  created_at timestamptz not null default now(), last_login_at timestamptz);
create unique index app_user_email_idx on app_user (lower(email));
create table user_session (
  token_hash text primary key, user_id text not null references app_user(id) on delete cascade,
  created_at timestamptz not null default now(), expires_at timestamptz not null);
create table project (
  id integer generated always as identity primary key,
  organization_id integer not null references organization(id), name text not null,
  created_at timestamptz not null default now());
create table environment (
  id integer generated always as identity primary key,
  project_id integer not null references project(id), key text not null, name text not null,
  token text not null, created_at timestamptz not null default now());
create unique index environment_project_id_key_idx on environment (project_id, key);
create unique index environment_token_idx on environment (token);
create table personal_api_key (
  id text primary key, user_id text not null references app_user(id) on delete cascade,
  label text not null, key_hash text not null, key_hint text not null, scopes text[] not null,
  created_at timestamptz not null default now(), last_used_at timestamptz);
create unique index personal_api_key_key_hash_idx on personal_api_key (key_hash);

create table flag (
  id integer generated always as identity primary key,
  project_id integer not null references project(id), key text not null, name text not null,
  tags jsonb not null default '[]', archived boolean not null default false,
  deleted boolean not null default false, is_remote_configuration boolean not null default false,
  ensure_experience_continuity boolean not null default false,
  evaluation_runtime text not null default 'all',
  evaluation_contexts jsonb not null default '[]',
  bucketing_identifier text not null default 'distinct_id',
  created_by text, created_at timestamptz not null default now(),
  updated_at timestamptz not null default now());
create unique index flag_project_id_key_idx on flag (project_id, key) where not deleted;
create table flag_environment (
  flag_id integer not null references flag(id),
  environment_id integer not null references environment(id),
  active boolean not null, filters jsonb not null, version integer not null default 1,
  updated_by text, updated_at timestamptz not null default now(),
  primary key (flag_id, environment_id));
create index flag_environment_environment_id_idx on flag_environment (environment_id);

create table audit_entry (
  id bigint generated always as identity primary key, project_id integer, environment_id integer,
  at timestamptz not null default now(), actor_kind text not null, actor_id text not null,
  actor_label text not null, action text not null, resource_kind text not null,
  resource_id text not null, before jsonb, after jsonb, reason text);
create index audit_entry_project_id_idx on audit_entry (project_id, id);
create index audit_entry_resource_idx on audit_entry (resource_kind, resource_id, id);

create table person (
  environment_id integer not null, id uuid not null, properties jsonb not null default '{}',
  is_identified boolean not null default false, version bigint not null default 0,
  created_at timestamptz not null default now(), primary key (environment_id, id));
create table person_distinct_id (
  environment_id integer not null, distinct_id text not null, person_id uuid not null,
  version bigint not null default 0, primary key (environment_id, distinct_id));
create index person_distinct_id_person_idx on person_distinct_id (environment_id, person_id);
create table personless_distinct_id (
  environment_id integer not null, distinct_id text not null,
  is_merged boolean not null default false, primary key (environment_id, distinct_id));
create table group_type (
  environment_id integer not null, group_type text not null, type_index integer not null,
  primary key (environment_id, group_type));
create unique index group_type_index_idx on group_type (environment_id, type_index);
create table group_entity (
  environment_id integer not null, type_index integer not null, group_key text not null,
  properties jsonb not null default '{}', version bigint not null default 0,
  created_at timestamptz not null default now(),
  primary key (environment_id, type_index, group_key));
create table person_outbox (
  id bigint generated always as identity primary key, environment_id integer not null,
  distinct_id text not null, person_id uuid not null, version bigint not null);

create table ingest_mark (
  node_id text primary key, segment bigint not null, offset_bytes bigint not null,
  batch_segment bigint, batch_offset_bytes bigint,
  updated_at timestamptz not null default now());
create table ingestion_warning (
  environment_id integer not null, kind text not null, count bigint not null,
  example jsonb not null default '{}', first_at timestamptz not null, last_at timestamptz not null,
  primary key (environment_id, kind));

create table rollout (
  id text primary key, project_id integer not null references project(id),
  environment_id integer not null references environment(id),
  flag_id integer not null references flag(id), flag_key text not null,
  plan jsonb not null, plan_version integer not null default 1, state text not null,
  hold_reason text, hold_detail text, stage_index integer not null default 0,
  attempt integer not null default 1, stage_entered_at timestamptz, stage_settled_at timestamptz,
  observed_bake_ms bigint not null default 0, deadline_at timestamptz, next_eval_at timestamptz,
  last_eval_at timestamptz, last_watermark timestamptz, fresh_ok_count integer not null default 0,
  fresh_ok_at timestamptz, calm_since timestamptz, source_errors integer not null default 0, carry jsonb not null default '{}',
  snapshot_before jsonb, applied_flag_version integer, claimed_by text, claimed_until timestamptz,
  version integer not null default 1, outcome text, outcome_reason text, created_by text,
  created_at timestamptz not null default now(), started_at timestamptz, finished_at timestamptz);
create index rollout_project_id_idx on rollout (project_id, created_at);
create index rollout_next_eval_at_idx on rollout (next_eval_at)
  where state not in ('draft', 'rolled_back', 'completed', 'cancelled');
create unique index rollout_flag_open_idx on rollout (flag_id, environment_id)
  where state not in ('draft', 'rolled_back', 'completed', 'cancelled');
create table rollout_stage_run (
  rollout_id text not null references rollout(id), stage_index integer not null,
  attempt integer not null, entered_at timestamptz not null, settled_at timestamptz,
  exited_at timestamptz, exit_kind text, flag_version integer not null, final_evidence jsonb,
  carry_in jsonb not null default '{}', primary key (rollout_id, stage_index, attempt));
create table rollout_evaluation (
  id bigint generated always as identity primary key,
  rollout_id text not null references rollout(id), stage_index integer not null,
  attempt integer not null, at timestamptz not null, watermark timestamptz not null,
  input_hash text not null, verdict text not null, inputs jsonb not null,
  per_guardrail jsonb not null, duration_ms double precision not null);
create index rollout_evaluation_rollout_id_idx on rollout_evaluation (rollout_id, id);
create table rollout_event (
  seq bigint generated always as identity primary key,
  rollout_id text not null references rollout(id), at timestamptz not null,
  actor_kind text not null, actor_label text not null, type text not null,
  from_state text not null, to_state text not null, stage_index integer not null,
  reasons jsonb not null default '[]', payload jsonb not null default '{}',
  idempotency_key text not null unique);
create index rollout_event_rollout_id_idx on rollout_event (rollout_id, seq);
create table lease (
  name text primary key, holder text not null, token bigint not null,
  expires_at timestamptz not null)`;

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS.split(';')) {
    if (statement.trim()) await sql.raw(statement).execute(db);
  }
}
