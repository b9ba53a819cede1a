// When cohorts by events are calculated, by whom, and what came of it: a row per cohort and environment. Whoever
// calculates holds a lease by the database's clock, and publishes only while nobody else has begun since.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';

/** What is known of a cohort's people in an environment. */
export type Calculation = {
  readonly cohortId: number;
  /** Names the people in the event store; undefined: not calculated yet. */
  readonly number: string | undefined;
  /** Whose conditions they meet. */
  readonly cohortVersion: number | undefined;
  readonly people: number | undefined;
  readonly calculatedAt: Date | undefined;
  readonly dueAt: Date;
  /** When the calculation that is under way began. */
  readonly startedAt: Date | undefined;
  /** Failures since the last success. */
  readonly errors: number;
  readonly lastError: string | undefined;
  readonly lastErrorAt: Date | undefined;
};

/** Of cohorts in an environment; those that are not calculated at all are absent. */
export async function findCalculations(
  db: Db,
  environmentId: number,
  cohortIds: readonly number[],
): Promise<ReadonlyMap<number, Calculation>> {
  if (cohortIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('cohort_calculation')
    .selectAll()
    .select(sql<boolean>`coalesce(lease_expires_at > clock_timestamp(), false)`.as('is_held'))
    .where('environment_id', '=', environmentId)
    .where('cohort_id', 'in', [...cohortIds])
    .execute();
  return new Map(
    rows.map((row) => [
      row.cohort_id,
      {
        cohortId: row.cohort_id,
        number: row.current_number ?? undefined,
        cohortVersion: row.cohort_version ?? undefined,
        people: row.people === null ? undefined : Number(row.people),
        calculatedAt: row.calculated_at ?? undefined,
        dueAt: row.due_at,
        startedAt:
          row.running_number !== null && row.is_held ? (row.started_at ?? undefined) : undefined,
        errors: row.errors,
        lastError: row.last_error ?? undefined,
        lastErrorAt: row.last_error_at ?? undefined,
      },
    ]),
  );
}

/** Writes down which cohorts of a project are by events. */
export async function markByEvents(
  db: Db,
  projectId: number,
  ids: readonly number[],
): Promise<void> {
  await sql`
    update cohort set by_events = not by_events
    where project_id = ${projectId} and by_events <> (id = any(${ids}::int[]))
  `.execute(db);
}

/** Cohorts of a project that are by events, as last written down. */
export async function findByEvents(db: Db, projectId: number): Promise<ReadonlySet<number>> {
  const rows = await db
    .selectFrom('cohort')
    .select('id')
    .where('project_id', '=', projectId)
    .where('by_events', '=', true)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** Has cohorts calculated as soon as may be: in one environment, or wherever they are. */
export async function makeDue(
  db: Db,
  cohortIds: readonly number[],
  at: Date,
  environmentId?: number,
): Promise<void> {
  if (cohortIds.length === 0) return;
  let query = db
    .updateTable('cohort_calculation')
    .set({ due_at: at })
    .where('cohort_id', 'in', [...cohortIds]);
  if (environmentId !== undefined) query = query.where('environment_id', '=', environmentId);
  await query.execute();
}

/** Rows for cohorts and environments that have none yet, due at once. */
export async function addCalculations(db: Db, at: Date): Promise<void> {
  await sql`
    insert into cohort_calculation (cohort_id, environment_id, due_at)
    select c.id, e.id, ${at} from cohort c
    join environment e on e.project_id = c.project_id and e.deleted_at is null
    where c.by_events and not c.deleted and not exists (
      select from cohort_calculation k where k.cohort_id = c.id and k.environment_id = e.id)
    on conflict do nothing
  `.execute(db);
}

type Key = { readonly cohortId: number; readonly environmentId: number };

/** Calculations of cohorts and environments that are gone, or need none any more. */
export async function findNeedless(db: Db): Promise<Key[]> {
  const { rows } = await sql<{ cohort_id: number; environment_id: number }>`
    select k.cohort_id, k.environment_id from cohort_calculation k
    join cohort c on c.id = k.cohort_id join environment e on e.id = k.environment_id
    where c.deleted or not c.by_events or e.deleted_at is not null limit 100
  `.execute(db);
  return rows.map((row) => ({ cohortId: row.cohort_id, environmentId: row.environment_id }));
}

export async function deleteCalculation(db: Db, { cohortId, environmentId }: Key): Promise<void> {
  await db
    .deleteFrom('cohort_calculation')
    .where('cohort_id', '=', cohortId)
    .where('environment_id', '=', environmentId)
    .execute();
}

/** A calculation that this process has taken on. */
export type Claim = Key & {
  readonly projectId: number;
  /** The new one; grows with every claim. */
  readonly number: string;
  readonly previousNumber: string | undefined;
  readonly previousAt: Date | undefined;
  readonly errors: number;
  readonly dueAt: Date;
};

/** Longer than a calculation may take, its turn at the event store included. */
const LEASE_SECONDS = 900;

/** Takes on the calculation that has been due for longest; undefined when none is due. */
export async function claimCalculation(db: Db, at: Date): Promise<Claim | undefined> {
  const { rows } = await sql<{
    cohort_id: number;
    environment_id: number;
    project_id: number;
    running_number: string;
    current_number: string | null;
    calculated_at: Date | null;
    errors: number;
    due_at: Date;
  }>`
    update cohort_calculation k set running_number = nextval('cohort_calculation_number_seq'),
      started_at = ${at}, lease_expires_at = clock_timestamp() + ${LEASE_SECONDS} * interval '1 second'
    from (
      select d.cohort_id, d.environment_id, c.project_id from cohort_calculation d
      join cohort c on c.id = d.cohort_id and c.by_events and not c.deleted
      join environment e on e.id = d.environment_id and e.deleted_at is null
      where d.due_at <= ${at}
        and (d.running_number is null or d.lease_expires_at <= clock_timestamp())
      order by d.due_at, d.cohort_id limit 1 for update of d skip locked
    ) next
    where k.cohort_id = next.cohort_id and k.environment_id = next.environment_id
    returning k.*, next.project_id
  `.execute(db);
  const [row] = rows;
  return (
    row && {
      cohortId: row.cohort_id,
      environmentId: row.environment_id,
      projectId: row.project_id,
      number: row.running_number,
      previousNumber: row.current_number ?? undefined,
      previousAt: row.calculated_at ?? undefined,
      errors: row.errors,
      dueAt: row.due_at,
    }
  );
}

type Next = {
  readonly at: Date;
  /** When it is calculated again, unless that was asked for meanwhile. */
  readonly nextAt: Date;
};

/** Makes a calculation the one that counts; false when another was begun since, or the cohort has changed. */
export async function publishCalculation(
  db: Db,
  claim: Claim,
  {
    cohortVersion,
    people,
    at,
    nextAt,
  }: Next & { readonly cohortVersion: number; readonly people: number },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update cohort_calculation k set current_number = ${claim.number}, running_number = null,
      lease_expires_at = null, cohort_version = ${cohortVersion}, people = ${people},
      calculated_at = ${at}, errors = 0, last_error = null, last_error_at = null,
      due_at = case when k.due_at = ${claim.dueAt} then ${nextAt} else k.due_at end
    from cohort c
    where ${isHeld(claim)} and c.id = k.cohort_id and c.version = ${cohortVersion} and not c.deleted
  `.execute(db);
  return Number(numAffectedRows ?? 0) > 0;
}

/** Gives a calculation back that came to nothing; the people of before stay. */
export async function failCalculation(
  db: Db,
  claim: Claim,
  { error, at, nextAt }: Next & { readonly error: string },
): Promise<void> {
  await sql`
    update cohort_calculation k set running_number = null, lease_expires_at = null,
      errors = k.errors + 1, last_error = ${error}, last_error_at = ${at},
      due_at = case when k.due_at = ${claim.dueAt} then ${nextAt} else k.due_at end
    where ${isHeld(claim)}
  `.execute(db);
}

/** Gives a calculation back that is to be made anew, because its cohort changed or this process stops. */
export async function returnCalculation(db: Db, claim: Claim): Promise<void> {
  await sql`
    update cohort_calculation k set running_number = null, lease_expires_at = null
    where ${isHeld(claim)}
  `.execute(db);
}

const isHeld = ({ cohortId, environmentId, number }: Claim) =>
  sql`k.cohort_id = ${cohortId} and k.environment_id = ${environmentId} and k.running_number = ${number}`;
