// What people may do to a rollout in each state, and the move that follows. Each command is decided here
// and carried out in one transaction by rollouts.service.ts.
import type { Verdict } from '#metrics/verdict';
import type { Plan } from './plan.ts';
import type { HoldReason, Position, RolloutState, Transition } from './rollout.ts';
import {
  acceptEvidence,
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
  'cancel',
] as const;
export type CommandName = (typeof COMMANDS)[number];

export type Command = {
  readonly name: CommandName;
  /** Why, in the person's own words; promote asks for it. */
  readonly reason: string | null;
  /** For cancel: leave the flag at its stage, or take the change back. */
  readonly flag?: 'keep' | 'revert' | undefined;
};

const ALLOWED: Record<CommandName, readonly RolloutState[]> = {
  start: ['draft'],
  pause: ['applying', 'baking', 'awaiting_approval', 'soaking'],
  resume: ['holding'],
  promote: ['applying', 'baking', 'holding', 'awaiting_approval', 'soaking'],
  rollback: ['applying', 'baking', 'holding', 'awaiting_approval', 'soaking', 'rolling_back'],
  approve: ['awaiting_approval'],
  cancel: ['draft', 'applying', 'baking', 'holding', 'awaiting_approval', 'soaking'],
};

/** Commands that a rollout takes in its state. */
export function allowedCommands(state: RolloutState): CommandName[] {
  return COMMANDS.filter((name) => ALLOWED[name].includes(state));
}

/** After these holds the evidence of the stage is void: resuming runs the stage again. */
const VOID_EVIDENCE: ReadonlySet<HoldReason> = new Set(['srm', 'multi_exposure', 'drift']);

/**
 * The move that a command means; null when it would change nothing (a rollback that is under way). Ask
 * {@link allowedCommands} first. `verdict` is that of the last look of this stage, if there was one.
 */
export function decideCommand(
  command: Command,
  plan: Plan,
  position: Position,
  verdict: Verdict | null,
): Transition | null {
  const reasons = command.reason === null ? [] : [command.reason];
  switch (command.name) {
    case 'start':
      return { ...transitionTo(position, 'started', 'applying', reasons), flag: 'stage' };
    case 'pause':
      return hold(position, 'manual', reasons);
    case 'resume':
      return resume(plan, position, verdict, reasons);
    case 'promote': {
      const moved = promote(plan, position, verdict, reasons);
      const { accepted } = acceptEvidence(position, verdict);
      return { ...moved, carry: { ...moved.carry, accepted } };
    }
    case 'approve': {
      const moved = promote(plan, position, verdict, reasons);
      return moved.to === 'completed' ? moved : { ...moved, type: 'approved' };
    }
    case 'rollback':
      return position.state === 'rolling_back' ? null : rollBack(position, reasons);
    case 'cancel':
      return command.flag === 'revert' && position.state !== 'draft'
        ? rollBack(position, reasons)
        : transitionTo(position, 'cancelled', 'cancelled', reasons);
  }
}

function resume(
  plan: Plan,
  position: Position,
  verdict: Verdict | null,
  reasons: readonly string[],
): Transition {
  const { holdReason } = position;
  if (holdReason !== null && VOID_EVIDENCE.has(holdReason)) {
    return { ...transitionTo(position, 'resumed', 'applying', reasons), flag: 'stage' };
  }
  const isSettled = position.stageSettledAtMs !== null;
  const to = isSettled ? watchedState(plan, position.stageIndex) : 'applying';
  return {
    ...transitionTo(position, 'resumed', to, reasons),
    carry: acceptEvidence(position, verdict),
  };
}
