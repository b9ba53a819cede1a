// Claims: one controller at a time works on a rollout, and when its next look is due.
import type { Db } from '#platform/ctx';
import { IDLE, type Rollout, selectRollouts, toRollout } from '../kept/rollout-row.store.ts';

export type Claim = { readonly holder: string; readonly nowMs: number; readonly claimMs: number };

/**
 * Takes rollouts whose next look is due and which nobody else is working on, those that need no event store
 * first: a store that hangs must not hold them up.
 */
export async function claimDue(db: Db, claim: Claim, limit: number): Promise<Rollout[]> {
  const now = new Date(claim.nowMs);
  const due = db
    .selectFrom('rollout')
    .select('id')
    .where('next_eval_at', '<=', now)
    .where('state', 'not in', IDLE)
    .where((eb) =>
      eb.or([
        eb('claimed_until', 'is', null),
        eb('claimed_until', '<', now),
        // A holder claims only when it works on nothing: what it still holds was cut short by a crash.
        eb('claimed_by', '=', claim.holder),
      ]),
    )
    .orderBy((eb) => eb('state', 'in', ['scheduled', 'applying', 'rolling_back']), 'desc')
    .orderBy('next_eval_at')
    .limit(limit)
    .forUpdate()
    .skipLocked();
  const claimed = await db
    .updateTable('rollout')
    .set({ claimed_by: claim.holder, claimed_until: new Date(claim.nowMs + claim.claimMs) })
    .where('id', 'in', due)
    .returning('id')
    .execute();
  if (claimed.length === 0) return [];
  const ids = claimed.map((row) => row.id);
  const rows = await selectRollouts(db).where('rollout.id', 'in', ids).execute();
  return rows.map(toRollout);
}

/** Gives a claim back without a decision; the next look is due at `retryAtMs`. */
export async function releaseClaim(
  db: Db,
  id: string,
  holder: string,
  retryAtMs: number,
): Promise<void> {
  await db
    .updateTable('rollout')
    .set({ claimed_until: null, next_eval_at: new Date(retryAtMs) })
    .where('id', '=', id)
    .where('claimed_by', '=', holder)
    .where('claimed_until', 'is not', null)
    .execute();
}

/** Makes the next look due at `nowMs`, unless it is due before. */
export async function bringForward(db: Db, ids: readonly string[], nowMs: number): Promise<void> {
  if (ids.length === 0) return;
  await db
    .updateTable('rollout')
    .set({ next_eval_at: new Date(nowMs) })
    .where('id', 'in', ids)
    .where('next_eval_at', '>', new Date(nowMs))
    .where('state', 'not in', IDLE)
    .execute();
}
