// Environments of one's own making with protection, people of an organisation, changes that wait for
// approval or for their time.
import { type Kysely, sql } from 'kysely';

const STATEMENTS = `
alter table environment
  add column color text not null default 'gray',
  add column position integer not null default 0,
  add column require_reason boolean not null default false,
  add column required_approvals integer not null default 0,
  add column allow_emergency_off boolean not null default true,
  add column previous_token text,
  add column previous_token_expires_at timestamptz,
  add column deleted_at timestamptz;
update environment set position = id, color = case key when 'production' then 'yellow' else 'blue' end;
drop index environment_project_id_key_idx;
create unique index environment_project_id_key_idx on environment (project_id, key)
  where deleted_at is null;
create unique index environment_previous_token_idx on environment (previous_token);

create table invite (
  id text primary key, organization_id integer not null references organization(id),
  email text not null, token_hash text not null, invited_by text not null,
  created_at timestamptz not null default now(), expires_at timestamptz not null);
create unique index invite_token_hash_idx on invite (token_hash);
create unique index invite_organization_id_email_idx on invite (organization_id, lower(email));

create table change_request (
  id text primary key, project_id integer not null references project(id),
  environment_id integer not null references environment(id), number integer not null,
  title text not null, description text not null, state text not null,
  revision integer not null default 1, author_id text not null, author_label text not null,
  due_at timestamptz, local_time text, time_zone text, fold text, retry_at timestamptz,
  attempts integer not null default 0, version integer not null default 1,
  created_at timestamptz not null, updated_at timestamptz not null, closed_at timestamptz);
create unique index change_request_project_id_number_idx on change_request (project_id, number);
create index change_request_due_at_idx on change_request (due_at)
  where state = 'open' and due_at is not null;
create table change_request_item (
  request_id text not null references change_request(id), flag_id integer not null references flag(id),
  flag_key text not null, base jsonb not null, proposed jsonb not null,
  change jsonb not null, primary key (request_id, flag_id));
create index change_request_item_flag_id_idx on change_request_item (flag_id);
create table change_request_event (
  seq bigint generated always as identity primary key,
  request_id text not null references change_request(id), at timestamptz not null,
  type text not null, revision integer not null, user_id text, user_label text not null,
  body text not null default '');
create index change_request_event_request_id_idx on change_request_event (request_id, seq);

create table scheduled_change (
  id text primary key, project_id integer not null references project(id),
  environment_id integer not null references environment(id),
  flag_id integer not null references flag(id), flag_key text not null,
  change jsonb not null, base jsonb not null, due_at timestamptz not null,
  local_time text not null, time_zone text not null, fold text, reason text,
  state text not null, outcome text, is_late boolean not null default false,
  attempts integer not null default 0, retry_at timestamptz, author_id text not null,
  author_label text not null, version integer not null default 1,
  created_at timestamptz not null, finished_at timestamptz);
create index scheduled_change_due_at_idx on scheduled_change (due_at) where state = 'pending';
create index scheduled_change_environment_id_idx on scheduled_change (environment_id, due_at);
create index scheduled_change_flag_id_idx on scheduled_change (flag_id, due_at);

alter table rollout add column created_by_user text`;

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS.split(';')) {
    if (statement.trim()) await sql.raw(statement).execute(db);
  }
}
