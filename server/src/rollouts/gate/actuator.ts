// Whether a stage that was written to the flag is served by every process that answers flag requests. While one serves the
// stage before, its people have another value than they are counted with, so the analysis waits for it.
import { capital } from '#kernel/units';
import type { Plan } from '../plan/plan.ts';
import type { Position, Transition } from './rollout.ts';
import { findOverdue } from './rules.ts';
import { hold, transitionTo } from './transition.ts';
import { inWords } from './words.ts';

/** Five minutes: so long past its settling a stage may wait to be served before it holds. */
const ACTUATOR_MS = 300_000;
/** Ten minutes: so long past its settling a held stage may go unwatched. Late processes dilute harm, they do not make it. */
const UNWATCHED_MS = 600_000;

/** Clients had time to learn of the stage, and it is not watched yet. */
export function isSettling(
  plan: Plan,
  { state, stageSettledAtMs, stageEnteredAtMs }: Position,
  nowMs: number,
): boolean {
  const isOpen = (state === 'applying' || state === 'holding') && stageSettledAtMs === null;
  return isOpen && nowMs >= stageEnteredAtMs + plan.policy.settleMs;
}

/**
 * What becomes of a stage that somebody does not serve: it waits, holds, and is watched in the end as it is, so that harm
 * takes it back; nothing widens until a person resumes it.
 */
export function holdUnserved(
  plan: Plan,
  position: Position,
  unconfirmed: string,
  nowMs: number,
): Transition | null {
  const lateMs = nowMs - (position.stageEnteredAtMs + plan.policy.settleMs);
  if (position.state === 'holding') {
    if (lateMs >= UNWATCHED_MS) {
      return settleHeld(position, [
        `${capital(unconfirmed)} did not confirm this stage for ${inWords(UNWATCHED_MS)}: it is watched as it is, and stays held.`,
      ]);
    }
    return position.holdReason === 'actuator' ? findOverdue(plan, position, nowMs) : null;
  }
  if (lateMs < ACTUATOR_MS) return null;
  const reason = `${capital(unconfirmed)} did not confirm this stage for ${inWords(ACTUATOR_MS)}: people may have the stage before there, and nothing is counted yet. Check that process, or end it.`;
  return hold(position, 'actuator', [reason], nowMs + plan.policy.sourceDownDeadlineMs);
}

/** A stage that is held before clients have learned of it is watched all the same once they have. */
export function settleHeld(position: Position, reasons: readonly string[]): Transition {
  const { holdReason, deadlineAtMs } = position;
  const settled = transitionTo(position, 'stage_applied', 'holding', reasons);
  return { ...settled, holdReason, deadlineAtMs };
}

/** Everybody serves it at last: clients of those who were late have as much time to learn of it as the others had. */
export function giveTimeAgain(position: Position): Transition {
  const reasons = ['Every connected replica serves the stage now.'];
  return transitionTo(position, 'resumed', 'applying', reasons);
}
