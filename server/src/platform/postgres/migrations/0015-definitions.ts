// What people say of events and their properties: meaning, tags, type.
import { type Kysely, sql } from 'kysely';

const STATEMENTS = `
create table data_definition (
  project_id integer not null references project(id),
  kind text not null check (kind in ('event', 'property')), name text not null,
  description text not null default '', tags jsonb not null default '[]',
  verified boolean not null default false, hidden boolean not null default false,
  property_type text check (property_type in ('String', 'Numeric', 'Boolean', 'DateTime')),
  version integer not null default 1,
  updated_by text, updated_at timestamptz not null,
  primary key (project_id, kind, name))`;

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS.split(';')) await sql.raw(statement).execute(db);
}
