// Bookkeeping of looks: how much bake time one covered, how many green ones there were in a row, when the
// next is due.
import type { Health, Observation } from '#metrics/observation';
import type { Verdict } from '#metrics/verdict';
import type { Plan } from '../plan/plan.ts';
import { forgetCounted, forgetStuck } from './noted.ts';
import type { Position } from './rollout.ts';
import { CONFIRM_AGAIN_MS } from './confirmation.ts';
import { isLatelySeen } from './seen.ts';
import { countUnseen } from './silence.ts';

/** Looks come at every tick for this many ticks after a stage has settled… */
const FAST_TICKS = 60;
/** …and while evidence against the rollout is above this (E > 2); otherwise this much slower. */
const FAST_LN_E = Math.LN2;
const SLOW_FACTOR = 5;
/** A gap of this many intervals counts as a restart of the controller. */
const RESTART_INTERVALS = 5;
/** Waits after failed looks: doubling from here, up to the longest. */
const FIRST_RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 300_000;

/** When and under which plan a look is taken. */
export type LookInput = {
  readonly plan: Plan;
  readonly position: Position;
  /** The controller was away since the last look. */
  readonly isRestarted: boolean;
  readonly nowMs: number;
  /** Everything received before this instant is in the event store. */
  readonly watermarkMs: number;
  /** The busiest hours of the day in UTC; null when unknown. */
  readonly peakHours: readonly number[] | null;
  /** Why something that is measured could not be read; null when all was. */
  readonly sourceError: string | null;
};

/** Ten minutes: the event store is that far behind what was received. */
const MAX_WATERMARK_LAG_MS = 600_000;

/** True when the event store is too far behind to say anything in a rollout's favour. */
export function isLagging({
  nowMs,
  watermarkMs,
}: Pick<LookInput, 'nowMs' | 'watermarkMs'>): boolean {
  return nowMs - watermarkMs > MAX_WATERMARK_LAG_MS;
}

/** The counters after a look that got an observation. */
export function countLook(
  input: LookInput,
  observation: Observation,
  verdict: Verdict,
  health: Health | null,
): Position {
  const { plan, position, nowMs, watermarkMs } = input;
  const isBaking = position.state === 'baking' || position.state === 'soaking';
  // What nobody could see is no bake, and speaks for nothing.
  const isSeen = input.sourceError === null;
  const coveredMs = isBaking && isSeen ? newlyCoveredMs(input, observation) : 0;
  const isFresh = isSeen && !isLagging(input);
  const isGreen = verdict.level === 'green' && !health?.problem && isFresh;
  return {
    ...position,
    ...countGreen(input, isGreen),
    observedBakeMs: position.observedBakeMs + coveredMs,
    calmSinceMs: isFresh && isCalmed(plan, verdict) ? (position.calmSinceMs ?? nowMs) : null,
    // Whatever is decided from this look, once it is written no rollback waits to be.
    noted: forgetCounted(forgetStuck(position.noted), countingOf(verdict)),
    unseen: countUnseen(plan, position, observation, watermarkMs),
    sourceErrors: isSeen ? 0 : position.sourceErrors + 1,
    lastEvalAtMs: nowMs,
    lastWatermarkMs: watermarkMs,
  };
}

/** Guardrails that count something in either arm. */
const countingOf = ({ assessments }: Verdict): string[] =>
  assessments.filter(({ counts }) => counts.a + counts.b > 0).map(({ id }) => id);

/** Green looks count when a tick has passed since the last; a restart forgets those before it. */
function countGreen(
  { plan, position, isRestarted, nowMs }: LookInput,
  isGreen: boolean,
): Pick<Position, 'freshOkCount' | 'freshOkAtMs'> {
  if (!isGreen) return { freshOkCount: 0, freshOkAtMs: null };
  const { freshOkCount, freshOkAtMs } = position;
  if (isRestarted || freshOkAtMs === null || isAfterGap(plan, position, nowMs)) {
    return { freshOkCount: 1, freshOkAtMs: nowMs };
  }
  if (nowMs - freshOkAtMs < plan.policy.tickMs) return { freshOkCount, freshOkAtMs };
  return { freshOkCount: freshOkCount + 1, freshOkAtMs: nowMs };
}

/**
 * Bake time counts only while people were lately seen in the arms, or servers where only those are judged. They speak for the time in which they
 * were looked for, not for an outage before it; between two ordinary looks every minute counts.
 */
function newlyCoveredMs(
  { plan, position, watermarkMs }: LookInput,
  observation: Observation,
): number {
  if (!isLatelySeen(plan, position, observation)) return 0;
  const from = position.lastWatermarkMs ?? position.stageSettledAtMs ?? watermarkMs;
  const longest = Math.max(plan.policy.noDataAfterMs, SLOW_FACTOR * plan.policy.tickMs);
  return Math.min(Math.max(0, watermarkMs - from), longest);
}

/** No look has been taken for much longer than was planned. */
export function isAfterGap(plan: Plan, position: Position, nowMs: number): boolean {
  if (position.lastEvalAtMs === null) return false;
  const plannedMs = position.nextEvalAtMs - position.lastEvalAtMs;
  return (
    nowMs - position.lastEvalAtMs > RESTART_INTERVALS * Math.max(plannedMs, plan.policy.tickMs)
  );
}

/** Half the evidence at which it paused, and nothing yellow. */
function isCalmed(plan: Plan, verdict: Verdict): boolean {
  const line = -Math.log(plan.policy.alphaPause) - Math.LN2;
  return verdict.level !== 'red' && verdict.level !== 'yellow' && verdict.lnECombined < line;
}

/** When the next look is due: at the usual pace, sooner when something ends before that. */
export function nextEvaluationAt(
  plan: Plan,
  position: Position,
  nowMs: number,
  verdict: Verdict | null,
): number {
  const { policy } = plan;
  if (position.state === 'rolling_back') return nowMs;
  if (position.state === 'scheduled') return position.deadlineAtMs ?? nowMs;
  if (position.state === 'applying') {
    // Past its time, it waits for whoever does not serve it.
    const settlesAtMs = position.stageEnteredAtMs + policy.settleMs;
    return settlesAtMs > nowMs ? settlesAtMs : nowMs + Math.min(CONFIRM_AGAIN_MS, policy.tickMs);
  }
  if (position.sourceErrors > 0) {
    const first = Math.min(FIRST_RETRY_MS, policy.tickMs);
    return nowMs + Math.min(LONGEST_RETRY_MS, first * 2 ** (position.sourceErrors - 1));
  }
  const settledAtMs = position.stageSettledAtMs ?? nowMs;
  const isFast =
    nowMs - settledAtMs < FAST_TICKS * policy.tickMs || (verdict?.lnECombined ?? 0) > FAST_LN_E;
  const usual = nowMs + policy.tickMs * (isFast ? 1 : SLOW_FACTOR);
  const bakeLeftMs = (plan.stages[position.stageIndex]?.minBakeMs ?? 0) - position.observedBakeMs;
  const ends = [position.deadlineAtMs ?? 0, nowMs + bakeLeftMs].filter((end) => end > nowMs);
  return Math.min(usual, ...ends);
}
