// Refuses plans that cannot work, naming the field and the reason. What is only unwise is advice/plan-warnings.ts;
// what the flag itself must be like is flag-check.ts.
import type { Bands, EventFilter, Guardrail } from '#metrics/guardrail';
import { USUAL_NAMES } from './guardrail-kinds.ts';
import { isFull, isTargeted, type Plan, type Policy, type Stage } from './plan.ts';

export type PlanProblem = {
  /** Dotted path of the field at fault, as the wire names it. */
  readonly field: string;
  readonly reason: string;
};

/** Shortest allowed durations in seconds, before the time scale divides them. */
const MIN_SECONDS: readonly (readonly [wire: string, inside: keyof Policy, seconds: number])[] = [
  // SDKs that evaluate locally ask for definitions every 30 s.
  ['settle_seconds', 'settleMs', 30],
  ['tick_seconds', 'tickMs', 1],
  ['bucket_seconds', 'bucketMs', 10],
  ['no_data_after_seconds', 'noDataAfterMs', 60],
  ['calm_seconds', 'calmMs', 60],
];
const MIN_BAKE_SECONDS = 60;

type At = (field: string, reason: string) => PlanProblem;

/** The first thing that makes a plan impossible; null when there is none. */
export function findPlanProblem(plan: Plan, timeScale: number): PlanProblem | null {
  return (
    findPolicyProblem(plan.policy, timeScale) ??
    findImpactProblem(plan) ??
    first(plan.guardrails, (_, index) => findGuardrailProblem(plan.guardrails, index)) ??
    first(plan.stages, (_, index) => findStageProblem(plan, index, timeScale))
  );
}

function first<T>(
  items: readonly T[],
  find: (item: T, index: number) => PlanProblem | null,
): PlanProblem | null {
  for (const [index, item] of items.entries()) {
    const problem = find(item, index);
    if (problem) return problem;
  }
  return null;
}

function findPolicyProblem(policy: Policy, timeScale: number): PlanProblem | null {
  for (const [wire, inside, seconds] of MIN_SECONDS) {
    const least = seconds / timeScale;
    if (Number(policy[inside]) < least * 1000) {
      return { field: `policy.${wire}`, reason: `Must be at least ${least} seconds.` };
    }
  }
  if (policy.alpha <= policy.alphaPause) return null;
  return { field: 'policy.alpha', reason: 'Must not exceed policy.alpha_pause.' };
}

/** D names one stage from which on there is no way back; the others have no such stage. */
function findImpactProblem({ impact, stages }: Plan): PlanProblem | null {
  const points = stages.flatMap(({ isPointOfNoReturn }, index) =>
    isPointOfNoReturn ? [index] : [],
  );
  const at = (index: number) => `stages.${index}.point_of_no_return`;
  if (impact.isInStep && impact.kind !== 'C') {
    return { field: 'both_in_step', reason: 'Only class C has two representations.' };
  }
  if (impact.kind !== 'D') {
    const [first] = points;
    if (first === undefined) return null;
    return { field: at(first), reason: 'Only class D has a point of no return.' };
  }
  if (points.length === 0) {
    return {
      field: 'rollback_impact',
      reason: 'Class D needs a stage marked with point_of_no_return.',
    };
  }
  const second = points[1];
  return second === undefined
    ? null
    : { field: at(second), reason: 'There is one point of no return, the first.' };
}

function findGuardrailProblem(guardrails: readonly Guardrail[], index: number): PlanProblem | null {
  const guardrail = guardrails[index];
  if (!guardrail) return null;
  const at: At = (field, reason) => ({ field: `guardrails.${index}.${field}`, reason });
  if (guardrails.findIndex((other) => other.id === guardrail.id) < index) {
    return at('id', `“${guardrail.id}” is used twice.`);
  }
  return (
    first(guardrail.filters, (filter, number) => findFilterProblem(filter, number, at)) ??
    findBandProblem(guardrail, at)
  );
}

/** A condition whose value no event could meet would make its guardrail count nothing. */
function findFilterProblem(
  { operator, value }: EventFilter,
  number: number,
  at: At,
): PlanProblem | null {
  if (operator === 'is_set' || operator === 'is_not_set') return null;
  const refuse = (reason: string) => at(`properties.${number}.value`, reason);
  const isEqual = operator === 'exact' || operator === 'is_not';
  const values = [value].flat().filter((one) => one !== null && (isEqual || one !== ''));
  if (values.length === 0) return refuse(`“${operator}” needs a value to compare with.`);
  if (isEqual) return null;
  if (values.length > 1) return refuse(`“${operator}” compares with one value.`);
  if (operator === 'icontains' || operator === 'not_icontains') return null;
  const isNumber = typeof values[0] !== 'boolean' && Number.isFinite(Number(values[0]));
  return isNumber ? null : refuse(`“${operator}” compares with a number.`);
}

function findBandProblem({ harm, bands, absolute }: Guardrail, at: At): PlanProblem | null {
  const isUp = harm === 'up';
  const isInside = (limits: Bands) =>
    isUp ? limits.red <= limits.yellow : limits.red >= limits.yellow;
  const beyond = (limits: Bands) =>
    `Red (${limits.red}) must lie beyond yellow (${limits.yellow}).`;
  const absoluteProblem = () =>
    absolute && isInside(absolute)
      ? at(bands === null ? 'red' : 'absolute.red', beyond(absolute))
      : null;
  if (bands === null) return absoluteProblem();
  const same = bands.scale === 'ratio' ? 1 : 0;
  // A relative change is written as what it adds.
  const shown = bands.compare === 'relative' ? 0 : same;
  const side = isUp ? `above ${shown}, for more is harm` : `below ${shown}, for less is harm`;
  for (const field of ['yellow', 'red'] as const) {
    const value = bands[field];
    const isHarm = isUp ? value > same : value < same;
    if (!isHarm) return at(field, `Must be ${side}.`);
    if (bands.scale === 'ratio' && value <= 0) return at(field, 'Nothing can fall so far.');
    if (bands.compare === 'pp' && Math.abs(value) >= 1) {
      return at(field, 'A share cannot change by so much: one percentage point is 0.01.');
    }
  }
  return isInside(bands) ? at('red', beyond(bands)) : absoluteProblem();
}

function findStageProblem(plan: Plan, index: number, timeScale: number): PlanProblem | null {
  const stage = plan.stages[index];
  if (!stage) return null;
  const at: At = (field, reason) => ({ field: `stages.${index}.${field}`, reason });
  return (
    findUnitProblem(plan, stage, at) ??
    findShareProblem(plan, stage, index, at) ??
    findBakeProblem(plan, stage, index, timeScale, at) ??
    findSafeForProblem(plan, stage, at)
  );
}

/** Groups are named by their own properties, and nobody knows what they did before: people are kept, groups are not. */
function findUnitProblem({ unit }: Plan, stage: Stage, at: At): PlanProblem | null {
  const isFit = ({ type }: Stage['properties'][number]) => (type === 'group') === (unit !== null);
  const index = stage.properties.findIndex((property) => !isFit(property));
  if (index >= 0) {
    const reason =
      unit === null
        ? 'People are named by their own properties, or by a cohort.'
        : `A rollout to ${unit} groups names them by their own properties (type group).`;
    return at(`properties.${index}.type`, reason);
  }
  if (unit === null || stage.comparison === 'ratio' || stage.comparison === 'absolute') return null;
  return at('compare', 'Groups are compared with control, or with fixed limits (absolute).');
}

function findShareProblem(plan: Plan, stage: Stage, index: number, at: At): PlanProblem | null {
  const isRatio = stage.comparison === 'ratio';
  if (stage.comparison === 'before_after' && !isFull(stage)) {
    return at('compare', 'before_after is for 100 %, where nobody is left to compare with.');
  }
  if (isTargeted(stage)) {
    if (!isRatio) return null;
    return at(
      'compare',
      'Named people are not a random sample of the others; use absolute or self_control.',
    );
  }
  if (stage.comparison === 'self_control') {
    return at('compare', 'self_control is for stages that name their people.');
  }
  const earlier = plan.stages.slice(0, index).findLast((other) => !isTargeted(other));
  if (earlier && stage.percent <= earlier.percent) {
    return at('percent', `Must be more than the ${earlier.percent} % of the stage before.`);
  }
  if (!isRatio || !isFull(stage)) return null;
  return at('compare', 'At 100 % nobody is left to compare with; use absolute or before_after.');
}

function findBakeProblem(
  plan: Plan,
  stage: Stage,
  index: number,
  timeScale: number,
  at: At,
): PlanProblem | null {
  const leastSeconds = MIN_BAKE_SECONDS / timeScale;
  // The last stage at 100 % may skip its soak.
  const isExempt = index === plan.stages.length - 1 && isFull(stage);
  if (stage.minBakeMs < leastSeconds * 1000 && !isExempt) {
    return at('min_bake_seconds', `Must be at least ${leastSeconds} seconds.`);
  }
  if (stage.maxBakeMs >= stage.minBakeMs) return null;
  return at('max_bake_seconds', 'Must not be shorter than min_bake_seconds.');
}

function findSafeForProblem(plan: Plan, stage: Stage, at: At): PlanProblem | null {
  for (const id of stage.safeFor) {
    const guardrail = plan.guardrails.find((one) => one.id === id);
    // Plans are made from others: of a usual guardrail that is left out nothing is asked, and people are warned.
    if (!guardrail && USUAL_NAMES.has(id)) continue;
    if (!guardrail) return at('safe_for', `No guardrail is called “${id}”.`);
    if (stage.comparison !== 'ratio' && guardrail.absolute === null) {
      return at(
        'safe_for',
        `“${id}” has no absolute limits, so this stage could never prove it safe.`,
      );
    }
  }
  return null;
}
