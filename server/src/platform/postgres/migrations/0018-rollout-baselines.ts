// What was measured of the guardrails of a rollout before it started, and holds from then on.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw('alter table rollout add column baselines jsonb').execute(db);
}
