// The decision at one look: plan, position and observation in, verdict and next move out. Pure: the
// stored input gives the same decision again, byte for byte. A person's hand on the flag comes first, then
// whether there is data at all, then the rules of rules.ts.
import { checkHealth, comparedShare, type Health, type Observation } from '#metrics/observation';
import { readData } from '#metrics/outcome';
import { reachVerdict, type Verdict } from '#metrics/verdict';
import { type FlagStatus, isWatchable } from '../flag/flag-status.ts';
import { CONFIRM_AGAIN_MS, confirmRollback } from './confirmation.ts';
import { giveTimeAgain, holdUnserved, isSettling, settleHeld } from './actuator.ts';
import { countLook, isLagging, type LookInput, nextEvaluationAt } from './look.ts';
import { type Plan, unitsOf } from '../plan/plan.ts';
import { isMonitored, isOnItsWay, move, type Position, type Transition } from './rollout.ts';
import { findOverdue, findTransition, holdForLag, holdForSource } from './rules.ts';
import { hold, promote, rollBack, transitionTo, watchedState } from './transition.ts';

/** Plan, position, clock and watermark (everything received before it is in the event store), and: */
export type GateInput = LookInput & {
  /** The flag as it is now, against what the rollout last wrote. */
  readonly flag: FlagStatus;
  /** Null when nothing was asked, or the event store did not answer; then `sourceError` says why. */
  readonly observation: Observation | null;
  /** Of a rollback, and of a stage that clients are to have: who does not serve it, in words; null when everybody does. */
  readonly unconfirmed?: string | null;
};

export type Decision = {
  readonly verdict: Verdict | null;
  readonly health: Health | null;
  readonly transition: Transition | null;
  /** Where the rollout stands afterwards. */
  readonly position: Position;
};

/** True when the decision needs an observation of the event store. */
export function needsObservation(input: Omit<GateInput, 'observation' | 'sourceError'>): boolean {
  const { position, flag, nowMs, watermarkMs } = input;
  if (!isMonitored(position) || !isWatchable(flag)) return false;
  if (position.lastEvalAtMs !== null && nowMs < position.lastEvalAtMs) return false;
  return watermarkMs > (position.lastWatermarkMs ?? position.stageSettledAtMs ?? 0);
}

/** Decides one look. */
export function decide(input: GateInput): Decision {
  const { plan, position, nowMs } = input;
  if (position.state === 'rolling_back') return decideEnd(input);
  const early = findEarlyTransition(input);
  if (early) return finish(input, position, null, null, early);
  if (!isMonitored(position) || !isWatchable(input.flag)) {
    return finish(input, position, null, null, null);
  }
  if (input.observation === null) {
    const counted = {
      ...position,
      sourceErrors: position.sourceErrors + (input.sourceError ? 1 : 0),
    };
    return finish(input, counted, null, null, findSourceTransition(input, counted));
  }
  const { verdict, health } = judge(plan, position, input.observation);
  const counted = countLook(input, input.observation, verdict, health);
  const view = {
    plan,
    position: counted,
    observation: input.observation,
    verdict,
    health,
    nowMs,
    peakHours: input.peakHours,
    isLagging: isLagging(input),
    sourceError: input.sourceError,
  };
  return finish(input, counted, verdict, health, findTransition(view));
}

/** A rollback that is under way is only waited for. */
function decideEnd(input: GateInput): Decision {
  const { position, unconfirmed = null, nowMs } = input;
  const transition = confirmRollback(position, unconfirmed, nowMs);
  const decision = finish(input, position, null, null, transition);
  if (decision.position.state !== 'rolling_back') return decision;
  const waiting = { ...decision.position, nextEvalAtMs: nowMs + CONFIRM_AGAIN_MS };
  return { ...decision, position: waiting };
}

/** Moves that need no metrics: a person's hand on the flag, a stage that has settled. */
function findEarlyTransition(input: GateInput): Transition | null {
  const { plan, position, flag, nowMs, unconfirmed = null } = input;
  if (flag === 'disabled') {
    return rollBack(position, ['The flag was switched off by hand.']);
  }
  if (flag !== 'as_applied' && position.holdReason !== 'drift') {
    return hold(position, 'drift', [DRIFT_WORDS[flag]]);
  }
  if (!isWatchable(flag) || !isSettling(plan, position, nowMs)) return null;
  if (unconfirmed) return holdUnserved(plan, position, unconfirmed, nowMs);
  if (position.holdReason === 'actuator') return giveTimeAgain(position);
  return position.state === 'applying' ? settle(plan, position) : settleHeld(position, LEARNED);
}

const LEARNED = ['Clients had time to learn of the stage; it stays held.'];

const DRIFT_WORDS = {
  edited:
    'The flag was changed by hand while the rollout ran. Resume writes the stage again; cancel keeps the change.',
  replaced:
    'The flag was changed by hand, and the stage is no longer in it: nothing can be measured. Resume writes the stage again; cancel keeps the change.',
  rebucketed:
    'The flag’s key, bucketing or persistence was changed by hand: nothing can be measured. Change it back and resume, or roll back.',
  killed:
    'The flag’s kill switch is on: nothing can be measured. The stage is kept; switch the kill switch off and resume, or roll back.',
} as const;

function settle(plan: Plan, position: Position): Transition {
  const stage = plan.stages[position.stageIndex];
  const isLast = position.stageIndex === plan.stages.length - 1;
  if (stage !== undefined && isLast && stage.minBakeMs === 0) {
    return promote(plan, position, null, [
      `“${stage.name}” has no bake time: the rollout is complete.`,
    ]);
  }
  const to = watchedState(plan, position.stageIndex);
  return transitionTo(position, 'stage_applied', to, ['Clients had time to learn of the stage.']);
}

/** Without an observation: hold once the event store counts as down, and mind deadlines. */
function findSourceTransition(input: GateInput, position: Position): Transition | null {
  const { plan, nowMs } = input;
  if (!isOnItsWay(position)) return findOverdue(plan, position, nowMs);
  if (isLagging(input)) return holdForLag(plan, position, nowMs);
  return holdForSource(plan, position, input.sourceError, nowMs);
}

function judge(
  plan: Plan,
  position: Position,
  observation: Observation,
): { verdict: Verdict; health: Health | null } {
  const stage = plan.stages[position.stageIndex];
  const comparison = stage?.comparison ?? 'absolute';
  const planned =
    stage && comparison === 'ratio'
      ? { plannedShare: comparedShare(observation, stage.percent / 100) }
      : undefined;
  const measured = plan.guardrails.map((guardrail, index) => ({
    guardrail,
    data: { ...readData(observation, plan.guardrails, index), ...planned },
  }));
  const verdict = reachVerdict(measured, comparison, position.carry, plan.policy);
  const health =
    stage && comparison === 'ratio'
      ? checkHealth(observation, stage.percent / 100, unitsOf(plan))
      : null;
  return { verdict, health };
}

function finish(
  input: GateInput,
  counted: Position,
  verdict: Verdict | null,
  health: Health | null,
  transition: Transition | null,
): Decision {
  const moved = transition ? move(counted, transition, input.nowMs) : counted;
  const nextEvalAtMs = nextEvaluationAt(input.plan, moved, input.nowMs, verdict);
  return { verdict, health, transition, position: { ...moved, nextEvalAtMs } };
}
