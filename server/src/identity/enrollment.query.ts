// People by what they have chosen of early-access features: person properties `$feature_enrollment/<key>`
// with true or false (as JSON or as text; posthog-js sends JSON).
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';
import { type PersonWithIds, readMatching } from './person.query.ts';

export type EnrollmentCounts = { readonly optedIn: number; readonly optedOut: number };

/** The predicate of the index `person_enrollment_idx`, word for word: without it every person is read. */
const HAS_CHOSEN = sql<boolean>`person.properties::text like '%"$feature_enrollment/%'`;

/** Counts by property; properties that nobody has are absent. Reads only people who have chosen something. */
export async function countEnrollments(
  db: Db,
  environmentId: number,
  properties: readonly string[],
): Promise<ReadonlyMap<string, EnrollmentCounts>> {
  if (properties.length === 0) return new Map();
  const { rows } = await sql<{ property: string; opted_in: string; opted_out: string }>`
    select asked.property,
      count(*) filter (where person.properties ->> asked.property = 'true') as opted_in,
      count(*) filter (where person.properties ->> asked.property <> 'true') as opted_out
    from person
    join unnest(${properties}::text[]) as asked(property) on person.properties ? asked.property
    where person.environment_id = ${environmentId} and ${HAS_CHOSEN}
    group by asked.property`.execute(db);
  return new Map(
    rows.map((row) => [
      row.property,
      { optedIn: Number(row.opted_in), optedOut: Number(row.opted_out) },
    ]),
  );
}

/** One page of the people who have chosen so, newest first. */
export async function readEnrolledPeople(
  db: Db,
  environmentId: number,
  asked: {
    readonly property: string;
    readonly isOptedIn: boolean;
    readonly limit: number;
    readonly offset: number;
  },
): Promise<{ count: number; persons: PersonWithIds[] }> {
  const chosen = sql<string>`person.properties ->> ${asked.property}`;
  const isWanted = asked.isOptedIn
    ? sql<boolean>`${chosen} = 'true'`
    : sql<boolean>`${chosen} <> 'true'`;
  const condition = sql<boolean>`(${HAS_CHOSEN} and ${isWanted})`;
  return readMatching(db, environmentId, [condition], asked);
}

/** How many of these people have opted in to a feature. */
export async function countOptedIn(
  db: Db,
  environmentId: number,
  property: string,
  personIds: readonly string[],
): Promise<number> {
  if (personIds.length === 0) return 0;
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from person
    where environment_id = ${environmentId} and ${HAS_CHOSEN}
      and properties ->> ${property} = 'true' and id = any(${[...personIds]}::uuid[])`.execute(db);
  return Number(rows[0]?.count ?? 0);
}
