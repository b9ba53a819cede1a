import { expect, test } from 'vitest';
import type { Plan } from './plan.ts';
import { changesEvidence, findReplanProblem } from './replan.ts';
import { draftPosition } from '../gate/rollout.ts';
import { aGuardrail, aPlan, aPolicy, aPosition, aStage, T0 } from '../test-builders.ts';

const plan = aPlan();
const at = (stageIndex: number) => aPosition(plan, { stageIndex });
const [first, second, last] = plan.stages;
const withStages = (...stages: (Plan['stages'][number] | undefined)[]) =>
  aPlan({ stages: stages.filter((stage) => stage !== undefined) });

test.each<[string, Plan, number, string | undefined]>([
  ['a stage to come', withStages(first, aStage({ percent: 30 }), last), 0, undefined],
  ['fewer stages to come', withStages(first), 0, undefined],
  ['more time in the stage that runs', withStages(aStage({ minBakeMs: 1 }), second), 0, undefined],
  ['the stage that runs', withStages(aStage({ percent: 20 }), second), 0, 'plan.stages.0'],
  ['a stage that is over', withStages(aStage({ percent: 20 }), second, last), 1, 'plan.stages.0'],
  ['no stage where it stands', withStages(first), 1, 'plan.stages.1'],
  ['another flag', aPlan({ flagKey: 'other' }), 0, 'plan.flag_key'],
  ['another variant', aPlan({ treatment: 'b' }), 0, 'plan.treatment'],
])('changing %s', (_, after, stageIndex, field) => {
  expect(findReplanProblem(plan, after, at(stageIndex))?.field).toBe(field);
});

test('a draft takes any plan for its flag, and what is over takes none', () => {
  const other = withStages(aStage({ percent: 70 }));
  expect(findReplanProblem(plan, other, draftPosition(plan, T0))).toBeNull();
  const ended = aPosition(plan, { state: 'rolled_back' });
  expect(findReplanProblem(plan, plan, ended)?.field).toBe('plan');
});

test('what is watched, and how surely, begins evidence anew; waiting times do not', () => {
  const guardrails = [aGuardrail(), aGuardrail({ id: 'clicks', event: '$rageclick' })];
  expect(changesEvidence(plan, aPlan({ guardrails }))).toBe(true);
  expect(changesEvidence(plan, aPlan({ policy: aPolicy({ alpha: 0.01 }) }))).toBe(true);
  expect(changesEvidence(plan, aPlan({ policy: aPolicy({ settleMs: 1 }) }))).toBe(false);
  const measured = (more: object) => aPlan({ guardrails: [aGuardrail(more)] });
  expect(changesEvidence(plan, measured({ usualShare: 0.01 }))).toBe(false);
  expect(changesEvidence(plan, measured({ usualShare: 0.3, isCommon: true }))).toBe(true);
});
