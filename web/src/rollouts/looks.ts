// The looks of a stage over time: kept up to date with the look that has just come, and what is drawn of them.
import type { Series } from '../api/rollouts.ts';
import type { GuardrailLook, Look } from './rollout-words.ts';

export type SeriesLook = Series['looks'][number];
export type SeriesGuardrail = SeriesLook['guardrails'][number];

/** More would not be seen in charts of this size: every other one is let go. */
const MOST_LOOKS = 160;

/** What a series keeps of a look. */
function seriesLook(look: Look): SeriesLook {
  return {
    id: look.id,
    at: look.at,
    people: look.people,
    verdict: look.verdict,
    combined: look.combined.ln_e,
    guardrails: look.guardrails.map((one) => ({
      id: one.id,
      band: one.band,
      effect: one.effect,
      effect_interval: one.effect_interval,
      treatment: one.treatment.value,
      control: one.control.value,
      treatment_interval: one.treatment_interval,
      harm: harmOf(one),
      safety: one.safety.ln_e,
    })),
  };
}

/** Evidence of harm, by comparison or by a fixed limit: whichever is further. */
export const harmOf = ({ harm, absolute }: Pick<GuardrailLook, 'harm' | 'absolute'>): number =>
  Math.max(harm.ln_e, absolute?.ln_e_red ?? Number.NEGATIVE_INFINITY);

/** With the newest look; the same one again, or one of another run, changes nothing. */
export function withLook(series: Series, look: Look | null): Series {
  if (!look || look.stage_index !== series.stage_index || look.attempt !== series.attempt) {
    return series;
  }
  const last = series.looks.at(-1);
  if (last && BigInt(last.id) >= BigInt(look.id)) return series;
  const looks = [...series.looks, seriesLook(look)];
  const kept = looks.length > MOST_LOOKS ? looks.filter((_, index) => index % 2 === 0) : looks;
  return { ...series, count: series.count + 1, looks: kept };
}

/** What the looks found of one guardrail; those before it was part of the plan are left out. */
export function historyOf(
  series: Series,
  guardrailId: string,
): readonly { readonly look: SeriesLook; readonly found: SeriesGuardrail }[] {
  return series.looks.flatMap((look) => {
    const found = look.guardrails.find(({ id }) => id === guardrailId);
    return found ? [{ look, found }] : [];
  });
}
