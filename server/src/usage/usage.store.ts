// Rows of what is known about calls: when code last asked for a flag, and the keys it asks for in vain.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';
import type { CallRow, UnknownRow } from './tally.ts';

/** Kept per environment; of more, those that were asked for least and longest ago go. */
const MAX_UNKNOWN_ROWS = 1_000;
/** Rows of one statement. */
const BATCH_SIZE = 5_000;

/** Moves the last calls on; one that is older than what is known changes nothing. */
export async function saveCalls(db: Db, rows: readonly CallRow[]): Promise<void> {
  // The same order in every replica, so that they wait for each other instead of blocking each other.
  const sorted = rows.toSorted(byPlace);
  for (let from = 0; from < sorted.length; from += BATCH_SIZE) {
    await db
      .insertInto('flag_call')
      .values(
        sorted.slice(from, from + BATCH_SIZE).map((row) => ({
          environment_id: row.environmentId,
          flag_key: row.flag,
          last_called_at: new Date(row.lastCalledMs),
        })),
      )
      .onConflict((conflict) =>
        conflict
          .columns(['environment_id', 'flag_key'])
          .doUpdateSet({ last_called_at: sql`excluded.last_called_at` })
          .whereRef('flag_call.last_called_at', '<', sql`excluded.last_called_at`),
      )
      .execute();
  }
}

/** Counts unknown keys up and keeps their number within bounds. */
export async function saveUnknown(db: Db, rows: readonly UnknownRow[]): Promise<void> {
  if (rows.length === 0) return;
  await db
    .insertInto('unknown_flag')
    .values(
      rows.toSorted(byPlace).map((row) => ({
        environment_id: row.environmentId,
        flag_key: row.flag,
        count: row.count,
        sdk: row.sdk,
        first_seen_at: new Date(row.lastCalledMs),
        last_seen_at: new Date(row.lastCalledMs),
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['environment_id', 'flag_key']).doUpdateSet({
        count: sql`unknown_flag.count + excluded.count`,
        sdk: sql`excluded.sdk`,
        last_seen_at: sql`greatest(unknown_flag.last_seen_at, excluded.last_seen_at)`,
      }),
    )
    .execute();
  const environmentIds = [...new Set(rows.map((row) => row.environmentId))];
  await sql`
    delete from unknown_flag using (
      select environment_id, flag_key, row_number() over (
        partition by environment_id order by count desc, last_seen_at desc, flag_key) as place
      from unknown_flag where environment_id = any(${environmentIds}::integer[])
    ) ranked
    where unknown_flag.environment_id = ranked.environment_id
      and unknown_flag.flag_key = ranked.flag_key and place > ${MAX_UNKNOWN_ROWS}`.execute(db);
}

export type UnknownFlag = {
  readonly key: string;
  readonly count: number;
  readonly sdk: string;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
};

/** The keys that code asks for in vain, the last ones first; those that exist by now are left out. */
export async function listUnknown(
  db: Db,
  place: { readonly projectId: number; readonly environmentId: number },
  page: { readonly limit: number; readonly offset: number },
): Promise<{ count: number; flags: UnknownFlag[] }> {
  const query = db
    .selectFrom('unknown_flag')
    .where('environment_id', '=', place.environmentId)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('flag')
            .select('flag.id')
            .whereRef('flag.key', '=', 'unknown_flag.flag_key')
            .where('flag.project_id', '=', place.projectId)
            .where('flag.deleted', '=', false),
        ),
      ),
    );
  const { count } = await query
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await query
    .selectAll()
    .orderBy('last_seen_at', 'desc')
    .orderBy('flag_key')
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  const flags = rows.map((row) => ({
    key: row.flag_key,
    count: Number(row.count),
    sdk: row.sdk,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
  }));
  return { count: Number(count), flags };
}

/** Returns whether there was such a row. */
export async function deleteUnknown(db: Db, environmentId: number, key: string): Promise<boolean> {
  const result = await db
    .deleteFrom('unknown_flag')
    .where('environment_id', '=', environmentId)
    .where('flag_key', '=', key)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

function byPlace(a: CallRow, b: CallRow): number {
  return a.environmentId - b.environmentId || (a.flag < b.flag ? -1 : Number(a.flag > b.flag));
}
