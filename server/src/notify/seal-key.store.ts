// The key under which channel settings are sealed when the operator sets none: made once, kept in the store.
// It keeps secrets out of copies of single tables, not out of a copy of the whole database; for that, set
// SERIN_SECRET_KEY.
import type { Db } from '#platform/ctx';

const SETTING = 'notify.seal_key';

/** The stored key, or `fresh` when there was none. */
export async function keepSealKey(db: Db, fresh: string): Promise<string> {
  await db
    .insertInto('instance_setting')
    .values({ key: SETTING, value: JSON.stringify({ secret: fresh }) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await db
    .selectFrom('instance_setting')
    .select('value')
    .where('key', '=', SETTING)
    .executeTakeFirstOrThrow();
  return (row.value as { secret: string }).secret;
}
