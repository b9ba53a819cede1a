// The Prometheus that guardrails of an environment read.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql
    .raw(
      `create table metric_source (
        environment_id integer primary key references environment(id) on delete cascade,
        url text not null,
        token_box text,
        updated_at timestamptz not null
      );`,
    )
    .execute(db);
}
