// A plan as the controller works with it: milliseconds, fractions, every default settled. The wire form
// (plan.contract.ts) is what is stored; this is derived from it whenever it is needed.
import type { Property } from '#flags/flag';
import type { Comparison, Guardrail } from '#metrics/guardrail';
import type { EvidenceLines } from '#metrics/verdict';
import type { PlanWire } from './plan.contract.ts';

export type Stage = {
  readonly name: string;
  /** 0 to 100: of everyone, or of the people that `properties` name. */
  readonly percent: number;
  /** Empty: everyone, by percentage. */
  readonly properties: readonly Property[];
  readonly comparison: Comparison;
  readonly minBakeMs: number;
  readonly maxBakeMs: number;
  readonly minExposures: number;
  readonly needsApproval: boolean;
  /** Ids of the guardrails that must be proven safe before promotion. */
  readonly safeFor: readonly string[];
};

export type Policy = EvidenceLines & {
  readonly yellowDeadlineMs: number;
  readonly onYellowDeadline: 'escalate' | 'rollback';
  readonly onInconclusive: 'by_stage' | 'promote' | 'hold';
  readonly onNoData: 'hold' | 'rollback';
  readonly noDataAfterMs: number;
  readonly noDataDeadlineMs: number;
  readonly sourceDownDeadlineMs: number;
  readonly calmMs: number;
  readonly rollbackTo: 'zero_keep_targeted' | 'previous_tier' | 'off';
  readonly settleMs: number;
  readonly tickMs: number;
  readonly bucketMs: number;
};

export type Plan = {
  readonly flagKey: string;
  /** The variant handed out; null for a boolean flag. */
  readonly treatment: string | null;
  readonly stages: readonly Stage[];
  readonly guardrails: readonly Guardrail[];
  readonly policy: Policy;
};

const DEFAULT_MIN_EXPOSURES = 100;
/** An undecided stage ends after this many times its minimum bake (a day for half an hour)… */
const DEFAULT_MAX_BAKE_FACTOR = 48;
/** …which counts as at least this many ticks (half an hour). */
const MIN_BAKE_TICKS = 30;
const DEFAULT_BANDS = { up: { yellow: 1.5, red: 2 }, down: { yellow: 0.95, red: 0.9 } } as const;
const DEFAULT_EXCEPTION_LIMITS = { yellow: 0.01, red: 0.02 } as const;

/** Stages for named people have no randomised control, nor has 100 %. */
export function isTargeted(stage: { readonly properties: readonly unknown[] }): boolean {
  return stage.properties.length > 0;
}

/** Everybody has the change: nobody is left to compare with. */
export function isFull(stage: Pick<Stage, 'properties' | 'percent'>): boolean {
  return !isTargeted(stage) && stage.percent === 100;
}

/** The plan that a wire plan means. */
export function planOf(wire: PlanWire): Plan {
  const guardrails = wire.guardrails.map((guardrail) => guardrailOf(guardrail, wire.policy));
  return {
    flagKey: wire.flag_key,
    treatment: wire.treatment,
    stages: wire.stages.map((stage) => stageOf(stage, guardrails, wire.policy.tick_seconds * 1000)),
    guardrails,
    policy: policyOf(wire.policy),
  };
}

function stageOf(
  wire: PlanWire['stages'][number],
  guardrails: readonly Guardrail[],
  tickMs: number,
): Stage {
  const properties = wire.properties as readonly Property[];
  const percent = wire.percent ?? 100;
  const isCompared = properties.length === 0 && percent < 100;
  const minBakeMs = wire.min_bake_seconds * 1000;
  const safeFor = wire.safe_for ?? (isCompared ? ['*'] : []);
  return {
    name: wire.name,
    percent,
    properties,
    comparison: wire.compare ?? (isCompared ? 'ratio' : 'absolute'),
    minBakeMs,
    maxBakeMs:
      wire.max_bake_seconds === undefined
        ? Math.max(minBakeMs, MIN_BAKE_TICKS * tickMs) * DEFAULT_MAX_BAKE_FACTOR
        : wire.max_bake_seconds * 1000,
    minExposures: wire.min_exposures ?? (isCompared ? DEFAULT_MIN_EXPOSURES : 1),
    needsApproval: wire.approval,
    safeFor: safeFor.includes('*')
      ? guardrails.filter((one) => one.require === 'safe').map((one) => one.id)
      : safeFor,
  };
}

function guardrailOf(wire: PlanWire['guardrails'][number], policy: PlanWire['policy']): Guardrail {
  const isExceptions = wire.kind === 'exception_users';
  const bands = DEFAULT_BANDS[wire.direction];
  const absolute = wire.absolute ?? null;
  return {
    id: wire.id,
    family: wire.group,
    event: isExceptions ? '$exception' : (wire.event ?? ''),
    filters: wire.properties,
    harm: wire.direction,
    ratio: { yellow: wire.yellow ?? bands.yellow, red: wire.red ?? bands.red },
    absolute: wire.absolute === undefined && isExceptions ? DEFAULT_EXCEPTION_LIMITS : absolute,
    minAffectedPeople: wire.min_affected_users ?? policy.min_affected_users,
    require: wire.require,
  };
}

function policyOf(wire: PlanWire['policy']): Policy {
  return {
    alpha: wire.alpha,
    alphaPause: wire.alpha_pause,
    beta: wire.beta,
    yellowDeadlineMs: wire.yellow_deadline_seconds * 1000,
    onYellowDeadline: wire.on_yellow_deadline,
    onInconclusive: wire.on_inconclusive,
    onNoData: wire.on_no_data,
    noDataAfterMs: wire.no_data_after_seconds * 1000,
    noDataDeadlineMs: wire.no_data_deadline_seconds * 1000,
    sourceDownDeadlineMs: wire.source_down_deadline_seconds * 1000,
    calmMs: wire.calm_seconds * 1000,
    rollbackTo: wire.rollback_to,
    settleMs: wire.settle_seconds * 1000,
    tickMs: wire.tick_seconds * 1000,
    bucketMs: wire.bucket_seconds * 1000,
  };
}
