// Cohorts: what a cohort is belongs to the project, who is listed in a static one to an environment.
import { type Kysely, sql } from 'kysely';

const STATEMENTS = `
create table cohort (
  id integer generated always as identity primary key,
  project_id integer not null references project(id), name text not null,
  description text not null default '', is_static boolean not null, filters jsonb not null,
  deleted boolean not null default false, version integer not null default 1,
  changed_seq bigint not null default 0,
  created_by text, created_at timestamptz not null default now(),
  updated_by text, updated_at timestamptz not null default now());
create index cohort_project_id_changed_seq_idx on cohort (project_id, changed_seq);
create table cohort_member (
  environment_id integer not null references environment(id),
  distinct_id text not null, cohort_id integer not null references cohort(id),
  added_at timestamptz not null default now(),
  primary key (environment_id, distinct_id, cohort_id));
create index cohort_member_cohort_id_environment_id_distinct_id_idx
  on cohort_member (cohort_id, environment_id, distinct_id)`;

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS.split(';')) await sql.raw(statement).execute(db);
}
