// The case for and against a rollout at one look, in sentences with the numbers: what a decision gives as its reasons.
import type { Observation } from '#metrics/observation';
import type { Verdict } from '#metrics/verdict';
import { type Plan, type Stage, unitsOf } from '../plan/plan.ts';
import { describeWait, type Wait } from './promotion.ts';
import type { Position } from './rollout.ts';
import { isByReadings } from './seen.ts';
import {
  describeCounts,
  describeEstimate,
  describeLimit,
  describeOdds,
  describeShift,
  inWords,
} from './words.ts';

type Seen = {
  readonly plan: Plan;
  readonly position: Position;
  readonly observation: Observation;
  readonly verdict: Verdict;
};

/** Why a stage may move on: who was seen, what stayed open, and every guardrail's counts. */
export function praise(view: Seen, stage: Stage, waits: readonly Wait[]): string[] {
  const { treatment, control } = view.observation.people;
  const without = control > 0 ? ` and ${control} without` : '';
  const bake = inWords(view.position.observedBakeMs);
  const units = unitsOf(view.plan);
  const open = waits.map((wait) => describeWait(wait, units)).join(', ');
  const who = isByReadings(view.plan)
    ? 'by what is read of servers'
    : `with ${treatment} ${treatment === 1 ? units.one : units.many} with the change${without}`;
  return [
    `“${stage.name}” passed ${who}, after ${bake}.`,
    ...(open === '' ? [] : [`No harm shows, though without ${open}.`]),
    ...view.verdict.assessments.map((one) => sentence(view, one.id)),
  ];
}

/** The case against the rollout: the counts and limits of whoever accuses it, then the evidence against its line. */
export function accuse(view: Seen, ids: readonly string[], lnLine = Infinity): string[] {
  const { plan, verdict } = view;
  const counts = ids.flatMap((id) => {
    const guardrail = plan.guardrails.find((one) => one.id === id);
    const assessment = verdict.assessments.find((one) => one.id === id);
    if (!guardrail || !assessment) return [id];
    const off = [
      describeLimit(guardrail, assessment),
      describeShift(guardrail, assessment),
      describeEstimate(guardrail, assessment),
    ];
    return [
      describeCounts(guardrail, assessment, unitsOf(plan)),
      ...off.filter((one) => one !== null),
    ];
  });
  const isByRatio = verdict.lnECombined >= lnLine;
  const odds = isByRatio
    ? [`The odds against chance are ${describeOdds(verdict.lnECombined, lnLine)}.`]
    : [];
  return [...counts, ...odds];
}

function sentence({ plan, verdict }: Seen, id: string): string {
  const guardrail = plan.guardrails.find((one) => one.id === id);
  const assessment = verdict.assessments.find((one) => one.id === id);
  return guardrail && assessment ? describeCounts(guardrail, assessment, unitsOf(plan)) : id;
}
