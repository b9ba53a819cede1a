// Guarded rollouts that keep the hands of people off a flag while they move it.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';

/** States in which a rollout does not move its flag. */
const IDLE = ['draft', 'scheduled', 'rolled_back', 'completed', 'cancelled'];

/** The rollout that has locked a flag, in an environment or (null) in any; undefined when none has. */
export async function findLockingRollout(
  db: Db,
  flagId: number,
  environmentId: number | null,
): Promise<{ readonly id: string; readonly environmentId: number } | undefined> {
  let query = db
    .selectFrom('rollout')
    .select(['id', 'environment_id as environmentId'])
    .where('flag_id', '=', flagId)
    .where('state', 'not in', IDLE)
    // Plans from before there was a choice are locked like new ones.
    .where(sql<boolean>`coalesce((plan #>> '{policy,lock_flag}')::boolean, true)`);
  if (environmentId !== null) query = query.where('environment_id', '=', environmentId);
  return query.limit(1).executeTakeFirst();
}
