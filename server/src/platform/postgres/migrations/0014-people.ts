// What groups of a type are called, and how far merges of people are written into their events.
import { type Kysely, sql } from 'kysely';

const STATEMENTS = `
alter table group_type add column name_singular text, add column name_plural text;
create index group_entity_type_index_idx on group_entity (environment_id, type_index, created_at desc);
create table person_squash (
  environment_id integer primary key,
  distinct_ids text[] not null, person_ids uuid[] not null, versions bigint[] not null,
  waits_for jsonb not null, settled_at timestamptz,
  started_at timestamptz not null)`;

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS.split(';')) await sql.raw(statement).execute(db);
}
