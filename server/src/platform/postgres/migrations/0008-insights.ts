// Insights: saved ones, what a project's days and test accounts are, and the queue by which people and groups
// are copied to the event store. Triggers fill the queue: nothing that writes people can forget the copy.
import { type Kysely, sql } from 'kysely';

const TABLES = `
alter table project add column timezone text not null default 'UTC',
  add column week_start_day integer not null default 1,
  add column test_account_filters jsonb not null default '[]';
create table entity_outbox (
  id bigint generated always as identity primary key, environment_id integer not null,
  kind text not null, type_index integer not null default 0, entity_key text not null);
create table insight (
  id integer generated always as identity primary key,
  project_id integer not null references project(id), short_id text not null,
  name text not null, description text not null, query jsonb not null,
  tags jsonb not null default '[]', favorited boolean not null default false,
  deleted boolean not null default false, version integer not null default 1,
  created_by text, created_at timestamptz not null default now(),
  updated_by text, updated_at timestamptz not null default now());
create unique index insight_short_id_idx on insight (short_id);
create index insight_project_id_idx on insight (project_id, updated_at) where not deleted;
insert into entity_outbox (environment_id, kind, entity_key)
  select environment_id, 'person', id::text from person;
insert into entity_outbox (environment_id, kind, type_index, entity_key)
  select environment_id, 'group', type_index, group_key from group_entity`;

/** One row per changed row, for each statement at once: batches of thousands stay cheap. */
const TRIGGERS = (['insert', 'update', 'delete'] as const).flatMap((operation) => {
  const alias = operation === 'delete' ? 'old table as changed' : 'new table as changed';
  const on = (table: string, columns: string, values: string) => `
create function ${table}_${operation}_outbox() returns trigger language plpgsql as $$
begin
  insert into entity_outbox (environment_id, kind, ${columns}) select environment_id, ${values} from changed;
  return null;
end $$;
create trigger ${table}_${operation}_outbox after ${operation} on ${table}
  referencing ${alias} for each statement execute function ${table}_${operation}_outbox()`;
  return [
    on('person', 'entity_key', `'person', id::text`),
    on('group_entity', 'type_index, entity_key', `'group', type_index, group_key`),
  ];
});

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of TABLES.split(';')) await sql.raw(statement).execute(db);
  for (const statements of TRIGGERS) await sql.raw(statements).execute(db);
}
