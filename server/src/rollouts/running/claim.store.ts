// Claims: one controller at a time works on a rollout, and when its next look is due. Claims are judged by the
// database's clock, which all replicas share: they are short, and a replica whose clock is off must take none from another.
import { type RawBuilder, sql } from 'kysely';
import type { Db } from '#platform/ctx';
import { IDLE, type Rollout, selectRollouts, toRollout } from '../kept/rollout-row.store.ts';

export type Claim = {
  readonly holder: string;
  /** Looks are due by this. */
  readonly nowMs: number;
  /** A claim that is not renewed for so long is anybody's. */
  readonly claimMs: number;
  /** Instead of the database's clock, in tests. */
  readonly clockMs?: number | undefined;
};

const clockOf = ({ clockMs }: Pick<Claim, 'clockMs'>): RawBuilder<Date> =>
  clockMs === undefined ? sql`clock_timestamp()` : sql`${new Date(clockMs)}::timestamptz`;

const endOf = (claim: Pick<Claim, 'clockMs' | 'claimMs'>): RawBuilder<Date> =>
  sql`${clockOf(claim)} + ${claim.claimMs} * interval '1 millisecond'`;

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
        eb('claimed_until', '<', clockOf(claim)),
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
    .set({ claimed_by: claim.holder, claimed_until: endOf(claim) })
    .where('id', 'in', due)
    .returning('id')
    .execute();
  if (claimed.length === 0) return [];
  const ids = claimed.map((row) => row.id);
  const rows = await selectRollouts(db).where('rollout.id', 'in', ids).execute();
  return rows.map(toRollout);
}

/** A sign of life of a holder that is still working: its claims last longer. What was taken over meanwhile stays lost. */
export async function renewClaims(
  db: Db,
  claim: Omit<Claim, 'nowMs'>,
  ids: readonly string[],
): Promise<void> {
  await db
    .updateTable('rollout')
    .set({ claimed_until: endOf(claim) })
    .where('id', 'in', ids)
    .where('claimed_by', '=', claim.holder)
    .where('claimed_until', 'is not', null)
    .execute();
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
