// Experiments, the metrics that they share, and what their results were from day to day.
import { type Kysely, sql } from 'kysely';

const STATEMENTS = `
create table experiment_saved_metric (
  id integer generated always as identity primary key,
  project_id integer not null references project(id) on delete cascade,
  name text not null, description text not null, query jsonb not null, tags jsonb not null,
  version integer not null default 1,
  created_by text, created_at timestamptz not null, updated_at timestamptz not null);
create index experiment_saved_metric_project_id_name_idx on experiment_saved_metric (project_id, name);
create table experiment (
  id integer generated always as identity primary key,
  project_id integer not null references project(id) on delete cascade,
  environment_id integer not null references environment(id) on delete cascade,
  flag_id integer not null references flag(id) on delete cascade,
  name text not null, description text not null, type text not null,
  parameters jsonb not null, exposure_criteria jsonb not null,
  metrics jsonb not null, metrics_secondary jsonb not null, saved_metrics jsonb not null,
  stats_config jsonb not null, only_count_matured_users boolean not null,
  start_date timestamptz, end_date timestamptz, archived boolean not null default false,
  conclusion text, conclusion_comment text,
  version integer not null default 1,
  created_by text, created_at timestamptz not null, updated_at timestamptz not null);
create index experiment_project_id_environment_id_idx on experiment (project_id, environment_id);
create index experiment_flag_id_idx on experiment (flag_id);
create unique index experiment_flag_id_environment_id_running_idx on experiment (flag_id, environment_id)
  where start_date is not null and end_date is null;
create table experiment_snapshot (
  experiment_id integer not null references experiment(id) on delete cascade,
  metric_uuid text not null, as_of timestamptz not null, settings_hash text not null,
  is_final boolean not null, statistics jsonb not null, computed_at timestamptz not null,
  primary key (experiment_id, metric_uuid, as_of))`;

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS.split(';')) await sql.raw(statement).execute(db);
}
