// Where the squash of an environment is, in PostgreSQL; and whether what it goes by is still so.
import { sql } from 'kysely';
import { batchesOnWay, isAnyOnWay } from '#ingest';
import type { Db } from '#platform/ctx';
import type { Mapping } from './squash.ts';

export type Squash = {
  readonly environmentId: number;
  /** What still holds of what merges said at the beginning. */
  readonly mapping: Mapping;
  /** Events that were on their way then are not stored yet. */
  readonly isWaiting: boolean;
  /** When all events were found to be rewritten. */
  readonly settledAt: Date | null;
};

/** An id whose person is as merges in the event store say, with nothing newer on its way there. */
const holds = sql`exists (select from person_distinct_id d
  where d.environment_id = said.environment_id and d.distinct_id = said.distinct_id
    and d.person_id = said.person_id and d.version = said.version)`;

/**
 * Copies down what merges say about ids of an environment, as far as it is so, with the batches that are on
 * their way. The caller holds the lock of people.
 * @returns how many ids it is about; 0 when none qualifies, or when a squash is under way
 */
export async function insertSquash(
  db: Db,
  environmentId: number,
  mapping: Mapping,
  at: Date,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with said as (select ${environmentId}::int as environment_id, * from ${unnested(mapping)}
      as m(distinct_id, person_id, version)),
    holding as (select * from said where ${holds} and not exists (select from person_outbox o
      where o.environment_id = said.environment_id and o.distinct_id = said.distinct_id))
    insert into person_squash (environment_id, distinct_ids, person_ids, versions, waits_for, started_at)
    select environment_id, array_agg(distinct_id), array_agg(person_id), array_agg(version),
      ${batchesOnWay}, ${at}
    from holding group by environment_id
    on conflict do nothing returning cardinality(distinct_ids) as count
  `.execute(db);
  return rows[0]?.count ?? 0;
}

const unnested = ({ distinctIds, personIds, versions }: Mapping) =>
  sql`unnest(${distinctIds}::text[], ${personIds}::uuid[], ${versions}::bigint[])`;

/** Environments with a squash under way. */
export async function findSquashes(db: Db): Promise<number[]> {
  const { rows } = await sql<{ environment_id: number }>`
    select environment_id from person_squash order by environment_id`.execute(db);
  return rows.map((row) => row.environment_id);
}

type Row = {
  readonly distinct_ids: string[];
  readonly person_ids: string[];
  readonly versions: string[];
  readonly is_waiting: boolean;
  readonly settled_at: Date | null;
};

/** Undefined when there is none, or when it was ended because somebody was erased. */
export async function findSquash(db: Db, environmentId: number): Promise<Squash | undefined> {
  const { rows } = await sql<Row>`
    select coalesce(held.distinct_ids, '{}') as distinct_ids, held.person_ids::text[] as person_ids,
      held.versions, ${isAnyOnWay(sql`s.waits_for`)} as is_waiting, s.settled_at
    from person_squash s cross join lateral (
      select array_agg(said.distinct_id) as distinct_ids, array_agg(said.person_id) as person_ids,
        array_agg(said.version) as versions
      from (select s.environment_id, * from unnest(s.distinct_ids, s.person_ids, s.versions)
        as m(distinct_id, person_id, version)) said where ${holds}) held
    where s.environment_id = ${environmentId}
  `.execute(db);
  const [row] = rows;
  return (
    row && {
      environmentId,
      mapping: {
        distinctIds: row.distinct_ids,
        personIds: row.person_ids ?? [],
        versions: (row.versions ?? []).map(Number),
      },
      isWaiting: row.is_waiting,
      settledAt: row.settled_at,
    }
  );
}

/** Notes when all events were found to be rewritten. */
export async function noteSettled(db: Db, environmentId: number, at: Date): Promise<void> {
  await sql`
    update person_squash set settled_at = ${at} where environment_id = ${environmentId}`.execute(
    db,
  );
}

/** Ends a squash; the ids of people in it are forgotten. */
export async function deleteSquash(db: Db, environmentId: number): Promise<void> {
  await sql`delete from person_squash where environment_id = ${environmentId}`.execute(db);
}

/** The hour of the day in the time zone of each environment's project. */
export async function findHours(db: Db, at: Date): Promise<ReadonlyMap<number, number>> {
  const { rows } = await sql<{ id: number; hour: number }>`
    select e.id, extract(hour from ${at}::timestamptz at time zone p.timezone)::int as hour
    from environment e join project p on p.id = e.project_id where e.deleted_at is null
  `.execute(db);
  return new Map(rows.map(({ id, hour }) => [id, hour]));
}
