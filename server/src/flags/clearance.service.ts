// The one gate before every change of what a flag serves: what a protected environment asks for is there,
// or nothing is written. It runs in the transaction of the change and reads the protection there, so that
// no change slips past a protection that has just been set.
import { type Environment, listProjectEnvironments } from '#accounts';
import { isProtected, missingFor } from '#accounts/protection';
import { fail } from '#kernel/errors';
import type { Ctx, ProjectCtx } from '#platform/ctx';
import { type ServedFlag, differingParts, isForNobody } from './flag-parts.ts';
import { type FlagRecord, findFlagRecord } from './flags.store.ts';

/**
 * On whose word a flag is changed. direct: somebody's own. approved: of a change request, with this many
 * approvals by people other than its author. rollout: a step of a rollout whose start was allowed.
 */
export type Clearance =
  | { readonly kind: 'direct' }
  | { readonly kind: 'approved'; readonly approvals: number }
  | { readonly kind: 'rollout' };

export const DIRECT: Clearance = { kind: 'direct' };

/** A flag in one environment before and after a change; without `before` it is new. */
export type ServedChange = {
  readonly before: FlagRecord | undefined;
  readonly after: FlagRecord;
  readonly reason: string | null | undefined;
};

/**
 * Lets a change pass, or refuses it. A change of what all environments share is asked about in each of
 * them. True when it passed as an emergency: it only switches the flag off, without the approval or the
 * reason that is otherwise asked for.
 * @throws approval_required; required (attr reason).
 */
export async function refuseUncleared(
  ctx: Ctx,
  change: ServedChange,
  clearance: Clearance,
): Promise<boolean> {
  if (clearance.kind === 'rollout') return false;
  const { projectId } = change.after;
  const environments = await listProjectEnvironments(ctx.db, projectId);
  let isEmergency = false;
  for (const environment of environments) {
    if (!isProtected(environment.protection)) continue;
    const own = await changeIn(ctx, environment, change);
    if (own && refuseIn(environment, own, change.reason, clearance)) isEmergency = true;
  }
  return isEmergency;
}

/**
 * Lets an override pass, which touches single named ids: where a reason or approval is asked for it says
 * why, and needs no approval. True when it passed without one that other changes need.
 * @throws required (attr reason)
 */
export async function refuseUnreasonedOverride(
  ctx: ProjectCtx,
  reason: string | null | undefined,
): Promise<boolean> {
  const environments = await listProjectEnvironments(ctx.db, ctx.projectId);
  const own = environments.find(({ id }) => id === ctx.environment.id);
  if (!own || !isProtected(own.protection)) return false;
  if ((reason ?? '').trim() === '') {
    const detail = `${own.name} is protected: say why in “reason”.`;
    fail('required', { attr: 'reason', detail });
  }
  return own.protection.requiredApprovals > 0;
}

/** Where a change is made. */
type OfEnvironment = Ctx & {
  readonly projectId: number;
  readonly environment: { readonly id: number };
};

/**
 * What was given as the reason, else words of Serin's own. Those are no reason where the environment asks
 * people for one.
 */
export async function reasonOr(
  ctx: OfEnvironment,
  given: string | null | undefined,
  own: string,
): Promise<string | null> {
  const why = (given ?? '').trim();
  if (why !== '') return why;
  const environments = await listProjectEnvironments(ctx.db, ctx.projectId);
  const here = environments.find(({ id }) => id === ctx.environment.id);
  return here?.protection.requireReason ? null : own;
}

/** Whether a new flag starts switched on where its maker says nothing: not in a protected environment. */
export async function startsSwitchedOn(ctx: ProjectCtx): Promise<boolean> {
  const environments = await listProjectEnvironments(ctx.db, ctx.projectId);
  const own = environments.find(({ id }) => id === ctx.environment.id);
  return own !== undefined && !isProtected(own.protection);
}

type Own = { readonly before: ServedFlag; readonly after: ServedFlag };

/** What the change does in an environment, undefined for nothing. */
async function changeIn(
  ctx: Ctx,
  environment: Environment,
  { before, after }: ServedChange,
): Promise<Own | undefined> {
  if (environment.id === after.environmentId) {
    if (before) return differing(before, after);
    return isForNobody(after.filters) ? undefined : differing({ ...after, active: false }, after);
  }
  if (!before) return undefined;
  const elsewhere = await findFlagRecord(
    ctx.db,
    { environmentId: environment.id },
    { id: after.id },
  );
  if (!elsewhere) return undefined;
  const isRetired = after.archived || after.deleted;
  const { active: _active, filters: _filters, ...shared } = after;
  return differing(elsewhere, {
    ...shared,
    filters: elsewhere.filters,
    active: elsewhere.active && !isRetired,
  });
}

const differing = (before: ServedFlag, after: ServedFlag): Own | undefined =>
  differingParts(before, after).length === 0 ? undefined : { before, after };

/** True when the change passes only because it is an emergency. */
function refuseIn(
  environment: Environment,
  { before, after }: Own,
  reason: string | null | undefined,
  clearance: Clearance,
): boolean {
  const { protection, name, key } = environment;
  const approvals = clearance.kind === 'approved' ? clearance.approvals : 0;
  // A kill switch takes flags away by being on.
  const takesAway = after.kind === 'kill_switch' ? after.active : !after.active;
  const isSwitchOff = takesAway && differingParts(before, after).join() === 'switch';
  switch (missingFor(protection, { reason, approvals, isSwitchOff })) {
    case 'approval':
      fail('approval_required', {
        attr: 'environment',
        detail: `${name} is protected: ${peopleWords(protection.requiredApprovals)} must approve. Propose the change (POST …/change_requests/?environment=${key}) and let them apply it.`,
      });
      break;
    case 'reason':
      fail('required', {
        attr: 'reason',
        detail: `${name} is protected: say why in “reason”.`,
      });
      break;
    case null:
  }
  return missingFor(protection, { reason, approvals, isSwitchOff: false }) !== null;
}

const peopleWords = (count: number): string =>
  count === 1 ? 'somebody else' : `${count} other people`;
