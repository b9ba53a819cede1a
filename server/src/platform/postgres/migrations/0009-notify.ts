// Notification channels, the outbox that changes write into, and what came of each delivery.
import { type Kysely, sql } from 'kysely';

const STATEMENTS = `
create table notification_channel (
  id text primary key, project_id integer not null references project(id), name text not null,
  kind text not null, hint text not null, config_box text not null,
  types jsonb not null default '[]', least_severity text not null default 'info',
  enabled boolean not null default true, disabled_reason text,
  created_at timestamptz not null default now(), updated_at timestamptz not null default now());
create index notification_channel_project_id_idx on notification_channel (project_id, id);
create table notification (
  id text primary key, project_id integer not null references project(id), type text not null,
  severity text not null, subject text not null, incident_key text, message jsonb not null,
  created_at timestamptz not null);
create index notification_project_id_idx on notification (project_id, created_at);
create table notification_delivery (
  seq bigint generated always as identity primary key,
  notification_id text not null references notification(id) on delete cascade,
  channel_id text not null references notification_channel(id) on delete cascade,
  subject text not null, state text not null default 'pending', attempts integer not null default 0,
  next_attempt_at timestamptz not null, claimed_until timestamptz, finished_at timestamptz,
  status integer, error text, answer text);
create unique index notification_delivery_notification_id_channel_id_idx
  on notification_delivery (notification_id, channel_id);
create index notification_delivery_channel_id_idx on notification_delivery (channel_id, seq);
create index notification_delivery_pending_idx on notification_delivery (next_attempt_at)
  where state = 'pending';
create table notification_thread (
  channel_id text not null references notification_channel(id) on delete cascade,
  incident_key text not null, ref text not null, primary key (channel_id, incident_key))`;

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS.split(';')) {
    if (statement.trim()) await sql.raw(statement).execute(db);
  }
}
