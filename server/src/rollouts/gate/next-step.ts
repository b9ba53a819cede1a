// What happens next, in one sentence with the facts behind it: for the rollout page and the command line.
import type { Guardrail } from '#metrics/guardrail';
import type { Assessment, Verdict } from '#metrics/verdict';
import { cleanPeopleNeeded, expectedTreatmentPeople, infoSafe } from '#stats/planning';
import type { Units } from '#kernel/units';
import { type Plan, type Stage, unitsOf } from '../plan/plan.ts';
import {
  describeWait,
  peopleOf,
  promotionWaits,
  type Surroundings,
  type Wait,
} from './promotion.ts';
import type { HoldReason, Position } from './rollout.ts';
import { inWords } from './words.ts';

export type NextStep = {
  readonly sentence: string;
  /** The part of the sentence that says how long it is until then; a page may put a clock in its place. */
  readonly clock: string | null;
  /** When it is due; null when no clock decides. */
  readonly atMs: number | null;
  readonly waits: readonly { readonly kind: Wait['kind']; readonly text: string }[];
  /** At the pace so far: people with the change, and time, until safety can be proven. */
  readonly forecast: { readonly peopleLeft: number; readonly leftMs: number } | null;
};

const HOLD_WORDS: Record<HoldReason, string | ((units: Units) => string)> = {
  manual: 'Paused by hand; it goes on when somebody resumes it.',
  yellow:
    'Held, because harm is suspected; it goes on by itself once the evidence has calmed down.',
  srm: ({ many }) => `Held, because ${many} are missing from an arm; resume runs the stage again.`,
  multi_exposure: ({ many }) =>
    `Held, because too many ${many} were in both arms; resume runs the stage again.`,
  no_data: 'Held, because no data arrives; it goes on by itself when data is back.',
  source_down: 'Held, because what is measured cannot be read; it goes on by itself when it can.',
  red: 'Held, because harm is proven and the plan leaves the decision to people: roll back, or resume to accept it.',
  inconclusive:
    'Held, because its time is over without an answer; resume bakes on, promote accepts it.',
  actuator:
    'Held, because some process does not serve this stage. For ten minutes it goes on by itself when it does; then it is watched as it is, until somebody resumes it.',
  drift: 'Held, because the flag is not what the stage wrote; resume writes the stage again.',
};

const END_WORDS = {
  rolling_back: 'The change is being taken back.',
  rolled_back: 'Over: the change was taken back.',
  completed: 'Over: the rollout is complete; the flag can be removed from the code.',
  cancelled: 'Over: the rollout was cancelled, the flag stayed as it was.',
} as const;

const TAKEN_OVER =
  'Held, because harm is suspected; somebody is looking at it, and it goes on when they resume it.';

/** The next step of a rollout. `verdict` is that of the last look at this stage. */
export function describeNext(
  plan: Plan,
  position: Position,
  verdict: Verdict | null,
  surroundings: Surroundings,
): NextStep {
  const { nowMs } = surroundings;
  const stage = plan.stages[position.stageIndex];
  const name = `“${stage?.name ?? ''}”`;
  const after = plan.stages[position.stageIndex + 1];
  const say = (sentence: string, atMs: number | null = null): NextStep => ({
    sentence,
    clock: atMs === null ? null : inWords(atMs - nowMs),
    atMs,
    waits: [],
    forecast: null,
  });
  switch (position.state) {
    case 'draft':
      return say(`Not started; its first stage is ${name}.`);
    case 'scheduled': {
      const atMs = position.deadlineAtMs ?? position.nextEvalAtMs;
      return say(`${name} begins in ${inWords(atMs - nowMs)}.`, atMs);
    }
    case 'applying': {
      const atMs = position.stageEnteredAtMs + plan.policy.settleMs;
      return say(`${name} is being handed out; analysis begins in ${inWords(atMs - nowMs)}.`, atMs);
    }
    case 'baking':
    case 'soaking':
      return describeWatching(plan, position, verdict, surroundings);
    case 'holding':
      return describeHold(plan, position, verdict, surroundings);
    case 'awaiting_approval': {
      const next = after ? `“${after.name}” may begin` : 'the rollout is complete';
      return say(`Every gate of ${name} is passed; a person must approve before ${next}.`);
    }
    default:
      return say(END_WORDS[position.state]);
  }
}

function describeHold(
  plan: Plan,
  position: Position,
  verdict: Verdict | null,
  surroundings: Surroundings,
): NextStep {
  const { deadlineAtMs, holdReason } = position;
  const { nowMs } = surroundings;
  const isOpen = holdReason === 'inconclusive' && verdict !== null;
  const forecast = isOpen
    ? forecastSafety(
        plan,
        position,
        verdict,
        promotionWaits(plan, position, verdict, surroundings),
        nowMs,
      )
    : null;
  const isTakenOver = holdReason === 'yellow' && deadlineAtMs === null;
  const held = HOLD_WORDS[holdReason ?? 'manual'];
  const ordinary = typeof held === 'string' ? held : held(unitsOf(plan));
  const words = isTakenOver ? TAKEN_OVER : ordinary;
  const deadline =
    deadlineAtMs === null ? '' : ` Somebody should act within ${inWords(deadlineAtMs - nowMs)}.`;
  const clock = deadlineAtMs === null ? null : inWords(deadlineAtMs - nowMs);
  const sentence = `${words}${deadline}${untilTold(forecast)}`;
  return { sentence, clock, atMs: deadlineAtMs, waits: [], forecast };
}

function describeWatching(
  plan: Plan,
  position: Position,
  verdict: Verdict | null,
  surroundings: Surroundings,
): NextStep {
  const { nowMs } = surroundings;
  const stage = plan.stages[position.stageIndex];
  const after = plan.stages[position.stageIndex + 1];
  const goal = after ? `“${after.name}” follows` : 'The rollout is complete';
  if (!stage || !verdict) {
    const sentence = `${goal} when “${stage?.name ?? ''}” has proven itself; the first look is due.`;
    return { sentence, clock: null, atMs: position.nextEvalAtMs, waits: [], forecast: null };
  }
  const waits = promotionWaits(plan, position, verdict, surroundings);
  const bake = waits.find((wait) => wait.kind === 'bake');
  const texts = waits.map((wait) => ({ kind: wait.kind, text: describeWait(wait, unitsOf(plan)) }));
  const list = texts.map((wait) => wait.text).join(', then ');
  return {
    clock: bake ? inWords(bake.leftMs) : null,
    sentence: list === '' ? `${goal} at the next look.` : `${goal} after ${list}.`,
    atMs: bake ? nowMs + bake.leftMs : position.nextEvalAtMs,
    waits: texts,
    forecast: forecastSafety(plan, position, verdict, waits, nowMs),
  };
}

/** How long it takes until an undecided stage can be told, at the pace so far; empty when nothing says. */
export const untilTold = (forecast: NextStep['forecast']): string =>
  forecast === null ? '' : ` At the pace so far it can tell in about ${inWords(forecast.leftMs)}.`;

/** The slowest of the guardrails that still have to be proven safe. */
export function forecastSafety(
  plan: Plan,
  position: Position,
  verdict: Verdict,
  waits: readonly Wait[],
  nowMs: number,
): NextStep['forecast'] {
  const stage = plan.stages[position.stageIndex];
  if (!stage) return null;
  const open = new Set(waits.map((wait) => (wait.kind === 'safety' ? wait.guardrailId : '')));
  const left = verdict.assessments
    .filter((one) => open.has(one.id))
    .map((one) => peopleUntilSafe(plan, stage, one));
  const people = Math.max(0, ...left);
  const seen = peopleOf(plan, verdict)?.nT ?? 0;
  const elapsedMs = nowMs - (position.stageSettledAtMs ?? nowMs);
  if (left.length === 0 || !Number.isFinite(people) || seen === 0 || elapsedMs <= 0) return null;
  return { peopleLeft: Math.ceil(people), leftMs: Math.ceil((people / seen) * elapsedMs) };
}

/** People with the change that one guardrail still needs until it can be proven safe, at the rates so far. */
export function peopleUntilSafe(plan: Plan, stage: Stage, one: Assessment): number {
  const guardrail = plan.guardrails.find(({ id }) => id === one.id);
  if (one.isSafe) return 0;
  return guardrail ? peopleLeft(guardrail, stage, one, plan.policy.beta) : Infinity;
}

/** By whichever proof is nearer; Infinity when none can come. */
function peopleLeft(guardrail: Guardrail, stage: Stage, one: Assessment, beta: number): number {
  const { nT, nC, a, b } = one.counts;
  const { bands, measure } = guardrail;
  if (measure.kind !== 'share' && measure.kind !== 'conversion') return Infinity;
  const byLimit =
    guardrail.absolute !== null && guardrail.harm === 'up' && a === 0
      ? cleanPeopleNeeded(guardrail.absolute.red, beta)
      : Infinity;
  const information =
    stage.comparison === 'ratio' && nC > 0 && bands?.scale === 'ratio'
      ? infoSafe(b / nC, bands.red, stage.percent / 100)
      : 0;
  const byRatio = expectedTreatmentPeople(information, -Math.log(beta));
  return Math.max(0, Math.min(byLimit, byRatio) - nT);
}
