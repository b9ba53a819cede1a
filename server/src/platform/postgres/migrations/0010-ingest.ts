// Ingestion warnings by the hour; what is erased, whose events are left out since, how long events
// are kept; and events that the event store refused.
import { type Kysely, sql } from 'kysely';

const STATEMENTS = `
create table ingestion_warning_hour (
  environment_id integer not null, kind text not null, hour timestamptz not null, count bigint not null,
  primary key (environment_id, kind, hour));
insert into ingestion_warning_hour (environment_id, kind, hour, count)
  select environment_id, kind, date_trunc('hour', last_at, 'UTC'), count from ingestion_warning;
alter table project add column event_retention_days integer;
create table deletion (
  id text primary key, project_id integer not null references project(id),
  environment_id integer not null references environment(id), kind text not null,
  state text not null default 'pending', people integer not null, person_ids uuid[] not null,
  distinct_ids text[] not null, deletes_events boolean not null, deletes_people boolean not null,
  before timestamptz not null, copy_version bigint not null, waits_for jsonb not null,
  requested_by text not null, created_at timestamptz not null, checked_at timestamptz,
  verified_at timestamptz, events_found bigint not null default 0, rows_left bigint, problem text);
create index deletion_environment_id_created_at_idx on deletion (environment_id, created_at desc);
create index deletion_open_idx on deletion (created_at) where state <> 'done';
create table erased_id (
  environment_id integer not null, key bytea not null, before timestamptz not null,
  primary key (environment_id, key));
create table dead_letter (
  environment_id integer not null, uuid uuid not null, event text not null, distinct_id text not null,
  reason text not null, detail text not null, row text not null, received_at timestamptz not null,
  failed_at timestamptz not null default now(), attempts integer not null default 1,
  primary key (environment_id, uuid));
create index dead_letter_environment_id_received_at_idx on dead_letter (environment_id, received_at desc)`;

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS.split(';')) {
    if (statement.trim()) await sql.raw(statement).execute(db);
  }
}
