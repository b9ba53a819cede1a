// What to expect of a plan: how many people its stages see, how long each takes to prove itself, and how likely harm
// shows in time. For people to plan by; no decision is made from it.
import type { Recent } from '#metrics/recent';
import { isTargeted, type Plan, type Stage } from '../plan/plan.ts';
import { type Arriving, msUntil, peopleBy } from './arriving.ts';
import { needsOf } from './needs.ts';

/** What a stage needs of one guardrail, in people with the change; null: cannot be told. */
type GuardrailForecast = {
  readonly id: string;
  /** Until harm of the red size shows, in half of the cases; milliseconds from the start of the stage. */
  readonly detectMs: number | null;
  /** The same until a harmless change is proven safe; null also where the stage asks for no proof. */
  readonly safeMs: number | null;
  /** Chance (0 to 1) that harm of the red size shows before the stage has to end. */
  readonly chance: number | null;
};

export type StageForecast = {
  readonly index: number;
  /** People of a day in each arm. */
  readonly perDay: { readonly treatment: number; readonly control: number } | null;
  /** Until a harmless change moves on; null: never by itself. */
  readonly expectedMs: number | null;
  /** The lowest chance of the guardrails that can take the change back; null without comparison. */
  readonly chance: number | null;
  readonly guardrails: readonly GuardrailForecast[];
};

/** Everything that a forecast is made from. */
export type Outlook = {
  readonly plan: Plan;
  /** In the order of the plan's guardrails. */
  readonly recent: readonly Recent[];
  readonly arriving: Arriving;
  /** People whom each stage names, by its index; the others are absent. */
  readonly named: ReadonlyMap<number, number>;
};

/** Where a running stage stands. */
export type Progress = {
  readonly index: number;
  /** With the change, so far. */
  readonly people: number;
  readonly elapsedMs: number;
  /** Observed time that counts towards its bake. */
  readonly bakedMs: number;
};

/** Stages from the one that runs on; all of them before the start. */
export function forecastPlan(outlook: Outlook, progress: Progress | null = null): StageForecast[] {
  return outlook.plan.stages.flatMap((stage, index) => {
    if (index < (progress?.index ?? 0)) return [];
    return [forecastStage(outlook, stage, index, progress?.index === index ? progress : null)];
  });
}

function forecastStage(
  outlook: Outlook,
  stage: Stage,
  index: number,
  progress: Progress | null,
): StageForecast {
  const { arriving, named } = outlook;
  const nobody = { index, chance: null, guardrails: [] };
  const bakeMs = Math.max(0, stage.minBakeMs - (progress?.bakedMs ?? 0));
  if (isTargeted(stage)) {
    const people = named.get(index);
    const treatment = people === undefined ? null : (people * stage.percent) / 100;
    // Of named people nobody knows when they come back.
    const perDay = treatment === null ? null : { treatment, control: 0 };
    return { ...nobody, perDay, expectedMs: bakeMs };
  }
  const share = stage.percent / 100;
  const perDay = {
    treatment: arriving.perDay * share,
    control: arriving.perDay * (1 - share),
  };
  const seen = timeUntil(arriving, share, stage.minExposures, progress);
  if (stage.comparison !== 'ratio') {
    // The last stage ends at once where it need not bake.
    const isEnd = index === outlook.plan.stages.length - 1 && stage.minBakeMs === 0;
    return { ...nobody, perDay, expectedMs: isEnd ? 0 : longest([bakeMs, seen]) };
  }
  const guardrails = forecastGuardrails(outlook, stage, progress);
  const acting = outlook.plan.guardrails.flatMap(({ onRed }, at) =>
    onRed === 'rollback' ? [guardrails[at]?.chance ?? null] : [],
  );
  const known = acting.filter((chance) => chance !== null);
  const proofs = guardrails.flatMap(({ id, safeMs }) =>
    stage.safeFor.includes(id) ? [safeMs] : [],
  );
  return {
    index,
    perDay,
    expectedMs: longest([bakeMs, seen, ...proofs]),
    chance: known.length === 0 ? null : Math.min(...known),
    guardrails,
  };
}

function forecastGuardrails(
  { plan, arriving, recent }: Outlook,
  stage: Stage,
  progress: Progress | null,
): GuardrailForecast[] {
  const share = stage.percent / 100;
  const timeFor = (people: number) => timeUntil(arriving, share, people, progress);
  const inTime = reachedBy(arriving, share, stage.maxBakeMs, progress);
  return plan.guardrails.map((guardrail, at) => {
    const lately = recent[at];
    const needs = lately ? needsOf(plan, guardrail, lately, share) : null;
    const isAsked = stage.safeFor.includes(guardrail.id);
    return {
      id: guardrail.id,
      detectMs: needs?.detect ? timeFor(needs.detect.people) : null,
      safeMs: isAsked && needs ? timeFor(needs.safe.people) : null,
      chance: needs?.detect ? needs.detect.chance(inTime) : null,
    };
  });
}

const longest = (times: readonly (number | null)[]): number | null =>
  times.some((ms) => ms === null) ? null : Math.max(...times.map((ms) => ms ?? 0));

/** Milliseconds from now on (of a stage that runs) or from its start; null: never. */
function timeUntil(
  arriving: Arriving,
  share: number,
  people: number,
  progress: Progress | null,
): number | null {
  if (progress === null) return msUntil(arriving, people / share);
  const pace = progress.people / Math.max(1, progress.elapsedMs);
  if (people <= progress.people) return 0;
  if (pace === 0) return msUntil(arriving, people / share);
  const ms = (people - progress.people) / pace;
  return Number.isFinite(ms) ? ms : null;
}

function reachedBy(
  arriving: Arriving,
  share: number,
  maxBakeMs: number,
  progress: Progress | null,
): number {
  if (progress === null || progress.people === 0) return peopleBy(arriving, maxBakeMs) * share;
  const left = Math.max(0, maxBakeMs - progress.elapsedMs);
  return progress.people * (1 + left / Math.max(1, progress.elapsedMs));
}
