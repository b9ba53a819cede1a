// Dashboards with their tiles, and the public links that show them.
import { type Kysely, sql } from 'kysely';

const STATEMENTS = `
create table dashboard (
  id integer generated always as identity primary key,
  project_id integer not null references project(id), name text not null, description text not null,
  pinned boolean not null default false, filters jsonb not null default '{}',
  tiles jsonb not null default '[]', deleted boolean not null default false,
  version integer not null default 1,
  created_by text, created_at timestamptz not null, updated_by text, updated_at timestamptz not null);
create index dashboard_project_id_idx on dashboard (project_id, updated_at) where not deleted;
create table dashboard_link (
  id text primary key, dashboard_id integer not null references dashboard(id),
  environment_id integer not null references environment(id), token_hash text not null,
  created_by text, created_at timestamptz not null);
create unique index dashboard_link_token_hash_idx on dashboard_link (token_hash);
create index dashboard_link_dashboard_id_idx on dashboard_link (dashboard_id)`;

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS.split(';')) await sql.raw(statement).execute(db);
}
