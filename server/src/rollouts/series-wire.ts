// The looks of one run of a stage as they go over the wire to be drawn: a few numbers of each.
import type { Verdict } from '#metrics/verdict';
import { toGuardrail } from './guardrail-wire.ts';
import type { Plan } from './plan/plan.ts';

type SeriesLook = { readonly id: string; readonly at: Date; readonly verdict: Verdict };

/** @param stageIndex the stage that was looked at; none of the plan any more: nothing is drawn of it */
export function toSeriesLooks(looks: readonly SeriesLook[], plan: Plan, stageIndex: number) {
  const stage = plan.stages[stageIndex];
  if (!stage) return [];
  return looks.map(({ id, at, verdict }) => {
    const counts = verdict.assessments[0]?.counts;
    return {
      id,
      at: at.toISOString(),
      people: { treatment: counts?.nT ?? 0, control: counts?.nC ?? 0 },
      verdict: verdict.level,
      combined: verdict.lnECombined,
      guardrails: plan.guardrails.flatMap((guardrail) => {
        const one = verdict.assessments.find((other) => other.id === guardrail.id);
        if (!one) return [];
        const found = toGuardrail(guardrail, one, plan, stage);
        return {
          id: found.id,
          band: found.band,
          effect: found.effect,
          effect_interval: found.effect_interval,
          treatment: found.treatment.value,
          control: found.control.value,
          treatment_interval: found.treatment_interval,
          harm: Math.max(found.harm.ln_e, found.absolute?.ln_e_red ?? -Infinity),
          safety: found.safety.ln_e,
        };
      }),
    };
  });
}
