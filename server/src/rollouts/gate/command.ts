// What people may do to a rollout in each state, and the move that follows. Each command is decided here
// and carried out in one transaction by rollouts.service.ts.
import type { Verdict } from '#metrics/verdict';
import { nextOpening } from '../plan/change-window.ts';
import { acceptanceOf, APPROVAL } from './noted.ts';
import { approvalWaits, describeWait } from './promotion.ts';
import type { FlagStatus } from '../flag/flag-status.ts';
import { type Plan, unitsOf } from '../plan/plan.ts';
import {
  draftPosition,
  type HoldReason,
  isBeforeStart,
  type Position,
  type RolloutState,
  type Transition,
} from './rollout.ts';
import {
  acceptEvidence,
  carryOn,
  hold,
  promote,
  rollBack,
  transitionTo,
  watchedState,
} from './transition.ts';

export const COMMANDS = [
  'start',
  'pause',
  'resume',
  'promote',
  'rollback',
  'approve',
  'ack',
  'extend',
  'jump',
  'retry',
  'cancel',
] as const;
export type CommandName = (typeof COMMANDS)[number];

export type Command = {
  readonly name: CommandName;
  /** Why, in the person's own words; promote asks for it. */
  readonly reason: string | null;
  /** The flag's key, typed by whoever accepts that the command costs data. */
  readonly confirm?: string | undefined;
  /** For cancel: leave the flag at its stage, or take the change back. */
  readonly flag?: 'keep' | 'revert' | undefined;
  /** For start: not before this. */
  readonly startAtMs?: number | undefined;
  /** For jump and retry: the stage to go to. */
  readonly stageIndex?: number | undefined;
  /** For extend: by how much the deadline moves. */
  readonly extendMs?: number | undefined;
};

const ALLOWED: Record<CommandName, readonly RolloutState[]> = {
  start: ['draft', 'scheduled'],
  pause: ['applying', 'baking', 'holding', 'awaiting_approval', 'soaking'],
  resume: ['holding'],
  promote: ['applying', 'baking', 'holding', 'awaiting_approval', 'soaking'],
  rollback: ['applying', 'baking', 'holding', 'awaiting_approval', 'soaking', 'rolling_back'],
  approve: ['awaiting_approval'],
  ack: ['holding', 'rolled_back'],
  extend: ['holding'],
  jump: ['applying', 'baking', 'holding', 'awaiting_approval', 'soaking'],
  retry: ['rolled_back'],
  cancel: ['draft', 'scheduled', 'applying', 'baking', 'holding', 'awaiting_approval', 'soaking'],
};

/** What the commands that a rollout takes depend on. */
export type Standing = Pick<Position, 'state' | 'holdReason' | 'deadlineAtMs'> & {
  /** Somebody has looked at what was rolled back. */
  readonly isAcknowledged: boolean;
};

/** Commands that a rollout takes where it stands. */
export function allowedCommands(standing: Standing): CommandName[] {
  return COMMANDS.filter(
    (name) => ALLOWED[name].includes(standing.state) && isFitting(name, standing),
  );
}

/** Holds whose evidence somebody can take over. */
const SUSPICIONS: ReadonlySet<HoldReason> = new Set(['yellow', 'red']);

function isFitting(name: CommandName, standing: Standing): boolean {
  const { state, holdReason, deadlineAtMs, isAcknowledged } = standing;
  switch (name) {
    case 'ack':
      if (state === 'rolled_back') return !isAcknowledged;
      return holdReason !== null && SUSPICIONS.has(holdReason) && deadlineAtMs !== null;
    case 'pause':
      return state !== 'holding' || endsByItself(standing);
    case 'extend':
      return deadlineAtMs !== null;
    case 'retry':
      return isAcknowledged;
    default:
      return true;
  }
}

const ENDS_BY_ITSELF: ReadonlySet<HoldReason> = new Set(['no_data', 'source_down', 'actuator']);

/** Holds that are over without anybody's doing: a pause makes them stay. */
function endsByItself({ holdReason, deadlineAtMs }: Standing): boolean {
  if (holdReason === 'yellow') return deadlineAtMs !== null;
  return holdReason !== null && ENDS_BY_ITSELF.has(holdReason);
}

/** After these holds resuming runs the stage again. */
const RUNS_AGAIN: ReadonlySet<HoldReason> = new Set(['srm', 'multi_exposure', 'drift', 'actuator']);

/** The arms of this run cannot be compared, so what was counted in them proves nothing. */
function isVoid({ holdReason }: Position): boolean {
  return holdReason === 'srm' || holdReason === 'multi_exposure';
}

/** Commands that go on with a flag as the rollout left it. */
const GOES_ON: ReadonlySet<CommandName> = new Set(['promote', 'approve', 'resume', 'jump']);

/**
 * Why a command must not go on with the flag as it is now, in words; null when it may. A person's hand on
 * the flag wins: only a rollout that is held for it, for everyone to see, writes over it again.
 */
export function findFlagObjection(
  name: CommandName,
  { holdReason }: Position,
  flag: FlagStatus,
): string | null {
  if (!GOES_ON.has(name) || flag === 'as_applied') return null;
  if (flag === 'disabled') {
    return 'The flag has been switched off by hand; switch it on again, or roll back.';
  }
  if (flag === 'killed') {
    return 'The flag’s kill switch is on; switch it off, or roll back.';
  }
  if (flag === 'rebucketed') {
    return 'The flag’s key, bucketing or persistence was changed by hand; change it back, or roll back.';
  }
  if (holdReason === 'drift') return null;
  return 'The flag was changed by hand since the last look; look at it before going on.';
}

/**
 * The move that a command means; null when it would change nothing (a rollback that is under way). Ask
 * {@link allowedCommands} first. `verdict` is that of the last look of this stage, if there was one.
 */
export function decideCommand(
  command: Command,
  plan: Plan,
  position: Position,
  verdict: Verdict | null,
  nowMs: number,
): Transition | null {
  const reasons = command.reason === null ? [] : [command.reason];
  const evidence = isVoid(position) ? null : verdict;
  const moved = MOVES[command.name]({
    command,
    plan,
    position,
    verdict,
    evidence,
    nowMs,
    reasons,
  });
  const isGoingOn = position.state === 'holding' && GOES_ON.has(command.name);
  return moved && isGoingOn ? { ...moved, told: acceptanceOf(position.noted) } : moved;
}

type About = {
  readonly command: Command;
  readonly plan: Plan;
  readonly position: Position;
  readonly verdict: Verdict | null;
  /** The verdict, unless its arms cannot be compared. */
  readonly evidence: Verdict | null;
  readonly nowMs: number;
  readonly reasons: readonly string[];
};

const MOVES: Record<CommandName, (about: About) => Transition | null> = {
  start,
  pause: ({ position, reasons }) => hold(position, 'manual', reasons),
  resume: ({ plan, position, evidence, reasons }) => resume(plan, position, evidence, reasons),
  promote: ({ plan, position, evidence, reasons }) => {
    const moved = promote(plan, position, evidence, reasons);
    const { accepted } = acceptEvidence(position, evidence);
    return { ...moved, carry: { ...moved.carry, accepted } };
  },
  approve,
  ack: acknowledge,
  extend: ({ command, position, nowMs, reasons }) => ({
    ...transitionTo(position, 'extended', position.state, reasons),
    holdReason: position.holdReason,
    deadlineAtMs: (position.deadlineAtMs ?? nowMs) + (command.extendMs ?? 0),
  }),
  jump: (about) => goToStage(about, 'jumped', carryOn(about.plan, about.position, about.evidence)),
  retry: (about) => goToStage(about, 'retried', draftPosition(about.plan, 0).carry),
  rollback: ({ position, reasons }) =>
    position.state === 'rolling_back' ? null : rollBack(position, reasons),
  cancel: ({ command, position, reasons }) =>
    command.flag === 'revert' && !isBeforeStart(position)
      ? rollBack(position, reasons)
      : transitionTo(position, 'cancelled', 'cancelled', reasons),
};

/** At once, or when its time has come and a change window is open. */
function start({ command, plan, position, nowMs, reasons }: About): Transition {
  const fromMs = Math.max(command.startAtMs ?? nowMs, nowMs);
  const opensAtMs = nextOpening(plan.policy.changeWindows, fromMs);
  // Whoever starts what is scheduled already does not want to wait.
  const isNow = position.state === 'scheduled' && command.startAtMs === undefined;
  if (opensAtMs <= nowMs || isNow) {
    return { ...transitionTo(position, 'started', 'applying', reasons), flag: 'stage' };
  }
  const scheduled = transitionTo(position, 'scheduled', 'scheduled', reasons);
  return { ...scheduled, deadlineAtMs: opensAtMs };
}

/** Promotes when every other gate is open still; until then the approval is kept, and the stage watched on. */
function approve({ plan, position, verdict, nowMs, reasons }: About): Transition {
  const waits = approvalWaits(plan, position, verdict, nowMs);
  if (waits.length > 0) {
    const still = `Approved; it goes on after ${waits.map((wait) => describeWait(wait, unitsOf(plan))).join(', then ')}.`;
    const to = watchedState(plan, position.stageIndex);
    return { ...transitionTo(position, 'approved', to, [...reasons, still]), told: APPROVAL };
  }
  const moved = promote(plan, position, verdict, reasons);
  return moved.to === 'completed' ? moved : { ...moved, type: 'approved' };
}

/** Of a hold: somebody looks at it, so that it neither escalates nor ends by itself. Of an end: it was seen. */
function acknowledge({ position, evidence, reasons }: About): Transition {
  const seen = transitionTo(position, 'acknowledged', position.state, reasons);
  if (position.state !== 'holding') return seen;
  return { ...seen, holdReason: position.holdReason, carry: acceptEvidence(position, evidence) };
}

/** A person chooses the stage. */
function goToStage(
  { command, position, reasons }: About,
  type: 'jumped' | 'retried',
  carry: Position['carry'],
): Transition {
  const { stageIndex = 0 } = command;
  return { ...transitionTo(position, type, 'applying', reasons), stageIndex, carry, flag: 'stage' };
}

function resume(
  plan: Plan,
  position: Position,
  verdict: Verdict | null,
  reasons: readonly string[],
): Transition {
  if (position.holdReason !== null && RUNS_AGAIN.has(position.holdReason)) {
    // The run counts as one of those planned: running a stage again is no fresh chance to err. One in which
    // nothing was counted yet had no chance at all.
    const isCounted = position.stageSettledAtMs !== null;
    const carry = isCounted ? carryOn(plan, position, verdict) : position.carry;
    return { ...transitionTo(position, 'resumed', 'applying', reasons), carry, flag: 'stage' };
  }
  const isSettled = position.stageSettledAtMs !== null;
  const to = isSettled ? watchedState(plan, position.stageIndex) : 'applying';
  return {
    ...transitionTo(position, 'resumed', to, reasons),
    carry: acceptEvidence(position, verdict),
  };
}
