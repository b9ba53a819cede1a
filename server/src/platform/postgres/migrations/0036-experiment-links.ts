// Public links to the results of experiments.
import { type Kysely, sql } from 'kysely';

const STATEMENTS = `
create table experiment_link (
  id text primary key, experiment_id integer not null references experiment(id) on delete cascade,
  token_hash text not null, created_by text, created_at timestamptz not null);
create unique index experiment_link_token_hash_idx on experiment_link (token_hash);
create index experiment_link_experiment_id_idx on experiment_link (experiment_id)`;

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS.split(';')) await sql.raw(statement).execute(db);
}
