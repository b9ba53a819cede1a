// What goes by a flag: its early-access feature and its experiments.
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

/** The experiment that runs on a flag in an environment; undefined when none does. */
export async function findRunningExperiment(
  db: Db,
  flagId: number,
  environmentId: number,
): Promise<{ id: number; name: string } | undefined> {
  return db
    .selectFrom('experiment')
    .select(['id', 'name'])
    .where('flag_id', '=', flagId)
    .where('environment_id', '=', environmentId)
    .where('start_date', 'is not', null)
    .where('end_date', 'is', null)
    .executeTakeFirst();
}

/** The name of an experiment whose people are counted under the flag's key; undefined when there is none. */
export async function findLaunchedExperiment(db: Db, flagId: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('experiment')
    .select('name')
    .where('flag_id', '=', flagId)
    .where('start_date', 'is not', null)
    .executeTakeFirst();
  return row?.name;
}
