import { expect, test } from 'vitest';
import { findPlanProblem, planWarnings } from './plan-check.ts';
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
    absolute: { yellow: 0.05, red: 0.1 },
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

test('what only watches is no gate of promotion unless asked, and is warned of when nothing else acts', () => {
  expect(meant({ kind: 'rage_clicks', on_red: 'notify' })).toMatchObject({
    onRed: 'notify',
    require: 'no_harm',
  });
  const guardrails = [{ id: 'one', kind: 'rage_clicks', on_red: 'hold' }];
  const plan = planOf(PlanWire.parse({ ...PLAN, guardrails }));
  expect(plan.stages[0]?.safeFor).toEqual(['one']);
  expect(planWarnings(plan)).toContain(
    'Every guardrail only watches: nothing takes the change back by itself.',
  );
});

test.each<[object, string]>([
  [{ kind: 'adoption' }, 'event: An adoption guardrail needs the name of its event.'],
  [{ kind: 'rage_clicks', status: '5xx' }, 'status: Only api_error_users'],
  [{ kind: 'api_error_users', status: '5xx' }, 'status: Only api_error_users'],
  [{ kind: 'rage_clicks', compare: 'absolute' }, 'yellow: compare is absolute'],
  [
    { kind: 'rage_clicks', compare: 'absolute', yellow: 0.1, red: 2 },
    'red: compare is absolute: give the share itself',
  ],
  [
    { kind: 'custom', event: 'x', compare: 'absolute', absolute: { yellow: 0.1, red: 0.2 } },
    'absolute: compare is absolute: yellow and red are the limits.',
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
