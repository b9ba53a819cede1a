// Silence: nobody is seen any more, or nothing of what a guardrail counts arrives where the time before the start says that it
// should. Neither is proof of harm, and neither of safety.
import type { Observation } from '#metrics/observation';
import type { Verdict } from '#metrics/verdict';
import type { Plan } from '../plan/plan.ts';
import { acceptedKey, missingKey } from './noted.ts';
import type { Position, Transition } from './rollout.ts';
import { isByReadings, isRead } from './seen.ts';
import { hold } from './transition.ts';
import { inWords, percentOf } from './words.ts';

/** An arm counts as fallen silent only where this many people would have been expected. */
const EXPECTED_PEOPLE = 20;

/** True when nobody is seen any more where somebody should be. */
export function isSilent(plan: Plan, position: Position, observation: Observation): boolean {
  const { noDataAfterMs } = plan.policy;
  const settledAtMs = position.stageSettledAtMs ?? 0;
  const elapsedMs = (position.lastWatermarkMs ?? settledAtMs) - settledAtMs;
  if (elapsedMs < noDataAfterMs) return false;
  if (isByReadings(plan)) {
    const asked = { stretchMs: noDataAfterMs, sinceMs: elapsedMs };
    return !isRead(plan, position, observation, asked);
  }
  const { people, recent } = observation;
  const isCompared = plan.stages[position.stageIndex]?.comparison === 'ratio';
  if (people.treatment === 0 && (!isCompared || people.control === 0)) return true;
  // Held for silence, an arm stays silent until somebody of it is seen: time that passes brings nobody back.
  const share = position.holdReason === 'no_data' ? 1 : noDataAfterMs / elapsedMs;
  const isDead = (seen: number, lately: number) => lately === 0 && seen * share >= EXPECTED_PEOPLE;
  return (
    isDead(people.treatment, recent.treatment) ||
    (isCompared && isDead(people.control, recent.control))
  );
}

/** The hold of a stage in which nobody is seen. */
export function holdForSilence(
  plan: Plan,
  position: Position,
  { people }: Observation,
  nowMs: number,
): Transition {
  const who = isByReadings(plan)
    ? 'A guardrail has no reading'
    : people.treatment + people.control === 0
      ? 'Nobody who uses the flag has been seen since the stage began'
      : 'An arm that had people has fallen silent';
  const reason = `${who}: no data for ${inWords(plan.policy.noDataAfterMs)}.`;
  return hold(position, 'no_data', [reason], nowMs + plan.policy.noDataDeadlineMs);
}

/** What one guardrail should have counted by now, and has not. */
type Missing = {
  readonly id: string;
  readonly event: string;
  readonly people: number;
  readonly usualShare: number;
};

/** People with the outcome that must have been expected before none at all is strange: chance would need e to the 20th. */
const EXPECTED_OUTCOMES = 20;
const DAY_MS = 86_400_000;
/** People enter all the time, so on average they had half of it. */
const PART_OF_TIME = 0.5;

/** Guardrails that count nothing in either arm although they used to: what sends their events is broken, or was mended. */
function findMissing(
  { guardrails }: Plan,
  position: Position,
  { assessments }: Verdict,
): Missing[] {
  const settledAtMs = position.stageSettledAtMs ?? 0;
  const days = Math.min(1, ((position.lastWatermarkMs ?? settledAtMs) - settledAtMs) / DAY_MS);
  return guardrails.flatMap(({ id, event, measure, onRed, usualShare }) => {
    // Who comes back later says nothing yet, and the share of a day is not the share of those who do.
    if (measure.kind === 'share' && measure.afterMs !== undefined) return [];
    const counts = assessments.find((one) => one.id === id)?.counts;
    if (!counts || usualShare === null || onRed === 'notify') return [];
    const people = counts.nT + counts.nC;
    const expected = people * usualShare * days * PART_OF_TIME;
    const isMissing = counts.a + counts.b === 0 && expected >= EXPECTED_OUTCOMES;
    return isMissing ? [{ id, event, people, usualShare }] : [];
  });
}

/** Those that nobody has been told of in this run of the stage, and nobody has accepted in an earlier one. */
export function missingOutcomes(plan: Plan, position: Position, verdict: Verdict): Missing[] {
  const { noted } = position;
  return findMissing(plan, position, verdict).filter(
    ({ id }) => !noted.includes(missingKey(id)) && !noted.includes(acceptedKey(id)),
  );
}

/** True while a guardrail counts nothing that people were told of, and that nobody has accepted. */
export function areStillMissing(plan: Plan, position: Position, verdict: Verdict): boolean {
  const { noted } = position;
  return findMissing(plan, position, verdict).some(
    ({ id }) => noted.includes(missingKey(id)) && !noted.includes(acceptedKey(id)),
  );
}

/** The hold of a stage whose guardrails count nothing any more. */
export function holdForMissing(
  plan: Plan,
  position: Position,
  missing: readonly Missing[],
  nowMs: number,
): Transition {
  const reasons = missing.map(
    ({ id, event, people, usualShare }) =>
      `${id}: none of ${people} people had ${event}, with the change or without, where ${percentOf(usualShare)} of the people of a day had it before the start. Check that it is still sent; resume if it is.`,
  );
  const held = hold(position, 'no_data', reasons, nowMs + plan.policy.noDataDeadlineMs);
  return { ...held, told: missing.map(({ id }) => missingKey(id)) };
}
