// Templates of rollout plans, and dry runs of plans on the people of the past.
import { type Kysely, sql } from 'kysely';

const STATEMENTS = `
create table rollout_template (
  id text primary key,
  project_id integer not null references project(id) on delete cascade,
  name text not null, description text not null, plan jsonb not null,
  version integer not null,
  created_by text, created_at timestamptz not null, updated_at timestamptz not null);
create index rollout_template_project_id_name_idx on rollout_template (project_id, name);
create table rollout_dry_run (
  id text primary key,
  project_id integer not null references project(id) on delete cascade,
  environment_id integer not null references environment(id) on delete cascade,
  rollout_id text references rollout(id) on delete cascade,
  flag_key text not null, plan jsonb not null, result jsonb not null,
  created_by text, created_at timestamptz not null);
create index rollout_dry_run_environment_id_created_at_idx on rollout_dry_run (environment_id, created_at);
create index rollout_dry_run_rollout_id_idx on rollout_dry_run (rollout_id)`;

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS.split(';')) await sql.raw(statement).execute(db);
}
