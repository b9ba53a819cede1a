// The early-access feature that belongs to a flag.
import type { Db } from '#platform/ctx';

/** The feature's name; undefined when the flag has none. */
export async function findFeatureOfFlag(db: Db, flagId: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('early_access_feature')
    .select('name')
    .where('flag_id', '=', flagId)
    .executeTakeFirst();
  return row?.name;
}
