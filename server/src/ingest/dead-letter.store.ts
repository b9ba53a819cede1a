// Events that the event store refuses for what they hold: kept apart with the reason, so that they can be looked
// at and stored again once the reason is gone. Bounded per environment; the oldest give way.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';

/** A row has 1 MB at most, see `row.ts`: 200 MB. */
const MAX_PER_ENVIRONMENT = 200;
const MAX_DETAIL_CHARS = 500;

export type DeadLetter = {
  readonly environmentId: number;
  readonly uuid: string;
  readonly event: string;
  readonly distinctId: string;
  /** Code of the event store. */
  readonly reason: string;
  readonly detail: string;
  readonly receivedAt: Date;
};

export type KeptLetter = DeadLetter & {
  readonly failedAt: Date;
  readonly attempts: number;
  readonly bytes: number;
};

/** Keeps an event apart; another attempt that failed is counted. @param row as it was to be stored */
export async function insertDeadLetter(
  db: Db,
  letter: DeadLetter & { readonly row: string },
): Promise<void> {
  const { environmentId, reason } = letter;
  const detail = letter.detail.replaceAll('\0', '').slice(0, MAX_DETAIL_CHARS);
  await sql`
    insert into dead_letter (environment_id, uuid, event, distinct_id, reason, detail, row, received_at)
    values (${environmentId}, ${letter.uuid}, ${letter.event}, ${letter.distinctId}, ${reason},
      ${detail}, ${letter.row}, ${letter.receivedAt})
    on conflict (environment_id, uuid) do update set reason = excluded.reason,
      detail = excluded.detail, failed_at = now(), attempts = dead_letter.attempts + 1
  `.execute(db);
  await sql`
    delete from dead_letter where environment_id = ${environmentId} and uuid in (
      select uuid from dead_letter where environment_id = ${environmentId}
      order by received_at desc, uuid offset ${MAX_PER_ENVIRONMENT})
  `.execute(db);
}

/** Which of the letters of an environment; all of them when nothing is said. */
export type Which = {
  readonly uuids?: readonly string[] | undefined;
  readonly reason?: string | undefined;
};

const matching = (environmentId: number, { uuids, reason }: Which) => sql`
  environment_id = ${environmentId}
  and ${uuids === undefined ? sql`true` : sql`uuid = any(${uuids}::uuid[])`}
  and ${reason === undefined ? sql`true` : sql`reason = ${reason}`}`;

const COLUMNS = sql`environment_id as "environmentId", uuid::text, event, distinct_id as "distinctId", reason,
  detail, received_at as "receivedAt", failed_at as "failedAt", attempts, octet_length(row) as bytes`;

/** One page, the latest received first, and how many there are of each reason. */
export async function readDeadLetters(
  db: Db,
  environmentId: number,
  which: Which,
  page: { readonly limit: number; readonly offset: number },
) {
  const [{ rows: letters }, { rows: reasons }] = await Promise.all([
    sql<KeptLetter>`select ${COLUMNS} from dead_letter where ${matching(environmentId, which)}
      order by received_at desc, uuid limit ${page.limit} offset ${page.offset}`.execute(db),
    sql<{ reason: string; count: number }>`select reason, count(*)::int as count from dead_letter
      where environment_id = ${environmentId} group by reason order by count desc, reason`.execute(
      db,
    ),
  ]);
  const asked = reasons.filter(
    ({ reason }) => which.reason === undefined || reason === which.reason,
  );
  return { letters, reasons, count: asked.reduce((sum, one) => sum + one.count, 0) };
}

/** Letters with their rows. */
export async function findDeadLetters(
  db: Db,
  environmentId: number,
  which: Which,
): Promise<(KeptLetter & { readonly row: string })[]> {
  const { rows } = await sql<KeptLetter & { row: string }>`select ${COLUMNS}, row from dead_letter
    where ${matching(environmentId, which)} order by received_at, uuid`.execute(db);
  return rows;
}

/** Returns how many there were. */
export async function deleteDeadLetters(
  db: Db,
  environmentId: number,
  which: Which,
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from dead_letter where ${matching(environmentId, which)}
  `.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** Forgets what these ids sent. */
export async function forgetLettersOf(
  db: Db,
  environmentId: number,
  distinctIds: readonly string[],
): Promise<void> {
  await sql`delete from dead_letter
    where environment_id = ${environmentId} and distinct_id = any(${distinctIds}::text[])
  `.execute(db);
}

/** How many refused events are kept, of all environments. */
export async function countRefused(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('dead_letter')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}
