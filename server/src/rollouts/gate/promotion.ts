// The gates of a stage: what a promotion still waits for, and what becomes of a stage that has baked for
// as long as it may without an answer.
import type { Units } from '#kernel/units';
import { countsPeople } from '#metrics/guardrail';
import type { Assessment, Verdict } from '#metrics/verdict';
import type { RateBucket } from '#stats/rate';
import { isOpenAt, nextOpening } from '../plan/change-window.ts';
import { isFull, type Plan, type Stage } from '../plan/plan.ts';
import { isAfterGap } from './look.ts';
import type { Position } from './rollout.ts';
import { describeOdds, inWords } from './words.ts';

/** One thing that stands between a stage and its promotion. */
export type Wait =
  | { readonly kind: 'bake'; readonly leftMs: number }
  | { readonly kind: 'exposures'; readonly missing: number }
  | { readonly kind: 'verdict'; readonly level: string }
  | {
      readonly kind: 'safety';
      readonly guardrailId: string;
      readonly lnE: number;
      readonly lnLine: number;
    }
  | { readonly kind: 'unknown'; readonly guardrailId: string }
  | { readonly kind: 'looks'; readonly missing: number }
  | { readonly kind: 'peak'; readonly hours: readonly number[] }
  | { readonly kind: 'window'; readonly opensInMs: number };

/** What gates depend on besides plan, position and verdict. */
export type Surroundings = {
  readonly nowMs: number;
  /** The busiest hours of the day in UTC, of the people who use the flag; null when unknown. */
  readonly peakHours: readonly number[] | null;
};

/** Green looks in a row that promotion asks for. */
const LOOKS_NEEDED = 2;
/** From this percentage on an undecided stage holds instead of moving on (policy by_stage). */
const HOLD_FROM_PERCENT = 25;

/** People of both arms; null where no guardrail counts people. */
export function peopleOf({ guardrails }: Plan, { assessments }: Verdict): RateBucket | null {
  const counting = guardrails.find(countsPeople);
  if (!counting) return null;
  return assessments.find(({ id }) => id === counting.id)?.counts ?? { nT: 0, nC: 0, a: 0, b: 0 };
}

/** What the promotion out of the current stage waits for; empty when every gate but approval is passed. */
export function promotionWaits(
  plan: Plan,
  position: Position,
  verdict: Verdict,
  surroundings: Surroundings,
): Wait[] {
  const stage = plan.stages[position.stageIndex];
  if (!stage) return [];
  const waits: Wait[] = [];
  const bakeLeftMs = stage.minBakeMs - position.observedBakeMs;
  if (bakeLeftMs > 0) waits.push({ kind: 'bake', leftMs: bakeLeftMs });
  const people = peopleOf(plan, verdict);
  const missing = people === null ? 0 : stage.minExposures - people.nT;
  if (missing > 0) waits.push({ kind: 'exposures', missing });
  if (verdict.level !== 'green') waits.push({ kind: 'verdict', level: verdict.level });
  for (const one of verdict.assessments) {
    const wait = guardrailWait(plan, stage, one);
    if (wait) waits.push(wait);
  }
  if (position.freshOkCount < LOOKS_NEEDED) {
    waits.push({ kind: 'looks', missing: LOOKS_NEEDED - position.freshOkCount });
  }
  return [...waits, ...timeWaits(plan, stage, position, surroundings)];
}

/** What only the clock can bring: they come by themselves. */
export const isMatterOfTime = ({ kind }: Wait): boolean =>
  kind === 'looks' || kind === 'peak' || kind === 'window';

function timeWaits(
  plan: Plan,
  stage: Stage,
  position: Position,
  { nowMs, peakHours }: Surroundings,
): Wait[] {
  const waits: Wait[] = [];
  const { stageSettledAtMs: fromMs } = position;
  const isPeakMissing = fromMs !== null && !coversPeak(fromMs, nowMs, peakHours ?? []);
  if (stage.coverPeak && peakHours !== null && isPeakMissing) {
    waits.push({ kind: 'peak', hours: peakHours });
  }
  const { changeWindows } = plan.policy;
  const isWidening = position.stageIndex < plan.stages.length - 1;
  if (isWidening && !isOpenAt(changeWindows, nowMs)) {
    waits.push({ kind: 'window', opensInMs: nextOpening(changeWindows, nowMs) - nowMs });
  }
  return waits;
}

/**
 * What a stage waits for whose every gate was open when approval was asked for. Its last looks tell: what they could not read,
 * or found yellow, is not green, and what nobody has looked at for long is not known. Proof that was there may be gone again.
 */
export function approvalWaits(
  plan: Plan,
  position: Position,
  verdict: Verdict | null,
  nowMs: number,
): Wait[] {
  const stage = plan.stages[position.stageIndex];
  if (!stage) return [];
  const isFresh = position.sourceErrors === 0 && !isAfterGap(plan, position, nowMs);
  const missing = isFresh ? LOOKS_NEEDED - position.freshOkCount : LOOKS_NEEDED;
  const looks: Wait[] = missing > 0 ? [{ kind: 'looks', missing }] : [];
  const surroundings = { nowMs, peakHours: null };
  const proofs = verdict
    ? promotionWaits(plan, position, verdict, surroundings).filter((one) => !isMatterOfTime(one))
    : [];
  const isTolerated = isBakeSpent(plan, position) && mayPromoteUndecided(plan, position, proofs);
  const open = isTolerated ? [] : proofs;
  return [...open, ...looks, ...timeWaits(plan, stage, position, surroundings)];
}

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

/** True when one of these hours of the day (UTC) lies wholly between two instants. */
export function coversPeak(fromMs: number, toMs: number, hours: readonly number[]): boolean {
  const first = Math.ceil(fromMs / HOUR_MS);
  const count = Math.min(DAY_HOURS, Math.floor(toMs / HOUR_MS) - first);
  return Array.from({ length: Math.max(0, count) }, (_, step) => (first + step) % DAY_HOURS).some(
    (hour) => hours.includes(hour),
  );
}

function guardrailWait(plan: Plan, stage: Stage, one: Assessment): Wait | null {
  if (one.isSafe) return null;
  if (stage.safeFor.includes(one.id)) {
    const lnE = Math.max(one.lnESafe, one.absolute?.lnESafe ?? -Infinity);
    return { kind: 'safety', guardrailId: one.id, lnE, lnLine: -Math.log(plan.policy.beta) };
  }
  // What may only tell people keeps nothing waiting.
  const isTold = plan.guardrails.find(({ id }) => id === one.id)?.onRed === 'notify';
  return one.band === 'unknown' && !isTold ? { kind: 'unknown', guardrailId: one.id } : null;
}

/** True once the stage has baked for as long as it may. */
export function isBakeSpent(plan: Plan, position: Position): boolean {
  const stage = plan.stages[position.stageIndex];
  return stage !== undefined && stage.maxBakeMs > 0 && position.observedBakeMs >= stage.maxBakeMs;
}

/**
 * Whether a stage whose bake is spent may move on although not everything is proven: only when safety or
 * knowledge is all that is missing, and the policy trusts the absence of harm that far.
 */
export function mayPromoteUndecided(
  plan: Plan,
  position: Position,
  waits: readonly Wait[],
): boolean {
  const stage = plan.stages[position.stageIndex];
  if (!stage || waits.some((wait) => wait.kind !== 'safety' && wait.kind !== 'unknown'))
    return false;
  const { onInconclusive } = plan.policy;
  if (onInconclusive !== 'by_stage') return onInconclusive === 'promote';
  return !isFull(stage) && stage.percent < HOLD_FROM_PERCENT;
}

/** A wait in plain words. */
export function describeWait(wait: Wait, { one, many }: Units): string {
  switch (wait.kind) {
    case 'bake':
      return `${inWords(wait.leftMs)} of observed bake time`;
    case 'exposures':
      return `${wait.missing} more ${wait.missing === 1 ? one : many} with the change`;
    case 'verdict':
      return wait.level === 'unknown' ? `${many} in the arms` : 'a green verdict';
    case 'safety':
      return `proof that ${wait.guardrailId} is safe (${describeOdds(wait.lnE, wait.lnLine)})`;
    case 'unknown':
      return `enough data on ${wait.guardrailId}`;
    case 'looks':
      return wait.missing === 1 ? 'one more green look' : `${wait.missing} green looks`;
    case 'peak':
      return `one of the day’s busiest hours (${wait.hours.map((hour) => `${hour}:00`).join(', ')} UTC)`;
    case 'window':
      return `the next change window, in ${inWords(wait.opensInMs)}`;
  }
}
