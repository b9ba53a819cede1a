import { expect, test } from 'vitest';
import { newCondition } from '../targeting/condition-draft.ts';
import { guardrailIds, newGuardrail, newPlan, planFrom, stageAt, stageName } from './plan-draft.ts';

test('the default plan is the usual ladder, guarded by exceptions', () => {
  const plan = planFrom(newPlan('new-checkout', null), 'production');
  expect(plan.stages.map(({ name, percent }) => [name, percent])).toEqual([
    ['1 %', 1],
    ['5 %', 5],
    ['25 %', 25],
    ['50 %', 50],
    ['100 %', 100],
  ]);
  expect(plan.guardrails).toEqual([
    {
      id: 'exceptions',
      kind: 'exception_users',
      direction: 'up',
      yellow: 1.5,
      red: 2,
      absolute: { yellow: 0.01, red: 0.02 },
      allow_no_baseline: false,
    },
  ]);
  expect(plan.policy).toMatchObject({ alpha: 0.05, settle_seconds: 120 });
});

test('guardrails get ids of their own', () => {
  const event = { ...newGuardrail('event_rate'), event: 'Order failed!' };
  expect(guardrailIds([newGuardrail('exception_users'), event, event])).toEqual([
    'exceptions',
    'order-failed',
    'order-failed-2',
  ]);
});

test('a stage of named people carries its conditions', () => {
  const condition = { ...newCondition(), key: 'email', value: ['ada@acme.com'] };
  const stage = { ...stageAt(100, 600), conditions: [condition] };
  expect(stageName(stage)).toBe('Named people, 100 %');
  const draft = { ...newPlan('k', null), stages: [stage] };
  expect(planFrom(draft, 'production').stages[0]).toMatchObject({
    name: 'Named people, 100 %',
    properties: [{ key: 'email', operator: 'exact', value: ['ada@acme.com'] }],
    min_bake_seconds: 600,
  });
});
