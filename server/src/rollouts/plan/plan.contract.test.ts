import { expect, test } from 'vitest';
import { planWarnings } from '../advice/plan-warnings.ts';
import { findPlanProblem } from './plan-check.ts';
import { type PlanInput, planOf, PlanWire } from './plan.contract.ts';

const OF_COMPANY = { properties: [{ key: 'a', type: 'group' }] };
const SMALL: PlanInput = {
  flag_key: 'new-checkout',
  stages: [
    {
      name: 'me',
      properties: [{ key: 'email', operator: 'exact', value: ['a@x.io'] }],
      min_bake_seconds: 600,
      approval: true,
    },
    { name: '5 %', percent: 5 },
    { name: '100 %', percent: 100, min_bake_seconds: 0 },
  ],
  guardrails: [{ id: 'errors', kind: 'exception_users' }],
};

type Change = (plan: Record<string, never>) => void;
/** Parses a changed copy of the small plan; gives the path and message of the first issue. */
function issueOf(change: (plan: typeof SMALL) => void): string {
  const plan = structuredClone(SMALL);
  change(plan);
  const issue = PlanWire.safeParse(plan).error?.issues[0];
  const keys = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  return issue ? `${[...issue.path, ...keys].join('.')}: ${issue.message}` : 'accepted';
}

function problemOf(change: (plan: typeof SMALL) => void, timeScale = 1): string {
  const wire = structuredClone(SMALL);
  change(wire);
  const problem = findPlanProblem(planOf(PlanWire.parse(wire)), timeScale);
  return problem ? `${problem.field}: ${problem.reason}` : 'accepted';
}

test('a short plan gets a sensible default for everything', () => {
  const plan = planOf(PlanWire.parse(SMALL));
  expect(plan.stages[0]).toMatchObject({
    percent: 100,
    comparison: 'absolute',
    minBakeMs: 600_000,
    minExposures: 1,
    needsApproval: true,
    safeFor: [],
  });
  expect(plan.stages[1]).toMatchObject({
    comparison: 'ratio',
    minBakeMs: 1_800_000,
    maxBakeMs: 86_400_000,
    minExposures: 100,
    safeFor: ['errors'],
  });
  expect(plan.stages[2]).toMatchObject({ comparison: 'absolute', minBakeMs: 0 });
  expect(plan.guardrails[0]).toMatchObject({
    event: '$exception',
    harm: 'up',
    bands: { scale: 'ratio', yellow: 1.5, red: 2 },
    absolute: { yellow: 0.01, red: 0.02 },
    minAffectedPeople: 3,
  });
  expect(plan.policy).toMatchObject({
    alpha: 0.05,
    alphaPause: 0.25,
    beta: 0.2,
    settleMs: 120_000,
    tickMs: 60_000,
    yellowDeadlineMs: 14_400_000,
    rollbackTo: 'zero_keep_targeted',
  });
  expect(findPlanProblem(plan, 1)).toBeNull();
});

test('parsing what was parsed changes nothing, so that stored plans stay what they are', () => {
  const once = PlanWire.parse(SMALL);
  expect(PlanWire.parse(JSON.parse(JSON.stringify(once)))).toEqual(once);
});

test('limits of an event are not invented, and can be refused for exceptions', () => {
  const plan = planOf(
    PlanWire.parse({
      ...SMALL,
      guardrails: [
        { id: 'refunds', kind: 'event_rate', event: 'refund' },
        { id: 'errors', kind: 'exception_users', absolute: null },
        { id: 'orders', kind: 'event_rate', event: 'order', direction: 'down', require: 'no_harm' },
      ],
    }),
  );
  expect(plan.guardrails.map((one) => one.absolute)).toEqual([null, null, null]);
  expect(plan.guardrails[2]).toMatchObject({ harm: 'down', bands: { yellow: 0.95, red: 0.9 } });
  expect(plan.stages[1]?.safeFor).toEqual(['refunds', 'errors']);
});

test.each<[string, Change, string]>([
  ['a field nobody knows', (p) => Object.assign(p, { stagez: [] }), 'stagez: '],
  [
    'a field nobody knows, deep',
    (p) => Object.assign(p['stages']?.[0] ?? {}, { ms: 1 }),
    'stages.0.ms: ',
  ],
  [
    'no stages',
    (p) => Object.assign(p, { stages: [] }),
    'stages: A plan needs at least one stage.',
  ],
  ['no guardrails', (p) => Object.assign(p, { guardrails: [] }), 'guardrails: A rollout without'],
  [
    'a stage for nobody',
    (p) => Object.assign(p['stages']?.[1] ?? {}, { percent: undefined }),
    'stages.1.percent: A stage needs',
  ],
  [
    'more than everyone',
    (p) => Object.assign(p['stages']?.[1] ?? {}, { percent: 101 }),
    'stages.1.percent: ',
  ],
  [
    'text for a number',
    (p) => Object.assign(p['stages']?.[1] ?? {}, { percent: '5' }),
    'stages.1.percent: ',
  ],
  [
    'an operator nobody knows',
    (p) => Object.assign(p['stages']?.[0] ?? {}, { properties: [{ key: 'a', operator: 'like' }] }),
    'stages.0.properties.0.operator: ',
  ],
  [
    'an event rate without event',
    (p) => Object.assign(p['guardrails']?.[0] ?? {}, { kind: 'event_rate' }),
    'guardrails.0.event: An event_rate',
  ],
  [
    'exceptions with an event',
    (p) => Object.assign(p['guardrails']?.[0] ?? {}, { event: 'x' }),
    'guardrails.0.event: exception_users',
  ],
  ['a certainty', (p) => Object.assign(p, { policy: { alpha: 0 } }), 'policy.alpha: '],
])('is refused by its field: %s', (_, change, expected) => {
  expect(issueOf(change as never)).toContain(expected);
});

test.each<[string, (plan: typeof SMALL) => void, string]>([
  [
    'shrinking stages',
    (p) => p.stages.splice(2, 1, { name: 'x', percent: 5 }),
    'stages.2.percent: Must be more than the 5 %',
  ],
  [
    'comparing named people',
    (p) => Object.assign(p.stages[0] ?? {}, { compare: 'ratio' }),
    'stages.0.compare: Named people',
  ],
  [
    'a condition on a company for people',
    (p) => Object.assign(p.stages[0] ?? {}, OF_COMPANY),
    'stages.0.properties.0.type: People are named by',
  ],
  [
    'a condition on people for companies',
    (p) => Object.assign(p, { unit: 'company' }),
    'stages.0.properties.0.type: A rollout to company groups',
  ],
  [
    'companies against themselves',
    (p) =>
      Object.assign(p, {
        unit: 'company',
        stages: [{ ...OF_COMPANY, name: 'a', compare: 'self_control' }],
      }),
    'stages.0.compare: Groups are compared with control',
  ],
  [
    'comparing everyone with nobody',
    (p) => Object.assign(p.stages[2] ?? {}, { compare: 'ratio' }),
    'stages.2.compare: At 100 %',
  ],
  [
    'everyone against themselves',
    (p) => Object.assign(p.stages[1] ?? {}, { compare: 'self_control' }),
    'stages.1.compare: self_control is for stages that name',
  ],
  [
    'earlier weeks below 100 %',
    (p) => Object.assign(p.stages[1] ?? {}, { compare: 'before_after' }),
    'stages.1.compare: before_after is for 100 %',
  ],
  [
    'a bake of seconds',
    (p) => Object.assign(p.stages[1] ?? {}, { min_bake_seconds: 59 }),
    'stages.1.min_bake_seconds: Must be at least 60',
  ],
  [
    'a longest bake below the shortest',
    (p) => Object.assign(p.stages[1] ?? {}, { max_bake_seconds: 60 }),
    'stages.1.max_bake_seconds: ',
  ],
  [
    'safe for an unknown guardrail',
    (p) => Object.assign(p.stages[1] ?? {}, { safe_for: ['x'] }),
    'stages.1.safe_for: No guardrail',
  ],
  [
    'unprovable safety',
    (p) => {
      Object.assign(p.stages[0] ?? {}, { safe_for: ['*'] });
      Object.assign(p.guardrails[0] ?? {}, { absolute: null });
    },
    'stages.0.safe_for: “errors” has no absolute limits',
  ],
  [
    'red inside yellow',
    (p) => Object.assign(p.guardrails[0] ?? {}, { red: 1.4 }),
    'guardrails.0.red: Red (1.4) must lie beyond yellow (1.5).',
  ],
  [
    'harm that is none',
    (p) => Object.assign(p.guardrails[0] ?? {}, { yellow: 0.9 }),
    'guardrails.0.yellow: Must be above 1',
  ],
  [
    'a drop above 1',
    (p) => Object.assign(p.guardrails[0] ?? {}, { direction: 'down', red: 1.1 }),
    'guardrails.0.red: Must be below 1',
  ],
  [
    'absolute red inside yellow',
    (p) => Object.assign(p.guardrails[0] ?? {}, { absolute: { yellow: 0.02, red: 0.01 } }),
    'guardrails.0.absolute.red: ',
  ],
  [
    'one name twice',
    (p) => p.guardrails.push({ id: 'errors', kind: 'exception_users' }),
    'guardrails.1.id: “errors” is used twice.',
  ],
  [
    'looks without end',
    (p) => Object.assign(p, { policy: { tick_seconds: 0.5 } }),
    'policy.tick_seconds: Must be at least 1',
  ],
  [
    'clients that cannot have heard',
    (p) => Object.assign(p, { policy: { settle_seconds: 5 } }),
    'policy.settle_seconds: Must be at least 30',
  ],
  [
    'a rollback easier than a pause',
    (p) => Object.assign(p, { policy: { alpha: 0.3 } }),
    'policy.alpha: ',
  ],
])('is refused as impossible: %s', (_, change, expected) => {
  expect(problemOf(change)).toContain(expected);
});

test('a time scale shrinks the shortest durations alike', () => {
  const quick = (plan: typeof SMALL) => {
    Object.assign(plan, { policy: { settle_seconds: 0.5, tick_seconds: 0.5, bucket_seconds: 1 } });
    Object.assign(plan.stages[1] ?? {}, { min_bake_seconds: 2 });
  };
  expect(problemOf(quick)).toContain('policy.settle_seconds');
  expect(problemOf(quick, 60)).toBe('accepted');
});

test('unwise plans are accepted with a warning', () => {
  const wire = PlanWire.parse({
    ...SMALL,
    stages: [
      { name: '50 %', percent: 50, min_bake_seconds: 120 },
      { name: '100 %', percent: 100 },
    ],
    guardrails: [{ id: 'refunds', kind: 'event_rate', event: 'refund' }],
  });
  expect(planWarnings(planOf(wire)).map(({ text }) => text)).toEqual([
    expect.stringContaining('“50 %” bakes for less than five minutes'),
    expect.stringContaining('“50 %” may pass without one of the day’s busy hours'),
    expect.stringContaining('“100 %” has no control'),
    expect.stringContaining('Without absolute limits, refunds can be proven safe only'),
  ]);
  expect(planWarnings(planOf(PlanWire.parse(SMALL)))).toEqual([]);
});

test('a condition that no event could meet is refused', () => {
  const fault = (operator: 'gt' | 'exact' | 'icontains' | 'is_set', value: unknown) =>
    problemOf((plan) => {
      const properties = [{ key: 'total', operator, value }] as never;
      plan.guardrails = [{ id: 'one', kind: 'event_rate', event: 'order', properties }];
    });
  const at = 'guardrails.0.properties.0.value: ';
  expect(fault('gt', 'abc')).toBe(`${at}“gt” compares with a number.`);
  expect(fault('gt', true)).toBe(`${at}“gt” compares with a number.`);
  expect(fault('gt', [1, 2])).toBe(`${at}“gt” compares with one value.`);
  expect(fault('icontains', '')).toBe(`${at}“icontains” needs a value to compare with.`);
  expect(fault('exact', [])).toBe(`${at}“exact” needs a value to compare with.`);
  const fine = [fault('gt', '12.5'), fault('gt', 3), fault('exact', false), fault('is_set', null)];
  expect(new Set(fine)).toEqual(new Set(['accepted']));
});
