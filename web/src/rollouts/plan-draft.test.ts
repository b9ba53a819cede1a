import { expect, test } from 'vitest';
import { newCondition } from '../targeting/condition-draft.ts';
import { guardrailIds, newGuardrail, newMatch } from './guardrail-draft.ts';
import { OFFERED } from './guardrail-presets.ts';
import { draftOf, editedPlan, mended, newPlan, planFrom } from './plan-draft.ts';
import { stageAt, stageName } from './stage-draft.ts';

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
      unit: 'person',
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
  const funnel = { ...newGuardrail('funnel'), steps: [newMatch('cart'), newMatch('paid ')] };
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
  // Plans speak of people without a crash.
  expect(sent(newGuardrail('crash_free'))).toMatchObject({
    absolute: { yellow: 0.995, red: 0.99 },
  });
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

test('a plan that is opened again and sent is the same plan', () => {
  const condition = { ...newCondition('event'), key: 'path', value: ['/pay'] };
  const every = OFFERED.map((kind) => ({
    ...newGuardrail(kind),
    event: 'one',
    conditions: [condition],
    steps: [newMatch('one'), { ...newMatch('two'), conditions: [condition] }],
    property: 'ms',
    per: { ...newMatch('all'), conditions: [condition], property: 'n' },
    family: 'business' as const,
    require: 'no_harm' as const,
    minAffected: 7,
  }));
  const cohort = { ...newCondition(), key: 'id', type: 'cohort' as const, operator: 'in' as const };
  const stages = [
    {
      ...stageAt(100, 60),
      conditions: [{ ...cohort, value: 7 }],
      compare: 'self_control' as const,
    },
    {
      ...stageAt(5, 3600),
      name: 'First',
      maxBakeSeconds: 7200,
      minExposures: 5,
      coversPeak: true,
      safeFor: ['one'],
    },
  ];
  const plan = planFrom({ ...newPlan('k', 'b'), guardrails: every, stages }, 'production');
  expect(plan.stages[0]?.properties?.[0]).toMatchObject({
    type: 'cohort',
    operator: 'in',
    value: 7,
  });
  expect(planFrom(draftOf(plan), 'production')).toEqual(plan);
});

test('what the form does not show of a plan stays when it is edited', () => {
  const made = planFrom(newPlan('k', null), 'production');
  const stored = { ...made, version: 3, policy: { ...made.policy, something_new: 1 } };
  const draft = { ...draftOf(made), stages: [stageAt(100, 60)] };
  const edited = editedPlan(stored as never, draft, 'production');
  expect(edited).toEqual({ ...stored, stages: planFrom(draft, 'production').stages });
});

test('a mend sets what it names, and nothing else', () => {
  const plan = planFrom(newPlan('k', null), 'production');
  const changes = [
    { field: 'stages.1.percent', value: 10 },
    { field: 'guardrails.0.red', value: 3 },
  ];
  const after = mended(plan, changes);
  expect([after.stages[1]?.percent, after.guardrails[0]?.red]).toEqual([10, 3]);
  expect(plan.stages[1]?.percent).toBe(5);
  expect(mended(plan, [{ field: 'nothing.here', value: 1 }])).toEqual(plan);
});

test('a stage asks, or names a channel, or leaves feedback out', () => {
  const plan = newPlan('k', null);
  const sent = (feedbackChannel: string, feedbackQuestion: string) => {
    const stages = [{ ...stageAt(100, 60), feedbackChannel, feedbackQuestion }];
    return planFrom({ ...plan, stages }, 'production');
  };
  expect(sent(' ', '').stages[0]?.feedback).toBeNull();
  expect(sent('#new ', '').stages[0]?.feedback).toEqual({ channel: '#new', question: null });
  expect(draftOf(sent('', 'How is it?')).stages[0]).toMatchObject({
    feedbackChannel: '',
    feedbackQuestion: 'How is it?',
  });
});

test('a banner is sent with its flag, and with its text where there is one', () => {
  const plan = newPlan('k', null);
  const sent = (text: string) => {
    const banner = { flagKey: 'notice', text };
    return planFrom({ ...plan, policy: { ...plan.policy, banner } }, 'production');
  };
  expect(sent(' ').policy?.banner).toEqual({ flag_key: 'notice' });
  expect(sent('Sorry. ').policy?.banner).toEqual({ flag_key: 'notice', text: 'Sorry.' });
  expect(draftOf(sent('Sorry.')).policy).toMatchObject({ banner: { text: 'Sorry.' } });
  expect(planFrom(plan, 'production').policy).toMatchObject({ banner: null, lock_flag: true });
});

test('what going back costs is sent with the stage from which on there is no way back', () => {
  const plan = newPlan('k', null);
  const stages = plan.stages.map((stage, index) => ({ ...stage, isPointOfNoReturn: index === 3 }));
  const sent = (kind: 'A' | 'C' | 'D') => {
    const impact = { kind, isInStep: true, note: ' Orders. ' };
    return planFrom({ ...plan, stages, impact }, 'production');
  };
  const points = ({ stages: all }: ReturnType<typeof sent>) =>
    all.map((stage) => stage.point_of_no_return);
  expect(points(sent('D'))).toEqual([false, false, false, true, false]);
  expect(points(sent('C'))).not.toContain(true);
  expect(sent('A')).toMatchObject({ both_in_step: false, rollback_note: 'Orders.' });
  expect(sent('C')).toMatchObject({ both_in_step: true, rollback_note: 'Orders.' });
  expect(draftOf(sent('D'))).toMatchObject({ impact: { kind: 'D', isInStep: false } });
  expect(draftOf(sent('D')).stages[3]?.isPointOfNoReturn).toBe(true);
});
