// Cohorts by events: who is in them is calculated from time to time, in each environment.
import { type Kysely, sql } from 'kysely';

const STATEMENTS = `
alter table cohort add column by_events boolean not null default false;
create sequence cohort_calculation_number_seq;
create table cohort_calculation (
  cohort_id integer not null references cohort(id),
  environment_id integer not null references environment(id),
  due_at timestamptz not null,
  current_number bigint, cohort_version integer, people bigint, calculated_at timestamptz,
  running_number bigint, started_at timestamptz, lease_expires_at timestamptz,
  errors integer not null default 0, last_error text, last_error_at timestamptz,
  primary key (cohort_id, environment_id));
create index cohort_calculation_due_at_idx on cohort_calculation (due_at)`;

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS.split(';')) await sql.raw(statement).execute(db);
}
