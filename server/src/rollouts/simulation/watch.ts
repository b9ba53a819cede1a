// One guardrail watched without a controller: how often, and after how many people, its evidence against a change
// that stays at one percentage reaches 1/alpha. What the tables of methods in docs/statistics.md are made of.
import type { Guardrail } from '#metrics/guardrail';
import { readData } from '#metrics/outcome';
import { weighEvidence } from '#metrics/weigh-evidence';
import { Town } from './town.ts';
import type { World } from './world.ts';

export type Watched = {
  /** The first look at which the evidence reached the line; null when none did. */
  readonly minute: number | null;
  /** People with the change by then. */
  readonly treatmentPeople: number;
};

/** Watches the first guardrail in the first stage of the plan for the whole time, looking every `everyMinutes`. */
export function watch(world: World, seed: number, alpha: number, everyMinutes = 1): Watched {
  const { guardrails, stages } = world.plan;
  const [guardrail] = guardrails;
  const [stage] = stages;
  if (!guardrail || !stage) throw new RangeError('a plan has stages and guardrails');
  const town = new Town(world, seed);
  const line = -Math.log(alpha);
  const isPatient = growsByTreatmentHits(guardrail);
  let hits = 0;
  for (let minute = 0; minute < world.minutes; minute += 1) {
    town.live(minute, { run: 'only', percent: stage.percent, isSettled: true });
    if ((minute + 1) % everyMinutes !== 0 || (isPatient && town.treatmentHits === hits)) continue;
    hits = town.treatmentHits;
    const data = { ...readData(town.observe(), guardrails, 0), plannedShare: stage.percent / 100 };
    if (weighEvidence(guardrail, data, stage.comparison, null).lnE < line) continue;
    return { minute: minute + 1, treatmentPeople: town.everTreated };
  }
  return { minute: null, treatmentPeople: town.everTreated };
}

/**
 * Where more people with the outcome is harm, another control person with it only speaks for the change: a look
 * without another treatment person can be left out.
 */
function growsByTreatmentHits({ harm, isCommon, measure, bands }: Guardrail): boolean {
  const isRate =
    measure.kind === 'latency' || (measure.kind === 'share' && bands?.scale === 'ratio');
  return isRate && harm === 'up' && !isCommon;
}
