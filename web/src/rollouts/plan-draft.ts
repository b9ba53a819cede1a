// A rollout plan as the form holds it, and the wire form it becomes.
import type { RequestOf } from '../api/client.ts';
import { type ConditionDraft, propertyFrom, rowId } from '../targeting/condition-draft.ts';
import { formatPercent } from '../ui/format.ts';
import {
  type BandMode,
  type Bands,
  type GuardrailField,
  MODES,
  type OfferedKind,
  presetOf,
  usualBands,
} from './guardrail-presets.ts';

export type PlanInput = RequestOf<'rollouts.create'>['body'];

type StageProperty = NonNullable<PlanInput['stages'][number]['properties']>[number];

export type StageDraft = {
  readonly id: string;
  /** Empty: named after its percentage. */
  readonly name: string;
  readonly percent: number;
  /** Who the stage is for; empty: everyone, by percentage. */
  readonly conditions: readonly ConditionDraft[];
  readonly bakeSeconds: number;
  /** People with the change before promotion; null: the server's default. */
  readonly minExposures: number | null;
  readonly needsApproval: boolean;
};

export type GuardrailDraft = {
  readonly id: string;
  readonly kind: OfferedKind;
  readonly event: string;
  /** Events of a funnel, in order. */
  readonly steps: readonly string[];
  /** Property that holds a number. */
  readonly property: string;
  /** Which percentile of durations. */
  readonly percentile: number;
  /** How long after the exposure a conversion counts. */
  readonly windowSeconds: number;
  /** Event that the others are divided by. */
  readonly per: string;
  readonly compare: BandMode;
  readonly direction: 'up' | 'down';
  /** As shown: changes and points in percent. */
  readonly yellow: number;
  readonly red: number;
  /** Limits of the value itself, shares in percent; null for none. */
  readonly absolute: Bands | null;
  readonly onRed: 'rollback' | 'hold' | 'notify';
  /** Start although no such event has arrived lately. */
  readonly isWithoutBaseline: boolean;
};

export type PolicyDraft = {
  readonly alpha: number;
  readonly alphaPause: number;
  readonly beta: number;
  readonly rollbackTo: 'zero_keep_targeted' | 'previous_tier' | 'off';
  readonly onInconclusive: 'by_stage' | 'promote' | 'hold';
  readonly onYellowDeadline: 'escalate' | 'rollback';
  readonly yellowDeadlineSeconds: number;
  readonly settleSeconds: number;
  readonly tickSeconds: number;
};

export type PlanDraft = {
  readonly flagKey: string;
  /** Variant that is rolled out; null for an on/off flag. */
  readonly treatment: string | null;
  readonly stages: readonly StageDraft[];
  readonly guardrails: readonly GuardrailDraft[];
  readonly policy: PolicyDraft;
};

const HOUR = 3600;
const DAY = 86_400;

/** Ladders that teams use, as [percent, bake in seconds]. */
export const LADDERS = [
  {
    name: 'Usual: 1 → 5 → 25 → 50 → 100 % in about two and a half days',
    steps: [
      [1, HOUR / 2],
      [5, HOUR],
      [25, 4 * HOUR],
      [50, DAY],
      [100, DAY],
    ],
  },
  {
    name: 'Short: 10 → 25 → 50 → 100 % in about a day',
    steps: [
      [10, HOUR],
      [25, 4 * HOUR],
      [50, 8 * HOUR],
      [100, 12 * HOUR],
    ],
  },
  {
    name: 'Careful: 5 → 25 → 50 → 100 % in two weeks',
    steps: [
      [5, 2 * DAY],
      [25, 4 * DAY],
      [50, 7 * DAY],
      [100, DAY],
    ],
  },
] as const;

export function stageAt(percent: number, bakeSeconds: number): StageDraft {
  return {
    id: rowId(),
    name: '',
    percent,
    conditions: [],
    bakeSeconds,
    minExposures: null,
    needsApproval: false,
  };
}

export function ladderStages(index: number): StageDraft[] {
  const ladder = LADDERS[index] ?? LADDERS[0];
  return ladder.steps.map(([percent, bakeSeconds]) => stageAt(percent, bakeSeconds));
}

const HOUR_WINDOW = 3600;

export function newGuardrail(kind: OfferedKind): GuardrailDraft {
  const { absolute, harm, modes } = presetOf(kind);
  const [compare = 'ratio'] = modes;
  return {
    id: rowId(),
    kind,
    event: '',
    steps: [],
    property: '',
    percentile: 95,
    windowSeconds: HOUR_WINDOW,
    per: '',
    compare,
    direction: harm,
    ...usualBands(kind, compare, harm),
    absolute,
    onRed: 'rollback',
    isWithoutBaseline: false,
  };
}

const DEFAULT_POLICY: PolicyDraft = {
  alpha: 0.05,
  alphaPause: 0.25,
  beta: 0.2,
  rollbackTo: 'zero_keep_targeted',
  onInconclusive: 'by_stage',
  onYellowDeadline: 'escalate',
  yellowDeadlineSeconds: 4 * HOUR,
  settleSeconds: 120,
  tickSeconds: 60,
};

export function newPlan(flagKey: string, treatment: string | null): PlanDraft {
  return {
    flagKey,
    treatment,
    stages: ladderStages(0),
    guardrails: [newGuardrail('exception_users')],
    policy: DEFAULT_POLICY,
  };
}

/** The name of a stage: its own, else its share. */
export function stageName({ name, percent, conditions }: StageDraft): string {
  const given = name.trim();
  if (given) return given;
  return conditions.length > 0 ? `Named people, ${formatPercent(percent)}` : formatPercent(percent);
}

/** Short ids from what is measured, unique within the plan: `exceptions`, `order-failed`, `order-failed-2`. */
export function guardrailIds(guardrails: readonly GuardrailDraft[]): string[] {
  const taken = new Set<string>();
  return guardrails.map((guardrail) => {
    const source = guardrail.kind === 'exception_users' ? 'exceptions' : measuredEvent(guardrail);
    const base =
      (source || guardrail.kind)
        .replace(/[^A-Za-z0-9]+/g, '-')
        .replace(/^-+|-+$/g, '')
        .slice(0, 50)
        .toLowerCase() || 'event';
    let id = base;
    for (let count = 2; taken.has(id); count += 1) id = `${base}-${count}`;
    taken.add(id);
    return id;
  });
}

/** The event that a guardrail is about: the last step of a funnel. */
export const measuredEvent = ({ event, steps }: GuardrailDraft): string => steps.at(-1) ?? event;

function stagePropertyFrom(condition: ConditionDraft): StageProperty {
  const { key, operator, value } = propertyFrom(condition);
  return { key, operator, value } as StageProperty;
}

function stageTo(stage: StageDraft): PlanInput['stages'][number] {
  return {
    name: stageName(stage),
    percent: stage.percent,
    properties: stage.conditions.map(stagePropertyFrom),
    min_bake_seconds: stage.bakeSeconds,
    approval: stage.needsApproval,
    ...(stage.minExposures === null ? {} : { min_exposures: stage.minExposures }),
  };
}

function guardrailTo(guardrail: GuardrailDraft, id: string): PlanInput['guardrails'][number] {
  const { kind, compare, direction, yellow, red, absolute, onRed, isWithoutBaseline } = guardrail;
  const { scale } = MODES[compare];
  const { isEitherWay, unit } = presetOf(kind);
  const limit = (value: number) => (unit === '%' ? value / 100 : value);
  // Plans speak of crash-free people.
  const side = (value: number) => (kind === 'crash_free' ? 1 - value : value);
  return {
    id,
    kind,
    compare,
    ...(isEitherWay ? { direction } : {}),
    yellow: yellow / scale,
    red: red / scale,
    ...fieldsTo(guardrail),
    // What a kind limits by itself stays limited unless the form says otherwise.
    ...(kind === 'crash_free' && absolute === null
      ? {}
      : {
          absolute: absolute && {
            yellow: side(limit(absolute.yellow)),
            red: side(limit(absolute.red)),
          },
        }),
    on_red: onRed,
    allow_no_baseline: isWithoutBaseline,
  };
}

function fieldsTo(guardrail: GuardrailDraft): Partial<PlanInput['guardrails'][number]> {
  const has = (field: GuardrailField) => presetOf(guardrail.kind).fields.includes(field);
  return {
    ...(has('event') ? { event: guardrail.event.trim() } : {}),
    ...(has('steps') ? { steps: guardrail.steps.map((step) => step.trim()) } : {}),
    ...(has('property') ? { property: guardrail.property.trim() } : {}),
    ...(has('percentile') ? { percentile: guardrail.percentile } : {}),
    ...(has('window') ? { window_seconds: guardrail.windowSeconds } : {}),
    ...(has('per') ? { per: { event: guardrail.per.trim() } } : {}),
  };
}

/** The plan that is sent. */
export function planFrom(draft: PlanDraft, environment: string): PlanInput {
  const { policy } = draft;
  const ids = guardrailIds(draft.guardrails);
  return {
    flag_key: draft.flagKey,
    environment,
    treatment: draft.treatment,
    stages: draft.stages.map(stageTo),
    guardrails: draft.guardrails.map((guardrail, index) =>
      guardrailTo(guardrail, ids[index] ?? 'event'),
    ),
    policy: {
      alpha: policy.alpha,
      alpha_pause: policy.alphaPause,
      beta: policy.beta,
      rollback_to: policy.rollbackTo,
      on_inconclusive: policy.onInconclusive,
      on_yellow_deadline: policy.onYellowDeadline,
      yellow_deadline_seconds: policy.yellowDeadlineSeconds,
      settle_seconds: policy.settleSeconds,
      tick_seconds: policy.tickSeconds,
    },
  };
}
