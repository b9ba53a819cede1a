// What happens around a rollback: incidents with their evidence and post-mortem, messages to the people affected,
// checklists, drills; and the order in which channels hear of what nobody answers.
import { type Kysely, sql } from 'kysely';

const STATEMENTS = `
create table rollout_incident (
  id text primary key,
  project_id integer not null references project(id) on delete cascade,
  environment_id integer not null references environment(id) on delete cascade,
  rollout_id text not null references rollout(id) on delete cascade,
  kind text not null, attempt integer not null, stage_index integer not null,
  opened_at timestamptz not null, flag_off_at timestamptz,
  closed_at timestamptz, closing text, closed_by text,
  evaluation_id bigint, culprits jsonb not null, reasons jsonb not null,
  evidence jsonb, collect_at timestamptz, collect_tries integer not null default 0,
  text_version integer not null default 0, action_items jsonb not null default '[]',
  banner jsonb, version integer not null default 1);
create index rollout_incident_environment_id_opened_at_idx on rollout_incident (environment_id, opened_at);
create index rollout_incident_rollout_id_idx on rollout_incident (rollout_id);
create unique index rollout_incident_rollout_id_open_idx on rollout_incident (rollout_id)
  where closed_at is null;
create index rollout_incident_collect_at_idx on rollout_incident (collect_at) where collect_at is not null;
create table rollout_incident_text (
  incident_id text not null references rollout_incident(id) on delete cascade,
  version integer not null, body text not null, saved_by text not null, saved_at timestamptz not null,
  primary key (incident_id, version));
create table incident_message (
  id text primary key,
  incident_id text not null references rollout_incident(id) on delete cascade,
  channel_id text not null references notification_channel(id) on delete cascade,
  body text not null, confirmed_by text not null, confirmed_at timestamptz not null);
create index incident_message_incident_id_idx on incident_message (incident_id);
create table incident_message_recipient (
  message_id text not null references incident_message(id) on delete cascade,
  distinct_id text not null, state text not null, attempts integer not null default 0,
  next_attempt_at timestamptz not null, status integer, error text, finished_at timestamptz,
  primary key (message_id, distinct_id));
create index incident_message_recipient_next_attempt_at_idx on incident_message_recipient (next_attempt_at)
  where state = 'pending';
create table rollout_check (
  rollout_id text not null references rollout(id) on delete cascade,
  item text not null, note text not null, checked_by text not null, checked_at timestamptz not null,
  primary key (rollout_id, item));
create table rollout_visit (
  rollout_id text not null references rollout(id) on delete cascade,
  user_id text not null, label text not null, at timestamptz not null,
  primary key (rollout_id, at, user_id));
create table flag_drill (
  id text primary key,
  project_id integer not null references project(id) on delete cascade,
  environment_id integer not null references environment(id) on delete cascade,
  flag_id integer not null references flag(id) on delete cascade,
  rollout_id text references rollout(id) on delete set null,
  state text not null, problem text, steps jsonb not null,
  started_by text not null, started_at timestamptz not null, finished_at timestamptz);
create index flag_drill_flag_id_environment_id_started_at_idx
  on flag_drill (flag_id, environment_id, started_at);
alter table notification_channel
  add column level integer not null default 1, add column tested_at timestamptz;
alter table notification_delivery add column fallback_of text`;

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS.split(';')) await sql.raw(statement).execute(db);
}
