import { expect, test } from 'vitest';
import { planWarnings } from '../advice/plan-warnings.ts';
import { findPlanProblem } from './plan-check.ts';
import { planOf, PlanWire } from './plan.contract.ts';

const PLAN = {
  flag_key: 'new-checkout',
  stages: [
    { name: '10 %', percent: 10 },
    { name: 'everyone', percent: 100, min_bake_seconds: 0 },
  ],
};

const meant = (guardrail: object) =>
  planOf(PlanWire.parse({ ...PLAN, guardrails: [{ id: 'one', ...guardrail }] })).guardrails[0];

test('kinds bring event, group, direction and bands with them', () => {
  expect(meant({ kind: 'rage_clicks' })).toMatchObject({
    event: '$rageclick',
    family: 'behaviour',
    measure: { kind: 'sessions' },
    absolute: { yellow: 0.05, red: 0.1 },
  });
  expect(meant({ kind: 'rage_clicks', unit: 'person' })?.measure).toEqual({ kind: 'share' });
  expect(meant({ kind: 'crash_free', unit: 'session' })).toMatchObject({
    measure: { kind: 'sessions' },
    absolute: { yellow: 0.005, red: 0.01 },
  });
  expect(meant({ kind: 'api_error_users' })).toMatchObject({
    event: '$http_server_error',
    family: 'errors',
    filters: [],
    absolute: null,
  });
  expect(meant({ kind: 'api_error_users', event: 'request', status: '4xx' })?.filters).toEqual([
    { key: 'status', operator: 'gte', value: 400 },
    { key: 'status', operator: 'lt', value: 500 },
  ]);
  expect(
    meant({ kind: 'api_error_users', event: 'request', status: '429', status_property: 'code' })
      ?.filters,
  ).toEqual([{ key: 'code', operator: 'exact', value: 429 }]);
  const crash = { event: '$exception', harm: 'up', absolute: { yellow: 0.005, red: 0.01 } };
  expect(meant({ kind: 'crash_free' })).toMatchObject(crash);
  expect(meant({ kind: 'crash_free', absolute: { yellow: 0.999, red: 0.99 } })?.absolute).toEqual({
    yellow: 0.001,
    red: 0.01,
  });
  expect(meant({ kind: 'adoption', event: 'used it' })).toMatchObject({
    family: 'behaviour',
    harm: 'down',
    bands: { yellow: 0.95, red: 0.9 },
  });
});

test('each way to compare has bands in its own unit', () => {
  const tickets = (more: object) => meant({ kind: 'support_tickets', ...more });
  expect(tickets({ compare: 'relative' })?.bands).toMatchObject({
    scale: 'ratio',
    yellow: 1.5,
    red: 2,
  });
  const less = tickets({ compare: 'relative', direction: 'down', red: -0.2 });
  expect(less?.bands).toMatchObject({ yellow: 0.95, red: 0.8 });
  expect(tickets({ compare: 'pp', yellow: 0.005 })?.bands).toMatchObject({
    scale: 'difference',
    yellow: 0.005,
    red: 0.02,
  });
  expect(tickets({ compare: 'absolute', yellow: 0.1, red: 0.2 })).toMatchObject({
    bands: null,
    absolute: { yellow: 0.1, red: 0.2 },
  });
});

test('conversions, durations and sums take what was measured before the start', () => {
  const wire = PlanWire.parse({
    ...PLAN,
    guardrails: [
      { id: 'orders', kind: 'funnel', steps: ['$pageview', { event: 'order' }] },
      { id: 'bought', kind: 'conversion', event: 'order', window_seconds: 60 },
      { id: 'slow', kind: 'latency', event: 'request', property: 'ms', percentile: 99 },
      { id: 'revenue', kind: 'revenue_per_user', event: 'order', property: 'total' },
      {
        id: 'rate',
        kind: 'ratio',
        event: '$exception',
        per: { event: 'request' },
        direction: 'up',
      },
      { id: 'alive', kind: 'throughput', event: 'request' },
    ],
  });
  const baselines = {
    orders: { share: 0.3, threshold: null, cap: null },
    slow: { share: 0.1, threshold: 812, cap: null },
    revenue: { share: null, threshold: null, cap: 990 },
  };
  expect(planOf(wire, baselines).guardrails).toMatchObject([
    {
      event: 'order',
      measure: { kind: 'conversion', steps: [{ event: '$pageview' }, { event: 'order' }] },
      isCommon: true,
      harm: 'down',
      family: 'business',
      bands: { scale: 'ratio', compare: 'relative', yellow: 0.95, red: 0.9 },
      require: 'no_harm',
    },
    { measure: { kind: 'conversion', windowMs: 60_000 }, isCommon: false },
    {
      measure: { kind: 'latency', property: 'ms', level: 0.99, threshold: 812 },
      family: 'speed',
      isCommon: false,
      bands: { scale: 'difference', compare: 'delta_ms', yellow: 50, red: 100 },
      require: 'safe',
    },
    { measure: { kind: 'mean', property: 'total', cap: 990, per: null }, harm: 'down' },
    { measure: { per: { event: 'request', property: null } }, bands: { yellow: 1.5, red: 2 } },
    { measure: { property: null }, bands: { yellow: 0.8, red: 0.5 } },
  ]);
});

test('what only watches is no gate of promotion unless asked, and is warned of when nothing else acts', () => {
  expect(meant({ kind: 'rage_clicks', on_red: 'notify' })).toMatchObject({
    onRed: 'notify',
    require: 'no_harm',
  });
  const guardrails = [{ id: 'one', kind: 'rage_clicks', on_red: 'hold' }];
  const plan = planOf(PlanWire.parse({ ...PLAN, guardrails }));
  expect(plan.stages[0]?.safeFor).toEqual(['one']);
  expect(planWarnings(plan)).toContainEqual(expect.objectContaining({ code: 'nothing_acts' }));
});

test.each<[object, string]>([
  [{ kind: 'adoption' }, 'event: An adoption guardrail needs the name of its event.'],
  [{ kind: 'prometheus' }, 'bad_query: Give query, or bad_query and total_query'],
  [{ kind: 'prometheus', bad_query: 'a', total_query: 'b[$window]' }, 'bad_query: Must count over'],
  [{ kind: 'prometheus', query: 'a' }, 'compare: One value has no control'],
  [
    { kind: 'prometheus', query: 'a', label: 'b', compare: 'absolute', yellow: 1, red: 2 },
    'label: query is one value',
  ],
  [{ kind: 'rage_clicks', estimate: {} }, 'estimate: Estimates are of people'],
  [{ kind: 'custom', event: 'a', estimate: { windows: 2 } }, 'estimate: `over` cannot'],
  [{ kind: 'custom', event: 'a', vital: 'LCP' }, 'vital: custom takes no such field'],
  [{ kind: 'rage_clicks', status: '5xx' }, 'status: rage_clicks takes no such field'],
  [{ kind: 'api_error_users', status: '5xx' }, 'status: `$http_server_error` has no other'],
  [{ kind: 'rage_clicks', compare: 'absolute' }, 'yellow: compare is absolute'],
  [
    { kind: 'rage_clicks', compare: 'absolute', yellow: 0.1, red: 2 },
    'red: compare is absolute: give the share itself',
  ],
  [
    { kind: 'custom', event: 'x', compare: 'absolute', absolute: { yellow: 0.1, red: 0.2 } },
    'absolute: compare is absolute: yellow and red are the limits.',
  ],
  [{ kind: 'latency', event: 'request' }, 'property: A latency guardrail needs property.'],
  [
    { kind: 'latency', event: 'request', property: 'ms', compare: 'pp' },
    'compare: latency compares by delta_ms, ratio, absolute.',
  ],
  [
    { kind: 'latency', event: 'request', property: 'ms', direction: 'down' },
    'direction: Slower is harm',
  ],
  [{ kind: 'funnel', event: 'a', steps: ['a', 'b'] }, 'event: funnel takes no such field'],
  [{ kind: 'funnel' }, 'steps: A funnel guardrail needs steps.'],
  [{ kind: 'mean', event: 'paid' }, 'property: A mean guardrail needs property.'],
  [{ kind: 'ratio', event: 'paid' }, 'per: A ratio guardrail needs per.'],
  [{ kind: 'custom', event: 'x', percentile: 95 }, 'percentile: custom takes no such field'],
  [
    { kind: 'custom', event: 'x', absolute: { yellow: 1, red: 2 } },
    'absolute: Give the share itself, above 0 and below 1.',
  ],
])('fields that do not go together are refused by name: %j', (guardrail, expected) => {
  const wire = { ...PLAN, guardrails: [{ id: 'one', ...guardrail }] };
  const issue = PlanWire.safeParse(wire).error?.issues[0];
  expect(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`).toContain(
    `guardrails.0.${expected}`,
  );
});

test('bands are refused in the unit that they were written in', () => {
  const fault = (guardrail: object) => {
    const guardrails = [{ id: 'errors', kind: 'support_tickets', ...guardrail }];
    const problem = findPlanProblem(planOf(PlanWire.parse({ ...PLAN, guardrails })), 1);
    return problem ? `${problem.field}: ${problem.reason}` : 'accepted';
  };
  expect(fault({ compare: 'relative', yellow: -0.1 })).toBe(
    'guardrails.0.yellow: Must be above 0, for more is harm.',
  );
  expect(fault({ compare: 'relative', direction: 'down', red: -1 })).toContain('Nothing can fall');
  expect(fault({ compare: 'pp', yellow: 0.02, red: 0.01 })).toContain('must lie beyond');
  expect(fault({ compare: 'pp', yellow: 0.5, red: 5 })).toContain('one percentage point is 0.01');
  expect(fault({ compare: 'absolute', yellow: 0.2, red: 0.1 })).toContain('guardrails.0.red: Red');
});
