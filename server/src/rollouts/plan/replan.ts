// Which changes of a plan its rollout can take where it stands.
import { canonicalJson } from '#kernel/json';
import type { PlanProblem } from './plan-check.ts';
import type { Plan } from './plan.ts';
import { isTerminal, type Position } from '../gate/rollout.ts';

/**
 * What stands against a new plan; null when nothing does. What a flag has been given already cannot be planned
 * otherwise any more.
 */
export function findReplanProblem(
  before: Plan,
  after: Plan,
  { state, stageIndex }: Position,
): PlanProblem | null {
  if (isTerminal(state) || state === 'rolling_back') {
    return { field: 'plan', reason: 'The rollout is over.' };
  }
  for (const field of ['flagKey', 'treatment', 'unit'] as const) {
    if (before[field] === after[field]) continue;
    return {
      field: `plan.${WIRE[field]}`,
      reason: 'Another flag, variant or unit is another rollout.',
    };
  }
  if (state === 'draft' || state === 'scheduled') return null;
  for (let index = 0; index <= stageIndex; index += 1) {
    if (givesTheSame(before, after, index)) continue;
    return {
      field: `plan.stages.${index}`,
      reason: 'The rollout has reached this stage; who gets the change in it stays as it is.',
    };
  }
  return null;
}

const WIRE = { flagKey: 'flag_key', treatment: 'treatment', unit: 'unit' } as const;

function givesTheSame(before: Plan, after: Plan, index: number): boolean {
  const [one, other] = [before.stages[index], after.stages[index]].map(
    (stage) => stage && [stage.percent, stage.properties, stage.comparison],
  );
  return canonicalJson(one ?? null) === canonicalJson(other ?? null);
}

/**
 * True when evidence means something else under the new plan. Its weights are fixed in advance, so the stage
 * begins anew.
 */
export function changesEvidence(before: Plan, after: Plan): boolean {
  return canonicalJson(evidenceOf(before)) !== canonicalJson(evidenceOf(after));
}

function evidenceOf({ guardrails, policy }: Plan) {
  const { alpha, alphaPause, beta, bucketMs, exposure } = policy;
  // What was usual before says when silence is strange; no evidence is weighed by it.
  const watched = guardrails.map(({ usualShare: _usual, ...guardrail }) => guardrail);
  return [watched, alpha, alphaPause, beta, bucketMs, exposure];
}
