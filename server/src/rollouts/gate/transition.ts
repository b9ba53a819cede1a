// Builders of the moves a rollout can make: what each changes, and what it says.
import type { Verdict } from '#metrics/verdict';
import { lnFirstWeight, nextCarry } from '#stats/combine';
import { isFull, type Plan } from '../plan/plan.ts';
import type { HoldReason, Position, RolloutEventType, Transition } from './rollout.ts';

/** A move that keeps stage, carry and flag, and clears holds and deadlines. */
export function transitionTo(
  position: Position,
  type: RolloutEventType,
  to: Transition['to'],
  reasons: readonly string[],
): Transition {
  return {
    type,
    to,
    reasons,
    holdReason: null,
    stageIndex: position.stageIndex,
    deadlineAtMs: null,
    flag: null,
    carry: position.carry,
  };
}

/** Stop expanding; `deadlineAtMs` is when somebody must have looked. */
export function hold(
  position: Position,
  holdReason: HoldReason,
  reasons: readonly string[],
  deadlineAtMs: number | null = null,
): Transition {
  return { ...transitionTo(position, 'held', 'holding', reasons), holdReason, deadlineAtMs };
}

/** Nothing moves: the plan lets Serin only say what it would have done. */
export function note(
  position: Position,
  noted: readonly string[],
  reasons: readonly string[],
): Transition {
  const { holdReason, deadlineAtMs } = position;
  const stays = { ...transitionTo(position, 'noted', position.state, reasons) };
  return { ...stays, holdReason, deadlineAtMs, noted };
}

/** Nothing moves: somebody is reminded of the deadline, once for each. */
export function remind(position: Position, reasons: readonly string[]): Transition {
  return { ...note(position, [reminderOf(position)], reasons), type: 'deadline_near' };
}

/** What is noted of a position whose deadline somebody was reminded of. */
export const reminderOf = ({ deadlineAtMs }: Position): string => `near:${deadlineAtMs}`;

/** Take the change back. */
export function rollBack(position: Position, reasons: readonly string[]): Transition {
  return {
    ...transitionTo(position, 'rollback_started', 'rolling_back', reasons),
    flag: 'rollback',
  };
}

/** The state in which a settled stage is watched. */
export function watchedState(plan: Plan, stageIndex: number): 'baking' | 'soaking' {
  const stage = plan.stages[stageIndex];
  return stage !== undefined && isFull(stage) ? 'soaking' : 'baking';
}

/** One stage further, or done after the last. Evidence of the finished stage is carried along. */
export function promote(
  plan: Plan,
  position: Position,
  verdict: Pick<Verdict, 'assessments'> | null,
  reasons: readonly string[],
): Transition {
  const carry = carryOn(plan, position, verdict);
  const stageIndex = position.stageIndex + 1;
  if (stageIndex >= plan.stages.length) {
    return { ...transitionTo(position, 'completed', 'completed', reasons), carry };
  }
  const moved = transitionTo(position, 'promoted', 'applying', reasons);
  return { ...moved, stageIndex, carry, flag: 'stage' };
}

/** The carry of the next run: what this one has found goes with it, nothing without a verdict. */
export function carryOn(
  plan: Plan,
  { carry, stageIndex }: Position,
  verdict: Pick<Verdict, 'assessments'> | null,
): Position['carry'] {
  if (plan.stages[stageIndex]?.comparison !== 'ratio') return carry;
  const entries = plan.guardrails.map(({ id }) => {
    const lnE = verdict?.assessments.find((one) => one.id === id)?.lnE ?? 0;
    const lnW = carry.lnW[id] ?? lnFirstWeight(carry);
    return [id, nextCarry({ ...carry, lnW }, lnE).lnW] as const;
  });
  return { ...carry, stage: carry.stage + 1, lnW: Object.fromEntries(entries) };
}

/** The carry after a person has seen and accepted what the last look says of harm. */
export function acceptEvidence(position: Position, verdict: Verdict | null): Position['carry'] {
  if (verdict?.level !== 'yellow' && verdict?.level !== 'red') return position.carry;
  const byGuardrail = Object.fromEntries(
    verdict.assessments
      .filter((one) => one.band === 'yellow' || one.band === 'red')
      .map((one) => {
        const accepted = { mixed: one.lnEMixed, absolute: one.absolute?.lnEYellow ?? 0 };
        const estimate = one.estimate && { estimate: one.band };
        return [one.id, { ...accepted, ...estimate, ...(one.shift ? { shift: one.shift } : {}) }];
      }),
  );
  // An estimate that was accepted before is silent now, and stays so.
  const before = Object.entries(position.carry.accepted?.byGuardrail ?? {});
  const estimated = Object.fromEntries(before.filter(([, { estimate }]) => estimate !== undefined));
  const { lnECombined: combined, lnEWatching: watching } = verdict;
  const all = { ...estimated, ...byGuardrail };
  return { ...position.carry, accepted: { combined, watching, byGuardrail: all } };
}
