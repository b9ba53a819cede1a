// While a guarded rollout moves a flag, what it owns is not edited by hand: who gets the flag, and what decides their
// buckets. Words, payloads and names stay free, and switching off always goes through.
import { fail } from '#kernel/errors';
import { canonicalJson } from '#kernel/json';
import type { Ctx } from '#platform/ctx';
import { bucketingOf, isSameAssignment } from './assignment.ts';
import { type Clearance, refuseUncleared } from './clearance.service.ts';
import type { FlagRecord } from './flags.store.ts';
import { findLockingRollout } from './rollout-lock.store.ts';

type LockedChange = {
  readonly before: FlagRecord;
  readonly after: FlagRecord;
  readonly reason: string | null | undefined;
  /** Goes on although a rollout has locked the flag. */
  readonly overRollout?: boolean | undefined;
};

/**
 * Lets a change pass, or refuses it for the rollout that owns what it changes. The id of the rollout that was
 * overruled, for the audit log; null without one.
 * @throws conflict (attr over_rollout); required (attr reason) when it is overruled without a reason
 */
async function refuseLocked(
  ctx: Ctx,
  { before, after, reason, overRollout }: LockedChange,
  clearance: Clearance,
): Promise<string | null> {
  if (clearance.kind === 'rollout' || (before.active && !after.active)) return null;
  const isRebucketed = canonicalJson(bucketingOf(before)) !== canonicalJson(bucketingOf(after));
  if (!isRebucketed && isSameAssignment(before.filters, after.filters)) return null;
  const place = isRebucketed ? null : before.environmentId;
  const rollout = await findLockingRollout(ctx.db, before.id, place);
  if (!rollout) return null;
  if (!overRollout) {
    fail('conflict', {
      attr: 'over_rollout',
      detail: `A rollout owns who has this flag until it ends: /rollouts/${rollout.id}. Switch the flag off, end the rollout, or overrule it with a reason.`,
    });
  }
  if ((reason ?? '').trim() === '') {
    fail('required', { attr: 'reason', detail: 'Say why the rollout is overruled.' });
  }
  return rollout.id;
}

/**
 * Lets a change of what a flag serves pass both gates, the lock of a rollout and the protection of environments, or
 * refuses it. What its audit entry says of that.
 * @throws what `refuseUncleared` throws; conflict (attr over_rollout); required (attr reason)
 */
export async function passGates(
  ctx: Ctx,
  change: LockedChange,
  clearance: Clearance,
): Promise<{ readonly isEmergency: boolean; readonly beside: { overruled_rollout?: string } }> {
  const overruled = await refuseLocked(ctx, change, clearance);
  const isEmergency = await refuseUncleared(ctx, change, clearance);
  return { isEmergency, beside: overruled === null ? {} : { overruled_rollout: overruled } };
}
