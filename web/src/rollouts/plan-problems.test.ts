import { expect, test } from 'vitest';
import { newCondition } from '../targeting/condition-draft.ts';
import { newGuardrail } from './guardrail-draft.ts';
import { newPlan } from './plan-draft.ts';
import { stageAt } from './stage-draft.ts';
import { planProblemsOf } from './plan-problems.ts';

const PLAN = newPlan('new-checkout', null);
const keys = (draft: typeof PLAN) => [...planProblemsOf(draft).keys()];

test('the default plan can be sent', () => {
  expect(keys(PLAN)).toEqual([]);
});

test('percentages must rise; stages of named people do not count', () => {
  const team = { ...stageAt(100, 60), conditions: [{ ...newCondition(), key: 'a', value: ['b'] }] };
  const stages = [team, stageAt(5, 60), stageAt(5, 60), stageAt(0, 60)];
  expect(keys({ ...PLAN, stages })).toEqual(['stages.2.percent', 'stages.3.percent']);
});

test('bands must lie on the harmful side, red beyond yellow', () => {
  const up = { ...newGuardrail('exception_users'), yellow: 0.9, red: 0.8 };
  const down = { ...newGuardrail('event_rate'), direction: 'down' as const };
  expect(keys({ ...PLAN, guardrails: [up, down] })).toEqual([
    'guardrails.0.yellow',
    'guardrails.0.red',
    'guardrails.1.event',
    'guardrails.1.yellow',
    'guardrails.1.red',
  ]);
});

test('nothing guards without guardrails', () => {
  expect(keys({ ...PLAN, flagKey: '', stages: [], guardrails: [] })).toEqual([
    'flag_key',
    'stages',
    'guardrails',
  ]);
});

test('a banner needs its flag, and what destroys data a stage from which on it is gone', () => {
  const policy = { ...PLAN.policy, banner: { flagKey: '', text: '' } };
  const impact = { ...PLAN.impact, kind: 'D' as const };
  expect(keys({ ...PLAN, policy, impact })).toEqual(['rollback_impact', 'policy.banner.flag_key']);
  const stages = PLAN.stages.with(0, { ...stageAt(1, 60), isPointOfNoReturn: true });
  expect(keys({ ...PLAN, stages, impact })).toEqual([]);
});
