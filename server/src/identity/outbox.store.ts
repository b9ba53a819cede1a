// Re-pointed ids on their way to the event store: written with the merge that caused them, sent until the
// event store has them. Sending twice is harmless, the higher version wins there.
import type { ClickHouseClient } from '@clickhouse/client';
import type { Db } from '#platform/ctx';
import type { Repointed } from './identity.store.ts';

/** At most this many rows per step; there is a next one while rows are left. */
const SEND_ROWS = 5000;

export async function enqueueOverrides(
  db: Db,
  environmentId: number,
  repointed: readonly Repointed[],
): Promise<void> {
  for (let at = 0; at < repointed.length; at += SEND_ROWS) {
    const rows = repointed.slice(at, at + SEND_ROWS).map((one) => ({
      environment_id: environmentId,
      distinct_id: one.distinctId,
      person_id: one.personId,
      version: one.version,
    }));
    await db.insertInto('person_outbox').values(rows).execute();
  }
}

/**
 * Sends everything that waits; in the end all of it is in the event store, whoever sent it. A row is in one
 * sender's hands only, so none is sent again after it was taken off the list.
 */
export async function sendOverrides(db: Db, clickhouse: ClickHouseClient): Promise<void> {
  const waiting = () => db.selectFrom('person_outbox').select('id').limit(1).executeTakeFirst();
  while (await waiting()) {
    await db.transaction().execute(async (trx) => {
      const rows = await trx
        .selectFrom('person_outbox')
        .selectAll()
        .orderBy('id')
        .limit(SEND_ROWS)
        .forUpdate()
        .execute();
      if (rows.length === 0) return;
      await clickhouse.insert({
        table: 'person_overrides',
        values: rows.map(({ id: _id, ...row }) => row),
        format: 'JSONEachRow',
      });
      const ids = rows.map((row) => row.id);
      await trx.deleteFrom('person_outbox').where('id', 'in', ids).execute();
    });
  }
}
