// Silence: nobody is seen any more, or nothing of what a guardrail counts arrives where the time before the start says that it
// should. Neither is proof of harm, and neither of safety.
import type { ArmCounts, Observation } from '#metrics/observation';
import type { Verdict } from '#metrics/verdict';
import { type Plan, unitsOf } from '../plan/plan.ts';
import { acceptedKey, missingKey } from './noted.ts';
import type { Position, Transition, Unseen, UnseenArms } from './rollout.ts';
import { isByReadings, isCompared, isRead } from './seen.ts';
import { hold } from './transition.ts';
import { inWords, percentOf } from './words.ts';

const DAY_MS = 86_400_000;

/** An arm counts as fallen silent only where this many people would have been expected… */
const EXPECTED_PEOPLE = 20;
/** …or, of a slow arm, after a day in which this many were: chance leaves out five once in 150. */
const EXPECTED_IN_A_DAY = 5;

const ARMS = ['treatment', 'control'] as const;

/**
 * What is known of arms that are silent, after one more look. While the other arm speaks it says how many should have been
 * seen in the same time, so that a quiet night is none. What nobody looked at for longer than looks reach back is not
 * taken for silence.
 */
export function countUnseen(
  plan: Plan,
  position: Position,
  { recent }: Pick<Observation, 'recent'>,
  watermarkMs: number,
): UnseenArms {
  const settledAtMs = position.stageSettledAtMs ?? watermarkMs;
  const windowMs = Math.min(plan.policy.noDataAfterMs, Math.max(0, watermarkMs - settledAtMs));
  const gapMs = watermarkMs - (position.lastWatermarkMs ?? settledAtMs);
  const share = shareOf(plan, position);
  const count = (arm: keyof ArmCounts): Unseen | null => {
    if (recent[arm] > 0) return null;
    const before = gapMs <= plan.policy.noDataAfterMs ? (position.unseen?.[arm] ?? null) : null;
    const inWindow = share === null ? 0 : expectedOf(arm, recent, share);
    if (before === null) return { sinceMs: watermarkMs - windowMs, expected: inWindow };
    const added = windowMs === 0 ? 0 : (inWindow * gapMs) / windowMs;
    return { ...before, expected: before.expected + added };
  };
  return { treatment: count('treatment'), control: count('control') };
}

/** How many of an arm go with those seen of the other. */
function expectedOf(arm: keyof ArmCounts, recent: ArmCounts, share: number): number {
  return arm === 'treatment'
    ? (recent.control * share) / (1 - share)
    : (recent.treatment * (1 - share)) / share;
}

/** The share of people who are to have the change; null where no arms are held against each other. */
function shareOf(plan: Plan, position: Position): number | null {
  const stage = plan.stages[position.stageIndex];
  return stage?.comparison === 'ratio' ? stage.percent / 100 : null;
}

/** How many of an arm go with all people of the other since the stage began. */
function mostOf(arm: keyof ArmCounts, plan: Plan, position: Position, people: ArmCounts): number {
  const share = shareOf(plan, position);
  return share === null ? Infinity : expectedOf(arm, people, share);
}

type Silence = { readonly forMs: number; readonly expected: number };

/** How long an arm has been silent that should not be; null while nothing is strange. */
function silenceOf(
  arm: keyof ArmCounts,
  plan: Plan,
  position: Position,
  { people, recent }: Pick<Observation, 'people' | 'recent'>,
): Silence | null {
  if (recent[arm] > 0) return null;
  const settledAtMs = position.stageSettledAtMs ?? 0;
  const atMs = position.lastWatermarkMs ?? settledAtMs;
  const { noDataAfterMs } = plan.policy;
  const unseen = position.unseen?.[arm] ?? { sinceMs: atMs - noDataAfterMs, expected: 0 };
  const forMs = atMs - unseen.sinceMs;
  if (forMs < noDataAfterMs) return null;
  const other = arm === 'treatment' ? 'control' : 'treatment';
  // Where nobody of the other arm is seen either, those who came before say how many should have come.
  const isAlone = isCompared(plan, position) && recent[other] > 0;
  const byPace = isAlone ? 0 : (people[arm] * forMs) / Math.max(1, atMs - settledAtMs);
  // Whoever is there all day counts in every window: of an arm no more can be missing than go with all people of the other.
  const most = isAlone ? mostOf(arm, plan, position, people) : Infinity;
  const expected = Math.max(Math.min(unseen.expected, most), byPace);
  // Held for silence, an arm stays silent until somebody of it is seen: time that passes brings nobody back.
  const isHeld = position.holdReason === 'no_data' && people[arm] >= EXPECTED_PEOPLE;
  const least = forMs >= DAY_MS ? EXPECTED_IN_A_DAY : EXPECTED_PEOPLE;
  return isHeld || expected >= least ? { forMs, expected } : null;
}

/** The arms that have fallen silent; control only where it is held against. */
function silentArms(plan: Plan, position: Position, observation: Observation) {
  return ARMS.filter((arm) => arm === 'treatment' || isCompared(plan, position)).flatMap((arm) => {
    const silence = silenceOf(arm, plan, position, observation);
    return silence === null ? [] : [{ arm, ...silence }];
  });
}

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
  const { people } = observation;
  if (people.treatment === 0 && (!isCompared(plan, position) || people.control === 0)) return true;
  return silentArms(plan, position, observation).length > 0;
}

/** The hold of a stage in which nobody is seen. */
export function holdForSilence(
  plan: Plan,
  position: Position,
  observation: Observation,
  nowMs: number,
): Transition {
  const reason = describeSilence(plan, position, observation);
  return hold(position, 'no_data', [reason], nowMs + plan.policy.noDataDeadlineMs);
}

function describeSilence(plan: Plan, position: Position, observation: Observation): string {
  const { one: unit } = unitsOf(plan);
  const nobody = plan.unit === null ? 'Nobody' : `No ${unit}`;
  const noData = `no data for ${inWords(plan.policy.noDataAfterMs)}.`;
  if (isByReadings(plan)) return `A guardrail has no reading: ${noData}`;
  const [one, other] = silentArms(plan, position, observation);
  if (!one)
    return `${nobody} ${plan.unit === null ? 'who' : 'that'} uses the flag has been seen since the stage began: ${noData}`;
  const arm = one.arm === 'treatment' ? 'with the change' : 'without the change';
  const who = other ? 'of either arm' : arm;
  const expected = Math.round(one.expected + (other?.expected ?? 0));
  const about =
    expected > 0
      ? `, where about ${expected} ${expected === 1 ? 'was' : 'were'} to be expected`
      : '';
  const lacks =
    other === undefined && one.arm === 'control' ? ' There is nothing to compare with.' : '';
  return `${nobody} ${who} has been seen for ${inWords(one.forMs)}${about}: no data.${lacks}`;
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
  const { many } = unitsOf(plan);
  const reasons = missing.map(
    ({ id, event, people, usualShare }) =>
      `${id}: none of ${people} ${many} had ${event}, with the change or without, where ${percentOf(usualShare)} of the ${many} of a day had it before the start. Check that it is still sent; resume if it is.`,
  );
  const held = hold(position, 'no_data', reasons, nowMs + plan.policy.noDataDeadlineMs);
  return { ...held, told: missing.map(({ id }) => missingKey(id)) };
}
