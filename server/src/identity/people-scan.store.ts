// All people of an environment, batch by batch, with no more of their properties than a question needs.
import { sql } from 'kysely';
import type { JsonObject } from '#kernel/json';
import type { Db } from '#platform/ctx';
import { isSearched } from './person.query.ts';

/** What of each person is read. */
export type ScanQuestion = {
  /** Properties to read; others stay unread. */
  readonly keys: readonly string[];
  /** Whether a distinct id is needed; else it is empty text. */
  readonly withDistinctId: boolean;
  /** Only people who carry the text in a distinct id, the e-mail address or the name. */
  readonly search?: string | undefined;
};

export type ScannedPerson = {
  readonly personId: string;
  /** The id that the person most likely asks by: one given by an application before one made up by an SDK. */
  readonly distinctId: string;
  readonly properties: JsonObject;
};

type Row = {
  readonly id: string;
  readonly distinct_id: string;
  /** JSON texts, in the order of the keys asked for; null where the property is missing. */
  readonly texts: readonly (string | null)[];
};

/**
 * The next people after `afterId`, ordered by id. Person ids are hashes, so the first thousands are as good
 * a sample as any other. Walks the primary key.
 */
export async function readPeopleAfter(
  db: Db,
  environmentId: number,
  { keys, withDistinctId, search }: ScanQuestion,
  afterId: string | undefined,
  limit: number,
): Promise<ScannedPerson[]> {
  const texts =
    keys.length === 0
      ? sql`'{}'::text[]`
      : sql`array(select (person.properties -> k.key)::text
          from unnest(${keys}::text[]) with ordinality as k(key, place) order by k.place)`;
  const distinctId = withDistinctId
    ? sql`coalesce((select d.distinct_id from person_distinct_id d
        where d.environment_id = person.environment_id and d.person_id = person.id
        order by d.distinct_id ~ ${MADE_UP}, d.distinct_id limit 1), '')`
    : sql`''`;
  const { rows } = await sql<Row>`
    select id, ${distinctId} as distinct_id, ${texts} as texts from person
    where environment_id = ${environmentId}
      and ${afterId === undefined ? sql`true` : sql`id > ${afterId}`}
      and ${search === undefined ? sql`true` : isSearched(search)}
    order by id limit ${limit}
  `.execute(db);
  return rows.map((row) => ({
    personId: row.id,
    distinctId: row.distinct_id,
    properties: toProperties(keys, row.texts),
  }));
}

/** SDKs make up UUIDs. */
const MADE_UP = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-';

function toProperties(keys: readonly string[], texts: Row['texts']): JsonObject {
  const fields = keys.flatMap((key, index) =>
    texts[index] === null ? [] : [`${JSON.stringify(key)}:${texts[index]}`],
  );
  return JSON.parse(`{${fields.join(',')}}`) as JsonObject;
}

/** How many people the environment knows. */
export async function countPeople(db: Db, environmentId: number): Promise<number> {
  const { count } = await db
    .selectFrom('person')
    .select((query) => query.fn.countAll<string>().as('count'))
    .where('environment_id', '=', environmentId)
    .executeTakeFirstOrThrow();
  return Number(count);
}
