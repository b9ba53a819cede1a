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
      compare: 'ratio',
      yellow: 1.5,
      red: 2,
      absolute: { yellow: 0.01, red: 0.02 },
      on_red: 'rollback',
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

test('each kind sends its own fields, and bands in the unit of the wire', () => {
  const draft = newPlan('k', null);
  const sent = (guardrail: (typeof draft)['guardrails'][number]) =>
    planFrom({ ...draft, guardrails: [guardrail] }, 'production').guardrails[0];
  const funnel = { ...newGuardrail('funnel'), steps: ['cart', 'paid '] };
  expect(sent(funnel)).toMatchObject({
    id: 'paid',
    compare: 'relative',
    yellow: -0.05,
    red: -0.1,
    steps: ['cart', 'paid'],
    window_seconds: 3600,
  });
  const slow = { ...newGuardrail('latency'), event: 'request', property: 'ms' };
  expect(sent({ ...slow, absolute: { yellow: 300, red: 500 } })).toMatchObject({
    compare: 'delta_ms',
    red: 100,
    percentile: 95,
    property: 'ms',
    absolute: { yellow: 300, red: 500 },
  });
  expect(sent(newGuardrail('crash_free'))).not.toHaveProperty('absolute');
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
