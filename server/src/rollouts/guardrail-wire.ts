// One guardrail at one look, as it goes over the wire: numbers in the unit in which its plan speaks of them.
import { canRollBack, type Guardrail } from '#metrics/guardrail';
import type { Assessment } from '#metrics/verdict';
import { behindOf, recordingCondition } from './plan/guardrail-behind.ts';
import { peopleUntilSafe } from './gate/next-step.ts';
import { type Plan, type Stage, unitsOf } from './plan/plan.ts';
import { describeCounts, unitOf } from './gate/words.ts';

/** What a look at a stage found of a guardrail. */
export function toGuardrail(guardrail: Guardrail, one: Assessment, plan: Plan, stage: Stage) {
  const { counts } = one;
  const left = peopleUntilSafe(plan, stage, one);
  return {
    id: guardrail.id,
    kind: guardrail.kind,
    event: guardrail.event,
    behind: toBehind(guardrail),
    on_red: guardrail.onRed,
    direction: guardrail.harm,
    band: one.band,
    is_safe: one.isSafe,
    affected: one.affected,
    unit: unitOf(guardrail),
    people_left: Number.isFinite(left) ? Math.ceil(left) : null,
    threshold: guardrail.measure.kind === 'latency' ? guardrail.measure.threshold : null,
    treatment: toArm(counts.nT, counts.a, one.treatment),
    control: toArm(counts.nC, counts.b, one.control),
    treatment_interval: one.treatment.interval,
    control_interval: one.control.interval,
    ...toComparison(guardrail, one),
    ...toProof(guardrail, one, plan),
    shift: one.shift ?? null,
    summary: describeCounts(guardrail, one, unitsOf(plan)),
  };
}

function toBehind(guardrail: Guardrail) {
  const behind = behindOf(guardrail);
  if (!behind) return null;
  const { event, properties, isMissing } = behind;
  return {
    event,
    properties: [...properties],
    is_missing: isMissing,
    recordings: recordingCondition(behind),
  };
}

function toArm(people: number, affected: number, { value, percentiles }: Assessment['treatment']) {
  const [p50, p95, p99] = percentiles ?? [];
  return {
    people,
    affected,
    rate: people === 0 ? null : affected / people,
    value,
    percentiles:
      p50 === undefined || p95 === undefined || p99 === undefined ? null : { p50, p95, p99 },
  };
}

/** Treatment against control, with the bands. */
function toComparison(
  guardrail: Guardrail,
  { effect, effectInterval, isAgainstBefore }: Assessment,
) {
  // People held against themselves are compared by ratio, whatever the bands are.
  const bands = isAgainstBefore ? ratioBandsOf(guardrail) : guardrail.bands;
  const isRatio = bands?.scale === 'ratio';
  const shown = bands?.compare === 'relative' ? relativeOf : asIs;
  const orNull = (value: number | null) => (value === null ? null : shown(value));
  return {
    compare: bands?.compare ?? (isAgainstBefore ? 'ratio' : 'absolute'),
    against: isAgainstBefore ? ('before' as const) : ('control' as const),
    effect: orNull(effect),
    effect_interval: effectInterval && {
      lower: shown(effectInterval.lower),
      upper: orNull(effectInterval.upper),
    },
    ratio: isRatio ? effect : null,
    ratio_interval: isRatio ? effectInterval : null,
    yellow: bands && shown(bands.yellow),
    red: bands && shown(bands.red),
  };
}

const ratioBandsOf = ({ bands }: Guardrail): Guardrail['bands'] =>
  bands?.scale === 'ratio' ? bands : null;

const asIs = (value: number): number => value;
/** A relative change is written as what it adds. */
const relativeOf = (ratio: number): number => Number((ratio - 1).toFixed(12));

/** How far the evidence is towards each decision. */
function toProof(guardrail: Guardrail, one: Assessment, { guardrails, policy }: Plan) {
  const { absolute } = one;
  const equals = guardrails.filter((other) => canRollBack(other) === canRollBack(guardrail));
  return {
    absolute: guardrail.absolute && {
      ...guardrail.absolute,
      ln_e_red: absolute?.lnERed ?? 0,
      ln_e_safe: absolute?.lnESafe ?? 0,
    },
    // What this guardrail alone would need: its share of the error rate is an equal part.
    harm: {
      ln_e: one.lnEMixed,
      ln_line: Math.log(equals.length / policy.alpha),
      ln_pause_line: Math.log(equals.length / policy.alphaPause),
    },
    safety: {
      ln_e: Math.max(one.lnESafe, absolute?.lnESafe ?? -Infinity),
      ln_line: -Math.log(policy.beta),
    },
  };
}
