// Carries a transition out: flag, rollout, run of the stage, time line and audit entry in the caller's
// one transaction. If any of them cannot be written, nothing happened.
import { recordAudit } from '#audit';
import { findFlag, type FlagRecord, pullKillSwitch, writeFlagFilters } from '#flags';
import { isSameAssignment } from '#flags/assignment';
import type { Verdict } from '#metrics/verdict';
import { type Actor, afterCommit, type Ctx } from '#platform/ctx';
import { queueNotification } from '#notify';
import { notify } from '#platform/postgres/notices';
import { type FlagBefore, keepWords } from '../flag/flag-status.ts';
import type { GateInput } from '../gate/gate.ts';
import { followIncident } from '../incident/follow.service.ts';
import { findLastVerdict, insertEvent } from '../kept/history.store.ts';
import { rolloutMessages } from '../notification.ts';
import { peopleOf } from '../gate/promotion.ts';
import { countEscalations } from '../kept/stretch.store.ts';
import {
  isBeforeStart,
  isPlanOnly,
  isTerminal,
  type Position,
  type Transition,
} from '../gate/rollout.ts';
import {
  environmentOf,
  type Rollout,
  type RolloutChange,
  saveRollout,
} from '../kept/rollouts.store.ts';
import { flagAfterRollback, flagAtStage, type FlagState } from '../flag/stage-filters.ts';
import { enterStage, exitStage, settleStage } from '../kept/stage-run.store.ts';

export type CarryOut = {
  readonly transition: Transition;
  /** Where the rollout stands afterwards. */
  readonly position: Position;
  /** The look that decided. */
  readonly evaluation: { readonly id: string; readonly verdict: Verdict } | null;
  /** The flag as the controller saw it; another version by now is a conflict. */
  readonly seenFlagVersion?: number | undefined;
  /** The flag before the first stage, at the start. */
  readonly before?: FlagBefore | undefined;
  /** What the controller decided from, where no look did. */
  readonly inputs?: GateInput | undefined;
  readonly change?: RolloutChange;
  readonly idempotencyKey?: string | undefined;
};

/**
 * Writes a transition; `ctx.db` is a transaction in which the rollout's row is locked.
 * @throws conflict when the flag has changed since it was looked at.
 */
export async function carryOut(ctx: Ctx, rollout: Rollout, what: CarryOut): Promise<void> {
  const { transition, position } = what;
  const at = new Date(ctx.clock.now());
  const flagVersion = await writeFlag(ctx, rollout, what);
  await writeStageRuns(ctx, rollout, what, flagVersion ?? rollout.appliedFlagVersion ?? 0);
  await saveRollout(ctx.db, rollout.id, position, {
    version: rollout.version + 1,
    hold_detail: holdDetailOf(rollout, transition),
    ...(flagVersion === null ? {} : { applied_flag_version: flagVersion }),
    ...(what.before ? { snapshot_before: JSON.stringify(what.before) } : {}),
    ...outcomeOf(transition, at, ctx.actor),
    ...what.change,
  });
  await insertEvent(ctx.db, {
    rolloutId: rollout.id,
    at,
    actorKind: ctx.actor.kind,
    actorLabel: ctx.actor.label,
    type: transition.type,
    fromState: rollout.position.state,
    toState: transition.to,
    stageIndex: transition.stageIndex,
    reasons: transition.reasons,
    holdReason: transition.holdReason,
    evaluationId: what.evaluation?.id ?? null,
    deadlineAt: transition.deadlineAtMs === null ? null : new Date(transition.deadlineAtMs),
    inputs: what.inputs ?? null,
    idempotencyKey: what.idempotencyKey ?? `rollout:${rollout.id}:v${rollout.version + 1}`,
  });
  await recordAudit(ctx, {
    projectId: rollout.projectId,
    environmentId: rollout.environmentId,
    action: transition.type,
    resourceKind: 'rollout',
    resourceId: rollout.id,
    resourceLabel: rollout.flagKey,
    before: auditView(rollout.position),
    after: auditView(position),
    reason: transition.reasons.join(' ') || null,
  });
  const incidentId = await followIncident(ctx, rollout, what);
  await tellPeople(ctx, rollout, what, incidentId);
  await announce(ctx, rollout);
}

/** Queues the news with the move itself: neither is lost, neither is told of what did not happen. */
async function tellPeople(
  ctx: Ctx,
  rollout: Rollout,
  what: CarryOut,
  incidentId: string | null,
): Promise<void> {
  const verdict = what.evaluation?.verdict ?? (await lastVerdict(ctx, rollout));
  const counts = verdict && peopleOf(rollout.plan, verdict);
  const flag = await findFlag(ctx, rollout.flagId, rollout.environmentId);
  const messages = rolloutMessages({
    rolloutId: rollout.id,
    flagKey: rollout.flagKey,
    environment: await environmentOf(ctx.db, rollout.environmentId),
    plan: rollout.plan,
    transition: what.transition,
    from: rollout.position.state,
    position: what.position,
    attempt: rollout.position.attempt,
    incidentId,
    actor: ctx.actor.label,
    people: counts ? { treatment: counts.nT, control: counts.nC } : null,
    verdict,
    killSwitchKey: flag?.killSwitchKey ?? null,
  });
  const { type } = what.transition;
  const reach = type === 'escalated' ? 1 + (await countEscalations(ctx.db, rollout.id)) : 1;
  const { projectId, id } = rollout;
  for (const told of messages) {
    await queueNotification(ctx, { projectId, subject: `rollout:${id}`, reach, ...told });
  }
}

/** Of the stage that runs, or ran; moves without a look are told with what the last one found. */
async function lastVerdict(ctx: Ctx, { id, position }: Rollout): Promise<Verdict | null> {
  if (isBeforeStart(position)) return null;
  return findLastVerdict(ctx.db, { rolloutId: id, ...position });
}

/** Tells this process after the commit, and the other replicas with it, that a rollout has news. */
export async function announce(
  ctx: Ctx,
  rollout: { readonly id: string; readonly projectId: number },
): Promise<void> {
  const change = { projectId: rollout.projectId, rolloutId: rollout.id };
  await notify(ctx.db, 'rollout.changed', change);
  afterCommit(ctx, () => ctx.events.emit('rollout.changed', change));
}

/** What happens to a hold without ending it leaves its reason. */
const KEEPS_HOLD: ReadonlySet<Transition['type']> = new Set([
  'stage_applied',
  'acknowledged',
  'extended',
  'noted',
  'deadline_near',
  'replanned',
]);

function holdDetailOf(rollout: Rollout, transition: Transition): string | null {
  if (transition.to !== 'holding') return null;
  const isSameHold = KEEPS_HOLD.has(transition.type);
  return isSameHold ? rollout.holdDetail : transition.reasons.join(' ');
}

const auditView = ({ state, holdReason, stageIndex, attempt }: Position) => ({
  state,
  hold_reason: holdReason,
  stage_index: stageIndex,
  attempt,
});

const NO_OUTCOME = {
  outcome: null,
  outcome_reason: null,
  finished_at: null,
  acknowledged_at: null,
  acknowledged_by: null,
} as const;

function outcomeOf(transition: Transition, at: Date, { kind, label }: Actor): RolloutChange {
  const seen = { acknowledged_at: at, acknowledged_by: label };
  const reason = transition.reasons.join(' ');
  if (transition.type === 'started') return { started_at: at };
  if (transition.type === 'retried') return NO_OUTCOME;
  if (transition.type === 'acknowledged') {
    return isTerminal(transition.to) ? seen : {};
  }
  if (transition.type === 'rollback_started') {
    // Who takes a change back by hand has seen why.
    return { outcome_reason: reason, ...(kind === 'system' ? {} : seen) };
  }
  if (!isTerminal(transition.to)) return {};
  const change = { outcome: transition.to, finished_at: at };
  // Why it was rolled back is known since the rollback began.
  return transition.to === 'rolled_back' ? change : { ...change, outcome_reason: reason };
}

/** Writes what the transition asks for to the flag; the flag's new version, or null. */
async function writeFlag(ctx: Ctx, rollout: Rollout, what: CarryOut): Promise<number | null> {
  const { transition } = what;
  const before = what.before ?? rollout.before;
  if (transition.flag === null || before === null) return null;
  const current = await findFlag(ctx, rollout.flagId, rollout.environmentId);
  const target =
    transition.flag === 'stage'
      ? flagAtStage(rollout.plan, before, transition.stageIndex)
      : rollbackTarget(ctx, rollout, before, current);
  if (target === null) return null;
  const { rollbackTo } = rollout.plan.policy;
  if (transition.flag === 'rollback' && rollbackTo === 'kill' && current?.active) {
    const environment = await environmentOf(ctx.db, rollout.environmentId);
    await pullKillSwitch(ctx, current, environment, transition.reasons.join(' ') || null);
  }
  return writeFlagFilters(ctx, {
    flagId: rollout.flagId,
    environmentId: rollout.environmentId,
    filters: current ? keepWords(target.filters, current.filters) : target.filters,
    active: target.active,
    action: transition.flag === 'stage' ? 'widened' : 'rolled_back',
    reason: transition.reasons.join(' ') || null,
    clearance: { kind: 'rollout' },
    ...(what.seenFlagVersion === undefined ? {} : { expectedVersion: what.seenFlagVersion }),
  });
}

/** A flag that a person has switched off stays off, with whatever the person has made of it. */
function rollbackTarget(
  ctx: Ctx,
  rollout: Rollout,
  before: FlagState,
  current: FlagRecord | undefined,
): FlagState | null {
  if (!current || current.archived || current.deleted) return null;
  const applied = flagAtStage(rollout.plan, before, rollout.position.stageIndex);
  const isEdited = !isSameAssignment(current.filters, applied.filters);
  if (isEdited && !current.active && ctx.actor.kind === 'system') return null;
  const target = flagAfterRollback(rollout.plan, before, rollout.position.stageIndex);
  return current.active ? target : { ...target, active: false };
}

/** Moves after which a run of the stage is over. */
const ENDS_RUN: ReadonlySet<Transition['type']> = new Set([
  'promoted',
  'rollback_started',
  'completed',
  'cancelled',
]);

/** States in which no run of a stage is under way. */
const HAS_NO_RUN: ReadonlySet<Position['state']> = new Set(['draft', 'scheduled', 'rolled_back']);

async function writeStageRuns(
  ctx: Ctx,
  rollout: Rollout,
  { transition, position, evaluation }: CarryOut,
  flagVersion: number,
): Promise<void> {
  const at = new Date(ctx.clock.now());
  const { stageIndex, attempt, state } = rollout.position;
  const run = { rolloutId: rollout.id, stageIndex, attempt, at };
  const isNewRun = transition.to === 'applying' && !isPlanOnly(transition);
  if (transition.type === 'stage_applied') await settleStage(ctx.db, run);
  if (!HAS_NO_RUN.has(state) && (isNewRun || ENDS_RUN.has(transition.type))) {
    const evidence = evaluation?.verdict ?? null;
    await exitStage(ctx.db, { ...run, exitKind: transition.type, evidence });
  }
  if (!isNewRun) return;
  await enterStage(ctx.db, {
    ...run,
    stageIndex: position.stageIndex,
    attempt: position.attempt,
    flagVersion,
    carry: position.carry,
  });
}
