// A plan that uses every part of the wire form, as it would be written by hand.
import { expect, test } from 'vitest';
import { planWarnings } from '../advice/plan-warnings.ts';
import { findPlanProblem } from './plan-check.ts';
import { planOf, PlanWire } from './plan.contract.ts';

const FULL = {
  flag_key: 'new-checkout',
  environment: 'production',
  treatment: 'test',
  control: 'control',
  unit: 'person',
  stages: [
    {
      name: 'me',
      properties: [
        {
          key: 'email',
          type: 'person',
          operator: 'exact',
          value: ['a@x.io'],
        },
      ],
      percent: 100,
      compare: 'absolute',
      min_bake_seconds: 600,
      approval: true,
    },
    {
      name: 'internal',
      properties: [
        {
          key: 'email',
          type: 'person',
          operator: 'icontains',
          value: '@x.io',
        },
      ],
      percent: 100,
      compare: 'absolute',
      min_bake_seconds: 3600,
      approval: true,
    },
    {
      name: 'beta orgs',
      properties: [
        {
          key: 'organization_name',
          type: 'person',
          operator: 'exact',
          value: ['acme'],
        },
      ],
      percent: 100,
      compare: 'self_control',
      min_bake_seconds: 86400,
    },
    {
      name: '1 %',
      percent: 1,
      min_bake_seconds: 1800,
      max_bake_seconds: 86400,
      min_exposures: 100,
      safe_for: ['errors', 'api_errors', 'latency'],
    },
    {
      name: '5 %',
      percent: 5,
      min_bake_seconds: 3600,
      max_bake_seconds: 86400,
    },
    {
      name: '25 %',
      percent: 25,
      min_bake_seconds: 14400,
      max_bake_seconds: 172800,
      cover_peak: true,
    },
    {
      name: '50 %',
      percent: 50,
      min_bake_seconds: 86400,
      max_bake_seconds: 604800,
      safe_for: ['*'],
    },
    {
      name: '95 %',
      percent: 95,
      min_bake_seconds: 86400,
    },
    {
      name: '100 %',
      percent: 100,
      compare: 'before_after',
      min_bake_seconds: 86400,
    },
  ],
  guardrails: [
    {
      id: 'errors',
      kind: 'exception_users',
      compare: 'ratio',
      yellow: 1.5,
      red: 2.0,
      absolute: {
        yellow: 0.01,
        red: 0.02,
      },
      on_red: 'rollback',
    },
    {
      id: 'latency',
      kind: 'latency',
      percentile: 95,
      compare: 'delta_ms',
      yellow: 50,
      red: 100,
    },
    {
      id: 'conversion',
      kind: 'funnel',
      steps: ['$pageview', 'order_completed'],
      window_seconds: 3600,
      compare: 'relative',
      yellow: -0.05,
      red: -0.1,
      require: 'no_harm',
    },
  ],
  policy: {
    alpha: 0.05,
    alpha_pause: 0.25,
    beta: 0.2,
    yellow_deadline_seconds: 14400,
    on_yellow_deadline: 'escalate',
    on_inconclusive: 'by_stage',
    on_no_data: 'hold',
    no_data_deadline_seconds: 86400,
    on_source_down: 'hold',
    source_down_deadline_seconds: 3600,
    rollback_to: 'zero_keep_targeted',
    min_affected_users: 3,
    change_windows: ['Mon-Thu 09:00-16:00 Europe/Berlin'],
    lock_flag: true,
    settle_seconds: 120,
    tick_seconds: 60,
    bucket_seconds: 60,
    exposure: 'called',
  },
};

test('a plan with every part of the wire form is taken as it stands, and what it leaves out is warned of', () => {
  const wire = PlanWire.parse(FULL);
  const plan = planOf(wire);
  expect(findPlanProblem(plan, 1)).toBeNull();
  expect(plan.stages.map(({ comparison }) => comparison)).toEqual([
    'absolute',
    'absolute',
    'self_control',
    'ratio',
    'ratio',
    'ratio',
    'ratio',
    'ratio',
    'before_after',
  ]);
  expect(plan.guardrails[1]).toMatchObject({
    event: '$web_vitals',
    measure: { kind: 'latency', property: '$web_vitals_LCP_value', level: 0.95 },
    bands: { compare: 'delta_ms', yellow: 50, red: 100 },
    absolute: null,
  });
  expect(plan.policy).toMatchObject({ onSourceDown: 'hold', sourceDownDeadlineMs: 3_600_000 });
  const [missing] = planWarnings(plan).filter(({ code }) => code === 'not_guarded');
  expect(missing).toMatchObject({
    field: 'stages.3.safe_for',
    text: expect.stringContaining('asks for proof of api_errors'),
  });
});

test('an event of one’s own has numbers of its own, and a name that nobody knows is refused', () => {
  const faultOf = (latency: object) => {
    const guardrails = [FULL.guardrails[0], { ...FULL.guardrails[1], ...latency }];
    return PlanWire.safeParse({ ...FULL, guardrails }).error?.issues[0]?.path.join('.');
  };
  expect(faultOf({ event: 'request' })).toBe('guardrails.1.property');
  expect(faultOf({ property: 'ms' })).toBe('guardrails.1.event');
  expect(faultOf({ event: 'request', property: 'ms' })).toBeUndefined();
  expect(faultOf({ property: '$web_vitals_INP_value' })).toBeUndefined();
  const [first, ...others] = FULL.stages;
  const stages = [{ ...first, safe_for: ['erors'] }, ...others];
  expect(findPlanProblem(planOf(PlanWire.parse({ ...FULL, stages })), 1)).toMatchObject({
    field: 'stages.0.safe_for',
  });
});
