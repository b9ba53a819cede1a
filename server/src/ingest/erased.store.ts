// Whose events are to be left out although they were accepted: of people who were erased meanwhile, and of
// environments that are gone. Only hashes of ids are kept, and no longer than a log may lie unread.
import { type RawBuilder, sql } from 'kysely';
import type { Db } from '#platform/ctx';

/** 90 days: no node comes back after a longer time with events that nobody has stored. */
const KEEP_DAYS = 90;

/** What goes: everything, or recordings alone. */
export type Erased = 'everything' | 'recordings';

const keyOf = (id: RawBuilder<unknown>, what: Erased): RawBuilder<Buffer> => {
  const hash = sql<Buffer>`sha256(convert_to(${id}, 'UTF8'))`;
  return what === 'everything' ? hash : sql<Buffer>`sha256(${hash} || 'recordings'::bytea)`;
};

/** From now on what is of these ids and was received until `beforeMs` is left out. */
export async function markErased(
  db: Db,
  environmentId: number,
  distinctIds: readonly string[],
  { beforeMs, what }: { readonly beforeMs: number; readonly what: Erased },
): Promise<void> {
  await sql`
    insert into erased_id (environment_id, key, before)
    select ${environmentId}, ${keyOf(sql.ref('id'), what)}, ${new Date(beforeMs).toISOString()}::timestamptz
    from unnest(${distinctIds}::text[]) as asked(id)
    on conflict (environment_id, key) do update set before = excluded.before
  `.execute(db);
}

/** From now on no event of the environment is stored. */
export async function markEnvironmentErased(db: Db, environmentId: number): Promise<void> {
  await sql`
    insert into erased_id (environment_id, key, before) values (${environmentId}, '', 'infinity')
    on conflict do nothing
  `.execute(db);
}

/** Something of somebody that is on its way into the store. */
type Waiting = {
  readonly environmentId: number;
  readonly receivedMs: number;
  readonly person: { readonly distinctId: string };
};

/** Leaves out what is of those who were erased after it was received; of recordings also whose recordings were. */
export async function withoutErased<T extends Waiting>(
  db: Db,
  events: readonly T[],
  kind: 'events' | 'recordings' = 'events',
): Promise<readonly T[]> {
  if (events.length === 0) return events;
  const asked = sql.ref('asked.distinct_id');
  const ofRecordings = kind === 'events' ? sql`` : sql`or e.key = ${keyOf(asked, 'recordings')}`;
  const { rows } = await sql<{ place: number }>`
    select place::int from erased_id e join unnest(
      ${events.map((event) => event.environmentId)}::int[],
      ${events.map((event) => event.person.distinctId)}::text[],
      ${events.map((event) => new Date(event.receivedMs).toISOString())}::timestamptz[]
    ) with ordinality as asked(environment_id, distinct_id, received_at, place)
      on asked.environment_id = e.environment_id and asked.received_at <= e.before
      and (e.key = ${keyOf(asked, 'everything')} or e.key = '' ${ofRecordings})
  `.execute(db);
  if (rows.length === 0) return events;
  const places = new Set(rows.map(({ place }) => place - 1));
  return events.filter((_, place) => !places.has(place));
}

/** Forgets marks that nothing can need any more. */
export async function forgetErased(db: Db): Promise<void> {
  await sql`
    delete from erased_id where before < now() - ${KEEP_DAYS} * interval '1 day'
  `.execute(db);
}
