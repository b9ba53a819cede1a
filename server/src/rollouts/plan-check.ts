// Refuses plans that cannot work, naming the field and the reason, and warns of those that can but are
// unwise. What the flag itself must be like is flag-check.ts.
import type { PlanWire } from './plan.contract.ts';
import { isFull, isTargeted, planOf, type Stage } from './plan.ts';

export type PlanProblem = {
  /** Dotted path of the field at fault. */
  readonly field: string;
  readonly reason: string;
};

/** Shortest allowed durations in seconds, before the time scale divides them. */
const MIN_SECONDS = {
  /** SDKs that evaluate locally ask for definitions every 30 s. */
  settle_seconds: 30,
  tick_seconds: 1,
  bucket_seconds: 10,
  no_data_after_seconds: 60,
  calm_seconds: 60,
} as const;
const MIN_BAKE_SECONDS = 60;
/** Below five minutes a stage is a sped-up switch-over, not a canary. */
const SHORT_BAKE_SECONDS = 300;

/** The first thing that makes a plan impossible; null when there is none. */
export function findPlanProblem(wire: PlanWire, timeScale: number): PlanProblem | null {
  return (
    findPolicyProblem(wire.policy, timeScale) ??
    first(wire.guardrails, (_, i) => findGuardrailProblem(wire.guardrails, i)) ??
    first(wire.stages, (_, i) => findStageProblem(wire, i, timeScale))
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

function findPolicyProblem(policy: PlanWire['policy'], timeScale: number): PlanProblem | null {
  for (const [field, seconds] of Object.entries(MIN_SECONDS)) {
    const least = seconds / timeScale;
    if (policy[field as keyof typeof MIN_SECONDS] < least) {
      return { field: `policy.${field}`, reason: `Must be at least ${least} seconds.` };
    }
  }
  if (policy.alpha > policy.alpha_pause) {
    return { field: 'policy.alpha', reason: 'Must not exceed policy.alpha_pause.' };
  }
  return null;
}

function findGuardrailProblem(
  guardrails: PlanWire['guardrails'],
  index: number,
): PlanProblem | null {
  const guardrail = guardrails[index];
  if (!guardrail) return null;
  const at = (field: string, reason: string) => ({ field: `guardrails.${index}.${field}`, reason });
  if (guardrails.findIndex((other) => other.id === guardrail.id) < index) {
    return at('id', `“${guardrail.id}” is used twice.`);
  }
  if (guardrail.kind === 'event_rate' && guardrail.event === undefined) {
    return at('event', 'An event_rate guardrail needs the name of its event.');
  }
  if (guardrail.kind === 'exception_users' && guardrail.event !== undefined) {
    return at('event', 'exception_users always counts `$exception`; leave event out.');
  }
  return findBandProblem(guardrail, at);
}

function findBandProblem(wire: PlanWire['guardrails'][number], at: At): PlanProblem | null {
  const { yellow, red } = wire;
  const isUp = wire.direction === 'up';
  const isHarm = (ratio: number) => (isUp ? ratio > 1 : ratio < 1);
  const side = isUp ? 'above 1, for more is harm' : 'below 1, for less is harm';
  if (yellow !== undefined && !isHarm(yellow)) return at('yellow', `Must be ${side}.`);
  if (red !== undefined && !isHarm(red)) return at('red', `Must be ${side}.`);
  const isInside = (limits: { yellow: number; red: number }) =>
    isUp ? limits.red <= limits.yellow : limits.red >= limits.yellow;
  const bands = { yellow: yellow ?? (isUp ? 1.5 : 0.95), red: red ?? (isUp ? 2 : 0.9) };
  if (isInside(bands)) {
    return at('red', `Red (${bands.red}) must lie beyond yellow (${bands.yellow}).`);
  }
  if (wire.absolute && isInside(wire.absolute)) {
    const { yellow: inner, red: outer } = wire.absolute;
    return at('absolute.red', `Red (${outer}) must lie beyond yellow (${inner}).`);
  }
  return null;
}

type At = (field: string, reason: string) => PlanProblem;

function findStageProblem(wire: PlanWire, index: number, timeScale: number): PlanProblem | null {
  const stage = planOf(wire).stages[index];
  if (!stage) return null;
  const at: At = (field, reason) => ({ field: `stages.${index}.${field}`, reason });
  return (
    findShareProblem(wire, index, at) ??
    findBakeProblem(wire, index, timeScale, at) ??
    findSafeForProblem(wire, stage, wire.stages[index]?.safe_for ?? [], at)
  );
}

function findShareProblem(wire: PlanWire, index: number, at: At): PlanProblem | null {
  const stage = planOf(wire).stages[index];
  if (!stage) return null;
  const isRatioWanted = wire.stages[index]?.compare === 'ratio';
  if (isTargeted(stage)) {
    if (!isRatioWanted) return null;
    return at('compare', 'Named people are not a random sample of the others; use absolute.');
  }
  const earlier = wire.stages.slice(0, index).findLast((other) => !isTargeted(other));
  if (earlier?.percent !== undefined && stage.percent <= earlier.percent) {
    return at('percent', `Must be more than the ${earlier.percent} % of the stage before.`);
  }
  if (!isRatioWanted || !isFull(stage)) return null;
  return at('compare', 'At 100 % nobody is left to compare with; use absolute.');
}

function findBakeProblem(
  wire: PlanWire,
  index: number,
  timeScale: number,
  at: At,
): PlanProblem | null {
  const stage = planOf(wire).stages[index];
  if (!stage) return null;
  const leastSeconds = MIN_BAKE_SECONDS / timeScale;
  // The last stage at 100 % may skip its soak.
  const isExempt = index === wire.stages.length - 1 && isFull(stage);
  if (stage.minBakeMs < leastSeconds * 1000 && !isExempt) {
    return at('min_bake_seconds', `Must be at least ${leastSeconds} seconds.`);
  }
  if (stage.maxBakeMs >= stage.minBakeMs) return null;
  return at('max_bake_seconds', 'Must not be shorter than min_bake_seconds.');
}

function findSafeForProblem(
  wire: PlanWire,
  stage: Stage,
  safeFor: readonly string[],
  at: At,
): PlanProblem | null {
  const known = new Set([...wire.guardrails.map((guardrail) => guardrail.id), '*']);
  const unknown = safeFor.find((id) => !known.has(id));
  if (unknown !== undefined) return at('safe_for', `No guardrail is called “${unknown}”.`);
  if (stage.comparison === 'ratio') return null;
  const unprovable = planOf(wire).guardrails.find(
    (guardrail) => stage.safeFor.includes(guardrail.id) && guardrail.absolute === null,
  );
  if (!unprovable) return null;
  return at(
    'safe_for',
    `“${unprovable.id}” has no absolute limits, so this stage could never prove it safe.`,
  );
}

/** What a person should know before starting the plan; one sentence each. */
export function planWarnings(wire: PlanWire): string[] {
  const plan = planOf(wire);
  const unlimited = plan.guardrails.filter((one) => one.absolute === null).map((one) => one.id);
  const warnings: string[] = [];
  for (const stage of plan.stages) {
    if (stage.minBakeMs < SHORT_BAKE_SECONDS * 1000 && !isFull(stage)) {
      warnings.push(
        `Stage “${stage.name}” bakes for less than five minutes: that is a sped-up switch-over, only catastrophes show.`,
      );
    }
    if (stage.comparison === 'absolute' && unlimited.length > 0 && stage.minBakeMs > 0) {
      warnings.push(
        `Stage “${stage.name}” has no control to compare with, and ${unlimited.join(', ')} ${unlimited.length === 1 ? 'has' : 'have'} no absolute limits: nothing guards it there.`,
      );
    }
  }
  if (unlimited.length > 0) {
    warnings.push(
      `Without absolute limits ${unlimited.join(', ')} can be proven safe only once the event occurs often enough in control.`,
    );
  }
  return warnings;
}
