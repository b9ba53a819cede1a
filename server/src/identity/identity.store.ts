// People, their distinct ids and groups in PostgreSQL, many rows per statement. Every function works
// inside the caller's transaction.
import { sql } from 'kysely';
import type { JsonObject } from '#kernel/json';
import type { Db } from '#platform/ctx';
import { moveHashKeys } from './hash-keys.store.ts';
import type { KnownPeople, LedgerChanges } from './ledger.ts';
import type { Person } from './person.ts';

/** First key of the advisory locks that keep the people of one environment in one pair of hands. */
const PEOPLE_LOCK = 1_768_842_089;

/** Waits until no other transaction changes people of this environment; held until the end of this one. */
export async function lockPeople(db: Db, environmentId: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(${PEOPLE_LOCK}, ${environmentId})`.execute(db);
}

/** PostgreSQL's classes of errors that lie in the data: 22 (values), 23 (constraints), 54 (too complex). */
const DATA_ERROR = /^(22|23|54)/;

/** Runs `work`; when PostgreSQL refuses its data, undoes it alone and returns undefined. */
export async function unlessRefused<T>(db: Db, work: () => Promise<T>): Promise<T | undefined> {
  await sql`savepoint sound`.execute(db);
  let result: T | undefined;
  try {
    result = await work();
  } catch (error) {
    if (!DATA_ERROR.test((error as { code?: string }).code ?? '')) throw error;
    await sql`rollback to savepoint sound`.execute(db);
  }
  await sql`release savepoint sound`.execute(db);
  return result;
}

type PersonRow = {
  readonly distinct_id: string;
  readonly person_id: string;
  readonly is_identified: boolean;
  readonly created_at: Date;
  readonly version: string;
  readonly properties: JsonObject | null;
};

/**
 * What is known about `distinctIds`. Properties are read only for persons behind `withProperties`, the rest
 * come without: most events change nothing about anybody.
 */
export async function findPeople(
  db: Db,
  environmentId: number,
  distinctIds: readonly string[],
  withProperties: readonly string[],
  merged: readonly string[],
): Promise<KnownPeople> {
  const { rows } = await sql<PersonRow>`
    select d.distinct_id, d.person_id, p.is_identified, p.created_at, p.version,
      case when d.distinct_id = any(${withProperties}::text[]) then p.properties end as properties
    from person_distinct_id d
    join person p on p.environment_id = d.environment_id and p.id = d.person_id
    where d.environment_id = ${environmentId} and d.distinct_id = any(${distinctIds}::text[])
  `.execute(db);
  const persons = new Map<string, Person>();
  for (const row of rows) {
    const known = persons.get(row.person_id);
    persons.set(row.person_id, {
      id: row.person_id,
      properties: row.properties ?? known?.properties ?? {},
      isIdentified: row.is_identified,
      createdAtMs: row.created_at.getTime(),
      version: Number(row.version),
    });
  }
  return {
    persons: [...persons.values()],
    personIds: new Map(rows.map((row) => [row.distinct_id, row.person_id])),
    personlessIds: await findPersonlessIds(db, environmentId, merged),
  };
}

async function findPersonlessIds(
  db: Db,
  environmentId: number,
  distinctIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (distinctIds.length === 0) return new Set();
  const { rows } = await sql<{ distinct_id: string }>`
    select distinct_id from personless_distinct_id
    where environment_id = ${environmentId} and distinct_id = any(${distinctIds}::text[])
  `.execute(db);
  return new Set(rows.map((row) => row.distinct_id));
}

/** An id whose events are stored under another person than now. */
export type Repointed = {
  readonly distinctId: string;
  readonly personId: string;
  readonly version: number;
};

/** Writes what a batch changed. Returns the ids whose earlier events must be re-pointed. */
export async function writeChanges(
  db: Db,
  environmentId: number,
  changes: LedgerChanges,
): Promise<Repointed[]> {
  if (changes.created.length > 0) await insertPersons(db, environmentId, changes.created);
  if (changes.updated.length > 0) await updatePersons(db, environmentId, changes.updated);
  if (changes.attached.length > 0) await insertDistinctIds(db, environmentId, changes.attached);
  const moved =
    changes.absorbed.length > 0 ? await absorbPersons(db, environmentId, changes.absorbed) : [];
  if (changes.personless.length > 0) {
    await sql`
      insert into personless_distinct_id (environment_id, distinct_id)
      select ${environmentId}, unnest(${changes.personless}::text[])
      on conflict do nothing
    `.execute(db);
  }
  return [...changes.attached.filter((attachment) => attachment.version > 0), ...moved];
}

async function insertPersons(db: Db, environmentId: number, persons: readonly Person[]) {
  await sql`
    insert into person (environment_id, id, properties, is_identified, version, created_at)
    select ${environmentId}, * from ${personColumns(persons)}
    on conflict do nothing
  `.execute(db);
}

async function updatePersons(db: Db, environmentId: number, persons: readonly Person[]) {
  await sql`
    update person p set properties = c.properties, is_identified = c.is_identified,
      version = c.version, created_at = c.created_at
    from ${personColumns(persons)} as c(id, properties, is_identified, version, created_at)
    where p.environment_id = ${environmentId} and p.id = c.id
  `.execute(db);
}

function personColumns(persons: readonly Person[]) {
  return sql`unnest(
    ${persons.map((person) => person.id)}::uuid[],
    ${persons.map((person) => JSON.stringify(person.properties))}::jsonb[],
    ${persons.map((person) => person.isIdentified)}::boolean[],
    ${persons.map((person) => person.version)}::bigint[],
    ${persons.map((person) => new Date(person.createdAtMs).toISOString())}::timestamptz[]
  )`;
}

async function insertDistinctIds(
  db: Db,
  environmentId: number,
  attached: LedgerChanges['attached'],
): Promise<void> {
  const distinctIds = attached.map((attachment) => attachment.distinctId);
  await sql`
    insert into person_distinct_id (environment_id, distinct_id, person_id, version)
    select ${environmentId}, * from unnest(
      ${distinctIds}::text[],
      ${attached.map((attachment) => attachment.personId)}::uuid[],
      ${attached.map((attachment) => attachment.version)}::bigint[]
    )
    on conflict do nothing
  `.execute(db);
  await sql`
    update personless_distinct_id set is_merged = true
    where environment_id = ${environmentId} and distinct_id = any(${distinctIds}::text[])
  `.execute(db);
}

/** Moves every distinct id of the absorbed persons and removes them. */
async function absorbPersons(
  db: Db,
  environmentId: number,
  absorbed: LedgerChanges['absorbed'],
): Promise<Repointed[]> {
  const ids = absorbed.map((person) => person.id);
  const { rows } = await sql<RepointedRow>`
    update person_distinct_id d set person_id = c.into_id, version = d.version + 1
    from unnest(${ids}::uuid[], ${absorbed.map((person) => person.into)}::uuid[])
      as c(from_id, into_id)
    where d.environment_id = ${environmentId} and d.person_id = c.from_id
    returning d.distinct_id, d.person_id, d.version
  `.execute(db);
  await moveHashKeys(db, environmentId, absorbed);
  await sql`
    delete from person where environment_id = ${environmentId} and id = any(${ids}::uuid[])
  `.execute(db);
  return rows.map(toRepointed);
}

type RepointedRow = {
  readonly distinct_id: string;
  readonly person_id: string;
  readonly version: string;
};

const toRepointed = (row: RepointedRow): Repointed => ({
  distinctId: row.distinct_id,
  personId: row.person_id,
  version: Number(row.version),
});

/** One id that changes hands. */
export type Move = { readonly distinctId: string; readonly personId: string };

/** Gives each id to its new person. */
export async function moveDistinctIds(
  db: Db,
  environmentId: number,
  moves: readonly Move[],
): Promise<Repointed[]> {
  const { rows } = await sql<RepointedRow>`
    update person_distinct_id d set person_id = c.into_id, version = d.version + 1
    from unnest(${moves.map((move) => move.distinctId)}::text[],
      ${moves.map((move) => move.personId)}::uuid[]) as c(distinct_id, into_id)
    where d.environment_id = ${environmentId} and d.distinct_id = c.distinct_id
    returning d.distinct_id, d.person_id, d.version
  `.execute(db);
  return rows.map(toRepointed);
}

/** Distinct ids of these persons, of each at most `maxPerPerson`. */
export async function distinctIdsOf(
  db: Db,
  environmentId: number,
  personIds: readonly string[],
  maxPerPerson: number,
): Promise<string[]> {
  if (personIds.length === 0) return [];
  const { rows } = await sql<{ distinct_id: string }>`
    select d.distinct_id from unnest(${personIds}::uuid[]) as p(id) cross join lateral (
      select distinct_id from person_distinct_id
      where environment_id = ${environmentId} and person_id = p.id limit ${maxPerPerson}
    ) d
  `.execute(db);
  return rows.map((row) => row.distinct_id);
}

/** The ids themselves and other ids of the same people, of each person at most `maxPerPerson`. */
export async function idsOfSamePeople(
  db: Db,
  environmentId: number,
  distinctIds: readonly string[],
  maxPerPerson: number,
): Promise<string[]> {
  const { rows } = await sql<{ person_id: string }>`
    select distinct person_id from person_distinct_id
    where environment_id = ${environmentId} and distinct_id = any(${distinctIds}::text[])
  `.execute(db);
  const people = rows.map((row) => row.person_id);
  const others = await distinctIdsOf(db, environmentId, people, maxPerPerson);
  return [...new Set([...distinctIds, ...others])];
}
