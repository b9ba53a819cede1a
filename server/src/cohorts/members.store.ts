// Who is listed in static cohorts: rows of ids, which stand for whoever is known by them.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';
import { containing } from '#platform/postgres/like';

/** A static cohort in one environment. */
export type MemberList = { readonly environmentId: number; readonly cohortId: number };

/** Lists ids that are not listed yet; returns how many were not. */
export async function insertMembers(
  db: Db,
  { environmentId, cohortId }: MemberList,
  distinctIds: readonly string[],
  at: Date,
): Promise<number> {
  const { numAffectedRows } = await sql`
    insert into cohort_member (environment_id, distinct_id, cohort_id, added_at)
    select ${environmentId}, unnest(${distinctIds}::text[]), ${cohortId}, ${at}
    on conflict do nothing
  `.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** Takes everyone known by one of these ids off the list, by whichever ids they are listed; returns those. */
export async function deleteMembers(
  db: Db,
  { environmentId, cohortId }: MemberList,
  distinctIds: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ distinct_id: string }>`
    delete from cohort_member where cohort_id = ${cohortId} and environment_id = ${environmentId}
      and distinct_id in (
        select unnest(${distinctIds}::text[]) union
        select o.distinct_id from person_distinct_id d join person_distinct_id o
          on o.environment_id = d.environment_id and o.person_id = d.person_id
        where d.environment_id = ${environmentId} and d.distinct_id = any(${distinctIds}::text[]))
    returning distinct_id
  `.execute(db);
  return rows.map((row) => row.distinct_id);
}

/** Takes ids off every list of the environment; with `all`, empties its lists. */
export async function deleteListedIds(
  db: Db,
  environmentId: number,
  distinctIds: readonly string[] | 'all',
): Promise<void> {
  const which = distinctIds === 'all' ? sql`true` : sql`distinct_id = any(${distinctIds}::text[])`;
  await sql`delete from cohort_member where environment_id = ${environmentId} and ${which}`.execute(
    db,
  );
}

/** How many ids are listed. */
export async function countListedIds(
  db: Db,
  { environmentId, cohortId }: MemberList,
): Promise<number> {
  const { count } = await db
    .selectFrom('cohort_member')
    .select((query) => query.fn.countAll<string>().as('count'))
    .where('cohort_id', '=', cohortId)
    .where('environment_id', '=', environmentId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** How many of the ids a person is known by. */
export async function countKnown(
  db: Db,
  environmentId: number,
  distinctIds: readonly string[],
): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from person_distinct_id
    where environment_id = ${environmentId} and distinct_id = any(${distinctIds}::text[])
  `.execute(db);
  return Number(rows[0]?.count ?? 0);
}

/** How many are in each of these static cohorts: people, and listed ids that nobody is known by. */
export async function countMembers(
  db: Db,
  environmentId: number,
  cohortIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  if (cohortIds.length === 0) return new Map();
  const { rows } = await sql<{ cohort_id: number; count: string }>`
    select m.cohort_id,
      count(distinct d.person_id) + count(*) filter (where d.person_id is null) as count
    from cohort_member m
    left join person_distinct_id d
      on d.environment_id = m.environment_id and d.distinct_id = m.distinct_id
    where m.cohort_id = any(${cohortIds}::int[]) and m.environment_id = ${environmentId}
    group by m.cohort_id
  `.execute(db);
  return new Map(rows.map((row) => [row.cohort_id, Number(row.count)]));
}

/** Someone in a static cohort. */
export type ListedMember = {
  readonly distinctId: string;
  /** Undefined for an id that nobody is known by. */
  readonly personId: string | undefined;
};

/** Who is listed: people, and ids that nobody is known by; at most `limit` of both. */
export async function readMembers(
  db: Db,
  { environmentId, cohortId }: MemberList,
  limit: number,
): Promise<{ personIds: string[]; distinctIds: string[] }> {
  const { rows } = await sql<{ person_id: string | null; distinct_id: string | null }>`
    select distinct d.person_id, case when d.person_id is null then m.distinct_id end as distinct_id
    from cohort_member m
    left join person_distinct_id d
      on d.environment_id = m.environment_id and d.distinct_id = m.distinct_id
    where m.cohort_id = ${cohortId} and m.environment_id = ${environmentId}
    limit ${limit}
  `.execute(db);
  return {
    personIds: rows.flatMap((row) => row.person_id ?? []),
    distinctIds: rows.flatMap((row) => row.distinct_id ?? []),
  };
}

/** One page of a static cohort, the last ones added first. */
export async function listMembers(
  db: Db,
  { environmentId, cohortId }: MemberList,
  page: { readonly search?: string | undefined; readonly limit: number; readonly offset: number },
): Promise<{ count: number; members: ListedMember[] }> {
  const pattern = containing(page.search ?? '');
  const searched =
    page.search === undefined
      ? sql`true`
      : sql`(m.distinct_id ilike ${pattern} or p.properties ->> 'email' ilike ${pattern}
          or p.properties ->> 'name' ilike ${pattern})`;
  const { rows } = await sql<{ distinct_id: string; person_id: string | null; total: string }>`
    select min(m.distinct_id) as distinct_id, d.person_id, count(*) over () as total
    from cohort_member m
    left join person_distinct_id d
      on d.environment_id = m.environment_id and d.distinct_id = m.distinct_id
    left join person p on p.environment_id = d.environment_id and p.id = d.person_id
    where m.cohort_id = ${cohortId} and m.environment_id = ${environmentId} and ${searched}
    group by d.person_id, case when d.person_id is null then m.distinct_id end
    order by max(m.added_at) desc, min(m.distinct_id)
    limit ${page.limit} offset ${page.offset}
  `.execute(db);
  return {
    count: Number(rows[0]?.total ?? 0),
    members: rows.map((row) => ({
      distinctId: row.distinct_id,
      personId: row.person_id ?? undefined,
    })),
  };
}

/** Of these people and static cohorts, who is listed in which; people in none of them are absent. */
export async function findListedPeople(
  db: Db,
  environmentId: number,
  personIds: readonly string[],
  cohortIds: readonly number[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  if (personIds.length === 0 || cohortIds.length === 0) return new Map();
  const { rows } = await sql<{ person_id: string; cohort_ids: number[] }>`
    select d.person_id, array_agg(distinct m.cohort_id) as cohort_ids
    from person_distinct_id d
    join cohort_member m on m.environment_id = d.environment_id and m.distinct_id = d.distinct_id
    where d.environment_id = ${environmentId} and d.person_id = any(${personIds}::uuid[])
      and m.cohort_id = any(${cohortIds}::int[])
    group by d.person_id
  `.execute(db);
  return new Map(rows.map((row) => [row.person_id, row.cohort_ids]));
}

/** Of these ids and static cohorts, which is listed in which, itself or by another id of the same person. */
export async function findListedIds(
  db: Db,
  environmentId: number,
  distinctIds: readonly string[],
  cohortIds: readonly number[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  if (distinctIds.length === 0 || cohortIds.length === 0) return new Map();
  const { rows } = await sql<{ distinct_id: string; cohort_ids: number[] }>`
    select asked.distinct_id, array_agg(distinct m.cohort_id) as cohort_ids
    from unnest(${distinctIds}::text[]) as asked(distinct_id)
    left join person_distinct_id d
      on d.environment_id = ${environmentId} and d.distinct_id = asked.distinct_id
    left join person_distinct_id o
      on o.environment_id = d.environment_id and o.person_id = d.person_id
    join cohort_member m on m.environment_id = ${environmentId}
      and m.distinct_id in (asked.distinct_id, o.distinct_id)
      and m.cohort_id = any(${cohortIds}::int[])
    group by asked.distinct_id
  `.execute(db);
  return new Map(rows.map((row) => [row.distinct_id, row.cohort_ids]));
}

/** One id of each of these people, by person. */
export async function findIdsOfPeople(
  db: Db,
  environmentId: number,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (personIds.length === 0) return new Map();
  const { rows } = await sql<{ person_id: string; distinct_id: string }>`
    select person_id, min(distinct_id) as distinct_id from person_distinct_id
    where environment_id = ${environmentId} and person_id = any(${personIds}::uuid[])
    group by person_id
  `.execute(db);
  return new Map(rows.map((row) => [row.person_id, row.distinct_id]));
}
