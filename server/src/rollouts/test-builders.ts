// Builders for tests: a plan, a rollout's position and an observation with sensible defaults, so that a
// test names only what it is about.
import type { Guardrail } from '#metrics/guardrail';
import type { Observation } from '#metrics/observation';
import { decide, type GateInput } from './gate/gate.ts';
import type { Plan, Policy, Stage } from './plan/plan.ts';
import { draftPosition, type Position } from './gate/rollout.ts';

const MINUTE_MS = 60_000;
/** A fixed "now" for tests: 2026-11-02 09:00 UTC, a Monday. */
export const T0 = Date.UTC(2026, 10, 2, 9);

export function aGuardrail(overrides: Partial<Guardrail> = {}): Guardrail {
  return {
    id: 'errors',
    kind: 'exception_users',
    family: 'errors',
    event: '$exception',
    filters: [],
    measure: { kind: 'share' },
    isCommon: false,
    usualShare: null,
    harm: 'up',
    bands: { scale: 'ratio', compare: 'ratio', yellow: 1.5, red: 2 },
    absolute: { yellow: 0.01, red: 0.02 },
    minAffectedPeople: 3,
    require: 'safe',
    onRed: 'rollback',
    ...overrides,
  };
}

export function aStage(overrides: Partial<Stage> = {}): Stage {
  return {
    name: '10 %',
    percent: 10,
    properties: [],
    comparison: 'ratio',
    minBakeMs: 30 * MINUTE_MS,
    maxBakeMs: 24 * 60 * MINUTE_MS,
    minExposures: 100,
    needsApproval: false,
    coverPeak: false,
    safeFor: ['errors'],
    isPointOfNoReturn: false,
    feedback: null,
    ...overrides,
  };
}

export function aPolicy(overrides: Partial<Policy> = {}): Policy {
  return {
    automation: 'auto',
    exposure: 'called',
    changeWindows: [],
    alpha: 0.05,
    alphaPause: 0.25,
    beta: 0.2,
    yellowDeadlineMs: 240 * MINUTE_MS,
    onYellowDeadline: 'escalate',
    onInconclusive: 'by_stage',
    onNoData: 'hold',
    noDataAfterMs: 30 * MINUTE_MS,
    noDataDeadlineMs: 24 * 60 * MINUTE_MS,
    onSourceDown: 'hold',
    sourceDownDeadlineMs: 60 * MINUTE_MS,
    calmMs: 30 * MINUTE_MS,
    rollbackTo: 'zero_keep_targeted',
    settleMs: 2 * MINUTE_MS,
    tickMs: MINUTE_MS,
    bucketMs: MINUTE_MS,
    ...overrides,
  };
}

/** 10 % → 50 % → 100 % (without a soak), guarded by exceptions. */
export function aPlan(overrides: Partial<Plan> = {}): Plan {
  return {
    flagKey: 'new-checkout',
    treatment: null,
    control: null,
    unit: null,
    stages: [
      aStage(),
      aStage({ name: '50 %', percent: 50 }),
      aStage({ name: '100 %', percent: 100, comparison: 'absolute', minBakeMs: 0, safeFor: [] }),
    ],
    impact: { kind: 'A', isInStep: false, note: '' },
    guardrails: [aGuardrail()],
    policy: aPolicy(),
    ...overrides,
  };
}

/** A rollout that has baked its stage for an hour, looked at a minute ago. */
export function aPosition(plan: Plan, overrides: Partial<Position> = {}): Position {
  return {
    ...draftPosition(plan, T0 - 62 * MINUTE_MS),
    state: 'baking',
    stageSettledAtMs: T0 - 60 * MINUTE_MS,
    observedBakeMs: 59 * MINUTE_MS,
    nextEvalAtMs: T0,
    lastEvalAtMs: T0 - MINUTE_MS,
    lastWatermarkMs: T0 - MINUTE_MS,
    freshOkCount: 2,
    freshOkAtMs: T0 - MINUTE_MS,
    ...overrides,
  };
}

/** Counts of one bucket at a 10 % stage, clean unless said otherwise. */
export function anObservation(
  counts: { nT?: number; nC?: number; a?: number; b?: number } = {},
  overrides: Partial<Observation> = {},
): Observation {
  const { nT = 400, nC = 3600, a = 0, b = 0 } = counts;
  return {
    people: { treatment: nT, control: nC },
    rows: a + b > 0 ? [[nT, nC, a, b]] : [],
    split: { treatment: nT, control: nC },
    multiExposed: 0,
    reported: { people: nT + nC, disagreeing: 0 },
    recent: { treatment: Math.min(nT, 50), control: Math.min(nC, 450) },
    ...overrides,
  };
}

/** A look at T0 that finds a clean stage which has proven itself. */
export function aLook(overrides: Partial<GateInput> = {}): GateInput {
  const plan = overrides.plan ?? aPlan();
  return {
    peakHours: null,
    plan,
    position: aPosition(plan),
    flag: 'as_applied',
    isRestarted: false,
    nowMs: T0,
    watermarkMs: T0,
    observation: anObservation(),
    sourceError: null,
    ...overrides,
  };
}

/** What a look leads to: the event type, the state and why it holds. */
export function outcome(input: GateInput) {
  const { transition, position } = decide(input);
  return { type: transition?.type ?? null, state: position.state, hold: position.holdReason };
}
