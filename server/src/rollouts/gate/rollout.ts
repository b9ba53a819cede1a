// The states of a rollout, where one stands, and what people may ask of it. Moving it is gate.ts (the
// controller) and command.ts (people).
import type { EvidenceCarry } from '#metrics/verdict';
import { lnFirstWeight, type StageWeights } from '#stats/combine';
import type { ArmCounts } from '#metrics/observation';
import type { Plan } from '../plan/plan.ts';
import { forgetApproval, forgetStuck, onlyAccepted } from './noted.ts';

export const ROLLOUT_STATES = [
  'draft',
  'scheduled',
  'applying',
  'baking',
  'holding',
  'awaiting_approval',
  'soaking',
  'rolling_back',
  'rolled_back',
  'completed',
  'cancelled',
] as const;
/**
 * draft: not started. scheduled: starts by itself at its time. applying: a stage is written, clients are learning of it. baking: evidence is
 * collected. holding: no expansion, evidence goes on. awaiting_approval: every gate passed, a person is
 * missing. soaking: everyone has it. rolling_back: taken back, about to be confirmed. The rest is final.
 */
export type RolloutState = (typeof ROLLOUT_STATES)[number];

export const HOLD_REASONS = [
  'manual',
  'yellow',
  'red',
  'srm',
  'multi_exposure',
  'no_data',
  'source_down',
  'inconclusive',
  'drift',
  'actuator',
] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

/** An arm in which nobody is seen: since when, and how many of it the other arm says should have been. */
export type Unseen = { readonly sinceMs: number; readonly expected: number };
export type UnseenArms = { readonly [arm in keyof ArmCounts]: Unseen | null };

/** Where a rollout stands: all that decisions need besides the plan and what is observed. */
export type Position = {
  readonly state: RolloutState;
  readonly holdReason: HoldReason | null;
  readonly stageIndex: number;
  /** Counts the passes through the plan, from 1: running a stage again begins another. */
  readonly attempt: number;
  readonly stageEnteredAtMs: number;
  /** Start of the analysis; null until clients had time to learn of the stage. */
  readonly stageSettledAtMs: number | null;
  /** Time that looks with people in the arms have covered. */
  readonly observedBakeMs: number;
  /** When a scheduled rollout starts, when somebody must have answered a hold, or a rollback must have arrived. */
  readonly deadlineAtMs: number | null;
  readonly nextEvalAtMs: number;
  readonly lastEvalAtMs: number | null;
  readonly lastWatermarkMs: number | null;
  /** Green looks in a row, at least a tick apart, since the last hold or restart. */
  readonly freshOkCount: number;
  readonly freshOkAtMs: number | null;
  readonly calmSinceMs: number | null;
  /** What people were only told of in this run, and what somebody has accepted: `red:errors`, `accepted:errors`. */
  readonly noted: readonly string[];
  /** Arms of the run in which nobody is seen; left out by positions of an older Serin. */
  readonly unseen?: UnseenArms | null;
  readonly sourceErrors: number;
  readonly carry: EvidenceCarry;
};

/** What a decision did, as the time line tells it. */
export const ROLLOUT_EVENT_TYPES = [
  'created',
  'scheduled',
  'started',
  'stage_applied',
  'promoted',
  'held',
  'resumed',
  'noted',
  'acknowledged',
  'extended',
  'jumped',
  'retried',
  'replanned',
  'deadline_near',
  'escalated',
  'approval_requested',
  'approved',
  'rollback_started',
  'rollback_stuck',
  'rolled_back',
  'completed',
  'cancelled',
] as const;
export type RolloutEventType = (typeof ROLLOUT_EVENT_TYPES)[number];

/** A move of a rollout: where to, why, and what is to be written to the flag with it. */
export type Transition = {
  readonly type: RolloutEventType;
  readonly to: RolloutState;
  readonly holdReason: HoldReason | null;
  readonly stageIndex: number;
  readonly deadlineAtMs: number | null;
  /** Plain words, with the numbers. */
  readonly reasons: readonly string[];
  readonly flag: 'stage' | 'rollback' | null;
  /** Set when nothing moves: what would have been acted on. */
  readonly noted?: readonly string[];
  /** What moved it and is not to move it again in this run of the stage. */
  readonly told?: readonly string[];
  readonly carry: EvidenceCarry;
};

const TERMINAL: ReadonlySet<RolloutState> = new Set(['rolled_back', 'completed', 'cancelled']);
const MONITORED: ReadonlySet<RolloutState> = new Set([
  'baking',
  'holding',
  'awaiting_approval',
  'soaking',
]);

export function isTerminal(state: RolloutState): boolean {
  return TERMINAL.has(state);
}

/** The flag has not been touched yet. */
export function isBeforeStart({ state }: Pick<Position, 'state'>): boolean {
  return state === 'draft' || state === 'scheduled';
}

/** True while evidence is collected. */
export function isMonitored(position: Position): boolean {
  return MONITORED.has(position.state) && position.stageSettledAtMs !== null;
}

/** Where a rollout stands right before its start. */
export function draftPosition(plan: Plan, nowMs: number): Position {
  return {
    state: 'draft',
    holdReason: null,
    stageIndex: 0,
    attempt: 1,
    stageEnteredAtMs: nowMs,
    stageSettledAtMs: null,
    observedBakeMs: 0,
    deadlineAtMs: null,
    nextEvalAtMs: nowMs,
    lastEvalAtMs: null,
    lastWatermarkMs: null,
    freshOkCount: 0,
    freshOkAtMs: null,
    calmSinceMs: null,
    noted: [],
    unseen: null,
    sourceErrors: 0,
    carry: firstCarryOf(plan),
  };
}

/** What comes next rests on this stage being watched. */
export function isOnItsWay({ state }: Pick<Position, 'state'>): boolean {
  return state === 'baking' || state === 'soaking' || state === 'awaiting_approval';
}

/** Stages that may run twice without spending more than the planned error rate. */
const SPARE_STAGES = 2;

/** How the error rate of a plan is spread over its compared stages. */
export function plannedWeights({ stages }: Pick<Plan, 'stages'>): StageWeights {
  const compared = stages.filter(({ comparison }) => comparison === 'ratio').length;
  return { planned: compared + SPARE_STAGES, spares: SPARE_STAGES };
}

function firstCarryOf(plan: Plan): EvidenceCarry {
  const weights = plannedWeights(plan);
  const lnW = lnFirstWeight(weights);
  const byGuardrail = Object.fromEntries(plan.guardrails.map(({ id }) => [id, lnW]));
  return { stage: 1, ...weights, lnW: byGuardrail, accepted: null };
}

/** Another plan for the stages to come; the one that runs goes on. */
export const isPlanOnly = ({ type, flag }: Transition): boolean =>
  type === 'replanned' && flag === null;

/** The next stage of the same pass; every other way into a stage begins a new one. */
const GOES_ON: ReadonlySet<RolloutEventType> = new Set(['started', 'promoted', 'approved']);

/** What people do with a hold does not make its evidence any less calm. */
const KEEPS_CALM: ReadonlySet<RolloutEventType> = new Set(['escalated', 'extended']);

/** A minute: by then every process serves the flag as a rollback has left it, or people are told. */
export const ROLLBACK_MS = 60_000;

/** What was accepted was so of this pass, and of this plan. */
const FORGETS: ReadonlySet<RolloutEventType> = new Set(['retried', 'replanned']);

/** Where a rollout stands after a transition. */
export function move(position: Position, transition: Transition, nowMs: number): Position {
  if (transition.noted) return { ...position, noted: [...position.noted, ...transition.noted] };
  if (isPlanOnly(transition)) {
    return { ...position, carry: transition.carry, noted: forgetApproval(position.noted) };
  }
  const moved: Position = {
    ...position,
    state: transition.to,
    holdReason: transition.holdReason,
    deadlineAtMs: transition.to === 'rolling_back' ? nowMs + ROLLBACK_MS : transition.deadlineAtMs,
    stageIndex: transition.stageIndex,
    carry: transition.carry,
    freshOkCount: 0,
    freshOkAtMs: null,
    calmSinceMs: null,
    noted: [...forgetApproval(forgetStuck(position.noted)), ...(transition.told ?? [])],
    nextEvalAtMs: nowMs,
  };
  if (transition.type === 'approval_requested') {
    const { freshOkCount, freshOkAtMs } = position;
    return { ...moved, freshOkCount, freshOkAtMs };
  }
  if (KEEPS_CALM.has(transition.type)) {
    return { ...moved, calmSinceMs: position.calmSinceMs };
  }
  if (transition.to === 'applying') {
    return {
      ...moved,
      attempt: position.attempt + (GOES_ON.has(transition.type) ? 0 : 1),
      stageEnteredAtMs: nowMs,
      stageSettledAtMs: null,
      observedBakeMs: 0,
      noted: FORGETS.has(transition.type) ? [] : onlyAccepted(moved.noted),
      lastEvalAtMs: null,
      lastWatermarkMs: null,
      unseen: null,
      sourceErrors: 0,
    };
  }
  if (transition.type === 'stage_applied') return { ...moved, stageSettledAtMs: nowMs };
  if (position.holdReason === 'inconclusive' && transition.type === 'resumed') {
    return { ...moved, observedBakeMs: 0 };
  }
  return moved;
}
