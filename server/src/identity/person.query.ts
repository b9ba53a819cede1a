// Reading people: by distinct id, by id, and as pages with a search.
import { type RawBuilder, sql } from 'kysely';
import type { JsonObject } from '#kernel/json';
import type { Db } from '#platform/ctx';
import { containing } from '#platform/postgres/like';

export type StoredPerson = {
  readonly id: string;
  readonly properties: JsonObject;
  readonly isIdentified: boolean;
  readonly createdAt: Date;
};

export type PersonWithIds = StoredPerson & { readonly distinctIds: readonly string[] };

type Row = {
  readonly id: string;
  readonly properties: object;
  readonly is_identified: boolean;
  readonly created_at: Date;
};

const COLUMNS = [
  'person.id',
  'person.properties',
  'person.is_identified',
  'person.created_at',
] as const;
/** A person who has more is shown with these many; nobody reads thousands. */
const MAX_DISTINCT_IDS = 100;

export async function findPersonByDistinctId(
  db: Db,
  environmentId: number,
  distinctId: string,
): Promise<StoredPerson | undefined> {
  const row = await db
    .selectFrom('person_distinct_id as d')
    .innerJoin('person', (join) =>
      join
        .onRef('person.environment_id', '=', 'd.environment_id')
        .onRef('person.id', '=', 'd.person_id'),
    )
    .select(COLUMNS)
    .where('d.environment_id', '=', environmentId)
    .where('d.distinct_id', '=', distinctId)
    .executeTakeFirst();
  return row && toPerson(row);
}

export async function findPersonById(
  db: Db,
  environmentId: number,
  id: string,
): Promise<PersonWithIds | undefined> {
  const [person] = await findPersonsById(db, environmentId, [id]);
  return person;
}

/** People by id, with their distinct ids; in no particular order. */
export async function findPersonsById(
  db: Db,
  environmentId: number,
  ids: readonly string[],
): Promise<PersonWithIds[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('person')
    .select(COLUMNS)
    .where('environment_id', '=', environmentId)
    .where('id', 'in', [...ids])
    .execute();
  return withDistinctIds(db, environmentId, rows.map(toPerson));
}

/** The person that each distinct id belongs to; ids without a person are absent. */
export async function findPersonIds(
  db: Db,
  environmentId: number,
  distinctIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (distinctIds.length === 0) return new Map();
  const { rows } = await sql<{ distinct_id: string; person_id: string }>`
    select distinct_id, person_id from person_distinct_id
    where environment_id = ${environmentId} and distinct_id = any(${distinctIds}::text[])
  `.execute(db);
  return new Map(rows.map((row) => [row.distinct_id, row.person_id]));
}

export type PersonFilter = {
  readonly distinctId: string | undefined;
  /** Part of a distinct id, of an e-mail address or of a name. */
  readonly search: string | undefined;
  /** Searched instead of those; alone: whoever has it. */
  readonly property?: string | undefined;
  readonly limit: number;
  readonly offset: number;
};

/** One page of people, newest first. */
export async function readPersons(
  db: Db,
  environmentId: number,
  filter: PersonFilter,
): Promise<{ count: number; persons: PersonWithIds[] }> {
  const { distinctId, search, property } = filter;
  const conditions: Condition[] = [];
  if (distinctId !== undefined) conditions.push(hasDistinctId(sql`d.distinct_id = ${distinctId}`));
  if (property !== undefined) conditions.push(hasProperty(property, search));
  else if (search !== undefined) conditions.push(isSearched(search));
  return readMatching(db, environmentId, conditions, filter);
}

type Condition = RawBuilder<boolean>;

/** One page of the people who meet every condition on `person`, newest first. */
export async function readMatching(
  db: Db,
  environmentId: number,
  conditions: readonly Condition[],
  page: { readonly limit: number; readonly offset: number },
): Promise<{ count: number; persons: PersonWithIds[] }> {
  const matching = () =>
    conditions.reduce(
      (query, condition) => query.where(condition),
      db.selectFrom('person').where('person.environment_id', '=', environmentId),
    );
  const [{ count }, rows] = await Promise.all([
    matching()
      .select((query) => query.fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow(),
    matching()
      .select(COLUMNS)
      .orderBy('person.created_at', 'desc')
      .orderBy('person.id')
      .limit(page.limit)
      .offset(page.offset)
      .execute(),
  ]);
  const persons = await withDistinctIds(db, environmentId, rows.map(toPerson));
  return { count: Number(count), persons };
}

/** The person carries the text in a distinct id, the e-mail address or the name; of the table `person`. */
export function isSearched(search: string): Condition {
  const pattern = containing(search);
  const inIds = hasDistinctId(sql`d.distinct_id ilike ${pattern}`);
  return sql<boolean>`(person.properties ->> 'email' ilike ${pattern}
    or person.properties ->> 'name' ilike ${pattern} or ${inIds})`;
}

function hasProperty(property: string, part: string | undefined): Condition {
  return part === undefined
    ? sql<boolean>`person.properties ? ${property}`
    : sql<boolean>`person.properties ->> ${property} ilike ${containing(part)}`;
}

function hasDistinctId(condition: RawBuilder<unknown>): Condition {
  return sql<boolean>`exists (select from person_distinct_id d
    where d.environment_id = person.environment_id and d.person_id = person.id and ${condition})`;
}

async function withDistinctIds(
  db: Db,
  environmentId: number,
  persons: readonly StoredPerson[],
): Promise<PersonWithIds[]> {
  const { rows } = await sql<{ person_id: string; distinct_ids: string[] }>`
    select p.id as person_id, array(
      select d.distinct_id from person_distinct_id d
      where d.environment_id = ${environmentId} and d.person_id = p.id
      order by d.distinct_id limit ${MAX_DISTINCT_IDS}
    ) as distinct_ids
    from unnest(${persons.map((person) => person.id)}::uuid[]) as p(id)
  `.execute(db);
  const byPerson = new Map(rows.map((row) => [row.person_id, row.distinct_ids]));
  return persons.map((person) => ({ ...person, distinctIds: byPerson.get(person.id) ?? [] }));
}

function toPerson(row: Row): StoredPerson {
  return {
    id: row.id,
    properties: row.properties as JsonObject,
    isIdentified: row.is_identified,
    createdAt: row.created_at,
  };
}
