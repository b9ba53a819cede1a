// What people have ticked of a rollout's checklists, and when somebody had its page open.
import type { Db } from '#platform/ctx';
import type { Tick } from './checklist.ts';

export async function listTicks(db: Db, rolloutId: string): Promise<ReadonlyMap<string, Tick>> {
  const rows = await db
    .selectFrom('rollout_check')
    .select(['item', 'note', 'checked_by', 'checked_at'])
    .where('rollout_id', '=', rolloutId)
    .execute();
  return new Map(
    rows.map((row) => [row.item, { by: row.checked_by, at: row.checked_at, note: row.note }]),
  );
}

export async function saveTick(
  db: Db,
  rolloutId: string,
  item: string,
  tick: Tick | null,
): Promise<void> {
  await db
    .deleteFrom('rollout_check')
    .where('rollout_id', '=', rolloutId)
    .where('item', '=', item)
    .execute();
  if (tick === null) return;
  const { by, at, note } = tick;
  await db
    .insertInto('rollout_check')
    .values({ rollout_id: rolloutId, item, note, checked_by: by, checked_at: at })
    .execute();
}

/** Notes a visit, unless the person was here since `notSince`. */
export async function noteVisit(
  db: Db,
  visit: {
    readonly rolloutId: string;
    readonly userId: string;
    readonly label: string;
    readonly at: Date;
  },
  notSince: Date,
): Promise<void> {
  const known = await db
    .selectFrom('rollout_visit')
    .select('at')
    .where('rollout_id', '=', visit.rolloutId)
    .where('user_id', '=', visit.userId)
    .where('at', '>', notSince)
    .limit(1)
    .executeTakeFirst();
  if (known) return;
  await db
    .insertInto('rollout_visit')
    .values({
      rollout_id: visit.rolloutId,
      user_id: visit.userId,
      label: visit.label,
      at: visit.at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Between two moments, the earliest first. */
export async function listVisits(
  db: Db,
  rolloutId: string,
  within: { readonly from: Date; readonly to: Date },
): Promise<Date[]> {
  const rows = await db
    .selectFrom('rollout_visit')
    .select('at')
    .where('rollout_id', '=', rolloutId)
    .where('at', '>=', within.from)
    .where('at', '<=', within.to)
    .orderBy('at')
    .limit(2000)
    .execute();
  return rows.map(({ at }) => at);
}
