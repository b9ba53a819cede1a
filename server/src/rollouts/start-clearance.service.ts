// Whether a rollout may start in a protected environment. Its plan is the proposal, its start the approval:
// whoever starts it must be somebody else than whoever made the plan, and say why where that is asked for.
// One other person is enough however many approvals changes need, because a rollout takes itself back. Its
// steps are then allowed.
import { listProjectEnvironments } from '#accounts';
import { missingFor } from '#accounts/protection';
import { fail } from '#kernel/errors';
import { type Ctx, userIdOf } from '#platform/ctx';
import type { Rollout } from './kept/rollouts.store.ts';

/**
 * The plan of a rollout that runs was approved as it was. Where that is asked for, another plan is another rollout.
 * @throws approval_required; required (attr reason).
 */
export async function refuseUnclearedReplan(
  ctx: Ctx,
  rollout: Rollout,
  reason: string | null,
): Promise<void> {
  const { protection, name } = await environmentOf(ctx, rollout);
  const missing = missingFor(protection, { reason, approvals: 0, isSwitchOff: false });
  if (missing === 'approval') {
    fail('approval_required', {
      attr: 'environment',
      detail: `${name} is protected: end this rollout and plan another one, for somebody else to start.`,
    });
  }
  refuseSilence(missing, name);
}

/** @throws approval_required; required (attr reason). */
export async function refuseUnclearedStart(
  ctx: Ctx,
  rollout: Rollout,
  reason: string | null | undefined,
): Promise<void> {
  const { protection, name } = await environmentOf(ctx, rollout);
  const starter = userIdOf(ctx);
  const isOther = starter !== null && starter !== rollout.createdByUser;
  const approvals = isOther ? protection.requiredApprovals : 0;
  const missing = missingFor(protection, { reason, approvals, isSwitchOff: false });
  if (missing === 'approval') {
    fail('approval_required', {
      attr: 'environment',
      detail: `${name} is protected: somebody else than ${rollout.createdBy ?? 'who made the plan'} must start this rollout.`,
    });
  }
  refuseSilence(missing, name);
}

async function environmentOf(ctx: Ctx, rollout: Rollout) {
  const environments = await listProjectEnvironments(ctx.db, rollout.projectId);
  const environment = environments.find(({ id }) => id === rollout.environmentId);
  return environment ?? fail('not_found', { detail: 'The environment of the rollout is deleted.' });
}

function refuseSilence(missing: ReturnType<typeof missingFor>, name: string): void {
  if (missing !== 'reason') return;
  fail('required', { attr: 'reason', detail: `${name} is protected: say why in “reason”.` });
}
