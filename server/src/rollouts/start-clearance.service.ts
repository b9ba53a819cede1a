// Whether a command may be carried out: what costs data is confirmed by whoever asks for it, and a protected environment
// wants to know who starts. Its plan is the proposal, its start the approval:
// whoever starts it must be somebody else than whoever made the plan, and say why where that is asked for.
// One other person is enough however many approvals changes need, because a rollout takes itself back. Its
// steps are then allowed, but for the one after which there is no way back: that is a start of its own.
import { listProjectEnvironments } from '#accounts';
import { missingFor } from '#accounts/protection';
import { fail } from '#kernel/errors';
import { canonicalJson } from '#kernel/json';
import { type Ctx, userIdOf } from '#platform/ctx';
import type { Command } from './gate/command.ts';
import type { Rollout } from './kept/rollouts.store.ts';
import { isLossy, type Plan } from './plan/plan.ts';
import { describeRisk, describeWayBack, pointOfNoReturn, riskOf } from './plan/way-back.ts';

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

/**
 * What costs data is confirmed by typing the flag's key. What Serin and other programs do needs none: they go back
 * only where the plan lets them.
 * @returns what was confirmed, for the time line
 * @throws confirmation_required (attr confirm); for starts and the point of no return approval_required, and required
 * (attr reason)
 */
export async function refuseUnclearedCommand(
  ctx: Ctx,
  rollout: Rollout,
  command: Pick<Command, 'name' | 'reason' | 'confirm' | 'flag' | 'stageIndex'>,
): Promise<string[]> {
  const { name, reason } = command;
  const { plan, position, flagKey } = rollout;
  const risk = riskOf(plan, position, command);
  if (name === 'start' || name === 'retry' || risk === 'cross') {
    await refuseUnclearedStart(ctx, rollout, reason);
  }
  if (risk === null || ctx.actor.kind === 'system') return [];
  return [confirmed(describeRisk(plan, risk, position.stageIndex), flagKey, command.confirm)];
}

/** @throws confirmation_required */
function confirmed(risk: string, flagKey: string, given: string | undefined): string {
  if (given !== flagKey) {
    const detail = `${risk} To go ahead, send the flag’s key “${flagKey}” as “confirm”.`;
    fail('confirmation_required', { attr: 'confirm', detail });
  }
  return `Confirmed: ${risk}`;
}

/**
 * Another class of a plan that runs is another promise about the data.
 * @throws confirmation_required (attr confirm)
 */
export function refuseUnconfirmedImpact(
  { plan: before, flagKey, position }: Rollout,
  after: Plan,
  given: string | undefined,
): string[] {
  const isSame = canonicalJson(impactOf(before)) === canonicalJson(impactOf(after));
  if (isSame || (!isLossy(before) && !isLossy(after))) return [];
  return [confirmed(describeWayBack(after, position.stageIndex), flagKey, given)];
}

const impactOf = (plan: Plan) => [plan.impact.kind, plan.impact.isInStep, pointOfNoReturn(plan)];

/** @throws approval_required; required (attr reason). */
async function refuseUnclearedStart(
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
      detail: `${name} is protected: somebody else than who last wrote the plan of this rollout must go ahead with it.`,
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
