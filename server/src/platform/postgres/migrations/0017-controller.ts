// Rollouts that start at a time, busy hours, what was only noted, and who has seen what was rolled back. A rollout
// that is scheduled does not own its flag yet.
import { type Kysely, sql } from 'kysely';

const STATEMENTS = `
alter table rollout add column peak_hours jsonb, add column noted jsonb not null default '[]',
  add column acknowledged_at timestamptz, add column acknowledged_by text;
update rollout set acknowledged_at = finished_at, acknowledged_by = 'before this was asked for'
  where state = 'rolled_back';
drop index rollout_flag_open_idx;
create unique index rollout_flag_open_idx on rollout (flag_id, environment_id)
  where state not in ('draft', 'scheduled', 'rolled_back', 'completed', 'cancelled')`;

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS.split(';')) await sql.raw(statement).execute(db);
}
