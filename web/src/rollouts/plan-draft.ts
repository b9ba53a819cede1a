// A rollout plan as the form holds it, and the wire form that it becomes and comes from.
import type { RequestOf } from '../api/client.ts';
import { PERSON, type Rollout } from '../api/rollouts.ts';
import { type GuardrailDraft, guardrailIds, newGuardrail } from './guardrail-draft.ts';
import { guardrailFrom, guardrailTo } from './guardrail-wire.ts';
import { type ImpactDraft, impactFrom, impactTo, NO_IMPACT } from './impact-draft.ts';
import { DEFAULT_POLICY, type PolicyDraft, policyFrom, policyTo } from './policy-draft.ts';
import { ladderStages, type StageDraft, stageFrom, stageTo } from './stage-draft.ts';

export type PlanInput = RequestOf<'rollouts.create'>['body'];
type StoredPlan = Rollout['plan'];
type TemplatePlan = RequestOf<'rolloutAdvice.createTemplate'>['body']['plan'];

export type PlanDraft = {
  readonly flagKey: string;
  /** Variant that is rolled out; null for an on/off flag. */
  readonly treatment: string | null;
  /** What the others have, for the record. */
  readonly control: string | null;
  /** Who gets it and is compared: `person`, or a type of groups. */
  readonly unit: string;
  readonly stages: readonly StageDraft[];
  readonly guardrails: readonly GuardrailDraft[];
  readonly policy: PolicyDraft;
  readonly impact: ImpactDraft;
};

/** What a template keeps of a plan. */
export type PlanParts = Pick<PlanDraft, 'stages' | 'guardrails' | 'policy' | 'impact'>;

export function newPlan(flagKey: string, treatment: string | null): PlanDraft {
  return {
    flagKey,
    treatment,
    control: null,
    unit: PERSON,
    stages: ladderStages(0),
    guardrails: [newGuardrail('exception_users')],
    policy: DEFAULT_POLICY,
    impact: NO_IMPACT,
  };
}

/** The wire form of those parts. */
export function templateFrom({ stages, guardrails, policy, impact }: PlanParts) {
  const ids = guardrailIds(guardrails);
  const isFinal = impact.kind === 'D';
  return {
    stages: stages.map((stage) => ({
      ...stageTo(stage),
      point_of_no_return: isFinal && stage.isPointOfNoReturn,
    })),
    guardrails: guardrails.map((guardrail, index) => guardrailTo(guardrail, ids[index] ?? 'event')),
    policy: policyTo(policy),
    ...impactTo(impact),
  };
}

/** The plan that is sent. */
export function planFrom(draft: PlanDraft, environment: string): PlanInput {
  const { flagKey, treatment, control, unit } = draft;
  return { flag_key: flagKey, environment, treatment, control, unit, ...templateFrom(draft) };
}

/** A stored plan, or what a template or a check proposes, in the form. */
export function draftOf(plan: PlanInput): PlanDraft {
  const { flag_key: flagKey, treatment = null, control = null, unit = PERSON } = plan;
  return { flagKey, treatment, control, unit, ...partsOf(plan) };
}

/** The plan as the form changes it; what the form does not show stays as it was. */
export function editedPlan(stored: StoredPlan, draft: PlanDraft, environment: string): PlanInput {
  const next = planFrom(draft, environment);
  return { ...stored, ...next, policy: { ...stored.policy, ...next.policy } };
}

/** What a template keeps of a plan, in the form. */
export const partsOf = ({ stages, guardrails, policy, ...impact }: TemplatePlan): PlanParts => ({
  stages: stages.map(stageFrom),
  guardrails: guardrails.map(guardrailFrom),
  policy: policyFrom(policy),
  impact: impactFrom(impact),
});

/** The plan with values of it set by dotted path, such as `stages.1.percent`. */
export function mended(
  plan: PlanInput,
  changes: readonly { readonly field: string; readonly value: unknown }[],
): PlanInput {
  const copy = structuredClone(plan);
  for (const { field, value } of changes) {
    const path = field.split('.');
    const last = path.pop() ?? '';
    const parent = path.reduce<unknown>(
      (at, key) => (at as Record<string, unknown> | undefined)?.[key],
      copy,
    );
    if (typeof parent === 'object' && parent !== null) {
      (parent as Record<string, unknown>)[last] = value;
    }
  }
  return copy;
}
