// Changes the plan of a rollout, in one transaction with its time line and audit entry.
import { recordAudit } from '#audit';
import { type FlagRecord, findKillInForce } from '#flags';
import { fail } from '#kernel/errors';
import { inTransaction, type ProjectCtx, userIdOf } from '#platform/ctx';
import type { Sources } from '#sources';
import { measureBaselines, refuseWithoutBaseline } from './baseline.service.ts';
import { carryOut } from '../running/carry-out.service.ts';
import { findFlagObjection } from '../gate/command.ts';
import { flagOf, refuseUnusableConditions } from './draft.service.ts';
import { findProblemOf } from './unit.service.ts';
import { flagStatus } from '../flag/flag-status.ts';
import type { Baselines } from './guardrail-meaning.ts';
import { nextEvaluationAt } from '../gate/look.ts';
import { findPlanProblem, type PlanProblem } from './plan-check.ts';
import { planOf, type PlanWire } from './plan.contract.ts';
import type { Plan } from './plan.ts';
import { refuseUnreadable } from './trial-reading.service.ts';
import { changesEvidence, findReplanProblem } from './replan.ts';
import {
  draftPosition,
  isBeforeStart,
  isMonitored,
  move,
  type Position,
  type Transition,
} from '../gate/rollout.ts';
import { getRollout } from '../rollouts.service.ts';
import { findRollout, type Rollout } from '../kept/rollouts.store.ts';
import { refuseUnclearedReplan, refuseUnconfirmedImpact } from '../start-clearance.service.ts';
import { readPeakHours } from '../start.service.ts';
import { transitionTo } from '../gate/transition.ts';

export type Replan = {
  readonly expectedVersion: number;
  readonly reason: string | null;
  /** The flag's key, typed by whoever changes what going back costs. */
  readonly confirm?: string | undefined;
  readonly timeScale: number;
  /** Where it is tried what the plan asks of another program; without it, nothing is. */
  readonly sources?: Pick<Sources, 'read'> | undefined;
};

/**
 * Gives a rollout another plan. A draft takes any for its flag; a running one keeps the stages that it has
 * reached, and begins its stage anew when other things are watched.
 * @throws invalid_input naming the field; conflict when the rollout has moved; not_found; confirmation_required
 */
export async function replanRollout(
  ctx: ProjectCtx,
  id: string,
  wire: PlanWire,
  { expectedVersion, reason, confirm, timeScale, sources }: Replan,
): Promise<Rollout> {
  refuse(within(findPlanProblem(planOf(wire), timeScale)));
  await refuseWithoutBaseline(ctx, ctx.environment.id, planOf(wire), wire);
  const trial = { sources, environmentId: ctx.environment.id, nowMs: ctx.clock.now() };
  await refuseUnreadable(trial, planOf(wire), wire);
  const baselines = await baselinesFor(ctx, await getRollout(ctx, id), wire);
  const plan = planOf(wire, baselines);
  const peaks = await readPeakHours(ctx, ctx.environment.id, plan);
  return inTransaction(ctx, async (tx) => {
    await findRollout(tx.db, id, { projectId: tx.projectId, isLocked: true });
    const rollout = await getRollout(tx, id);
    if (rollout.version !== expectedVersion) fail('conflict', { attr: 'expected_version' });
    refuse(findReplanProblem(rollout.plan, plan, rollout.position));
    const confirmed = await clear(tx, rollout, plan, { reason, confirm });
    const flag = await flagOf(tx, wire);
    // What a running rollout has written to its flag is no objection to itself.
    if (rollout.before === null) refuse(within(await findProblemOf(tx, plan, flag)));
    await refuseUnusableConditions(tx, plan, flag);
    const written: PlanWire = { ...wire, environment: rollout.environmentKey };
    const reasons = [...(reason === null ? [] : [reason]), ...confirmed];
    const transition = transitionFor(rollout, plan, reasons);
    if (transition.flag !== null) await refuseHand(tx, rollout, flag);
    await auditPlan(tx, rollout, written, reason);
    const nowMs = tx.clock.now();
    const moved = move(startOf(rollout, plan, nowMs), transition, nowMs);
    const position = { ...moved, nextEvalAtMs: nextEvaluationAt(plan, moved, nowMs, null) };
    await carryOut(
      tx,
      { ...rollout, plan, baselines, wire: written },
      {
        transition,
        position,
        evaluation: null,
        seenFlagVersion: transition.flag === null ? undefined : flag.version,
        change: {
          ...changeOf(rollout, written, baselines),
          ...peaks,
          created_by_user: userIdOf(tx),
        },
      },
    );
    return getRollout(tx, id);
  });
}

/** What stands against another plan of a rollout that runs; what was confirmed, for the time line. */
async function clear(
  ctx: ProjectCtx,
  rollout: Rollout,
  plan: Plan,
  { reason, confirm }: Pick<Replan, 'reason' | 'confirm'>,
): Promise<string[]> {
  if (isBeforeStart(rollout.position)) return [];
  await refuseUnclearedReplan(ctx, rollout, reason);
  return refuseUnconfirmedImpact(rollout, plan, confirm);
}

const auditPlan = (ctx: ProjectCtx, rollout: Rollout, written: PlanWire, reason: string | null) =>
  recordAudit(ctx, {
    projectId: ctx.projectId,
    environmentId: rollout.environmentId,
    action: 'replanned',
    resourceKind: 'rollout',
    resourceId: rollout.id,
    resourceLabel: rollout.flagKey,
    before: { plan: rollout.wire },
    after: { plan: written },
    reason,
  });

/** Whoever wrote the plan as it is now is not who approves it by starting it. */
const changeOf = ({ planVersion }: Rollout, wire: PlanWire, baselines: Baselines) => ({
  plan: JSON.stringify(wire),
  plan_version: planVersion + 1,
  baselines: JSON.stringify(baselines),
});

/** A draft has none yet; a running rollout measures what its new guardrails need. */
function baselinesFor(ctx: ProjectCtx, rollout: Rollout, wire: PlanWire): Promise<Baselines> {
  if (rollout.position.state === 'draft') return Promise.resolve({});
  return measureBaselines(ctx, ctx.environment.id, { plan: planOf(wire), wire }, rollout);
}

/** Before the start, evidence is planned for the new plan. */
function startOf({ position }: Rollout, plan: Plan, nowMs: number): Position {
  if (!isBeforeStart(position)) return position;
  return { ...position, carry: draftPosition(plan, nowMs).carry };
}

function transitionFor(
  { plan: before, position }: Rollout,
  plan: Plan,
  reasons: readonly string[],
): Transition {
  const stays: Transition = {
    ...transitionTo(position, 'replanned', position.state, reasons),
    holdReason: position.holdReason,
    deadlineAtMs: position.deadlineAtMs,
  };
  // What was to start by itself was another plan.
  if (isBeforeStart(position)) {
    const draft = transitionTo(position, 'replanned', 'draft', reasons);
    return { ...draft, carry: draftPosition(plan, 0).carry };
  }
  const isWatched = isMonitored(position) || position.state === 'applying';
  if (!isWatched || !changesEvidence(before, plan)) return stays;
  const again = transitionTo(position, 'replanned', 'applying', [
    ...reasons,
    'Other things are watched from now on, so the stage begins anew.',
  ]);
  return { ...again, carry: draftPosition(plan, 0).carry, flag: 'stage' };
}

/**
 * The stage begins anew only where nobody has put a hand on flag or rollout.
 * @throws conflict
 */
async function refuseHand(ctx: ProjectCtx, rollout: Rollout, flag: FlagRecord): Promise<void> {
  const { before, plan, position } = rollout;
  if (position.state === 'holding') {
    const detail = 'What is watched cannot change while the rollout is held; resume it first.';
    fail('conflict', { attr: 'plan.guardrails', detail });
  }
  const isKilled = (await findKillInForce(ctx, flag)) !== undefined;
  const status = before && flagStatus(plan, before, position.stageIndex, flag, isKilled);
  const objection = status && findFlagObjection('jump', position, status);
  if (objection) fail('conflict', { detail: objection });
}

const within = (problem: PlanProblem | null): PlanProblem | null =>
  problem && { ...problem, field: `plan.${problem.field}` };

function refuse(problem: PlanProblem | null): void {
  if (problem) fail('invalid_input', { attr: problem.field, detail: problem.reason });
}
