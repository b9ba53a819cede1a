import { expect, test } from 'vitest';
import { recordingsUrl } from '../incident/recordings-link.ts';
import { behindOf } from './guardrail-behind.ts';
import { planOf, PlanWire } from './plan.contract.ts';

const PLAN = {
  flag_key: 'new-checkout',
  stages: [
    { name: '10 %', percent: 10 },
    { name: 'everyone', percent: 100, min_bake_seconds: 0 },
  ],
};

function behind(guardrail: object) {
  const baselines = { one: { share: null, threshold: 1200, cap: null } };
  const plan = planOf(
    PlanWire.parse({ ...PLAN, guardrails: [{ id: 'one', ...guardrail }] }),
    baselines,
  );
  const [meant] = plan.guardrails;
  if (!meant) throw new Error('no guardrail');
  return behindOf(meant);
}

const of = (key: string, operator: string, value: unknown) => ({
  key,
  type: 'event',
  operator,
  value,
});

test.each<[string, object, object | null]>([
  [
    'crashes, not every exception',
    { kind: 'crash_free' },
    {
      event: '$exception',
      properties: [of('$exception_level', 'exact', 'fatal')],
      isMissing: false,
    },
  ],
  [
    'answers of that status',
    { kind: 'api_error_users', event: 'request', status: '4xx' },
    { properties: [of('status', 'gte', 400), of('status', 'lt', 500)], isMissing: false },
  ],
  [
    'the last step of a funnel, which people miss',
    {
      kind: 'funnel',
      steps: [
        'cart',
        { event: 'paid', properties: [{ key: 'plan', operator: 'exact', value: 'pro' }] },
      ],
    },
    { event: 'paid', properties: [of('plan', 'exact', 'pro')], isMissing: true },
  ],
  ['a conversion, which people miss', { kind: 'conversion', event: 'paid' }, { isMissing: true }],
  ['an adoption, which people miss', { kind: 'adoption', event: 'used' }, { isMissing: true }],
  [
    'more of it is good',
    { kind: 'adoption', event: 'used', direction: 'up' },
    { isMissing: false },
  ],
  [
    'pages slower than usual',
    { kind: 'web_vitals', vital: 'INP' },
    { event: '$web_vitals', properties: [of('$web_vitals_INP_value', 'gt', 1200)] },
  ],
  [
    'tasks longer than usual',
    { kind: 'long_tasks' },
    { event: 'long_task', properties: [of('duration', 'gt', 1200)] },
  ],
  ['how soon a page is left', { kind: 'time_on_page' }, { isMissing: false }],
  [
    'numbers of another program',
    { kind: 'prometheus', query: 'up', compare: 'absolute', yellow: 1, red: 2 },
    null,
  ],
  ['who did not come back', { kind: 'retention' }, null],
])('%s', (_, guardrail, expected) => {
  expect({ found: behind(guardrail) }).toMatchObject({ found: expected });
});

test('a message leads to recordings of those who are missing something', () => {
  const url = recordingsUrl({
    environmentKey: 'production',
    flagKey: 'new-checkout',
    treatment: 'true',
    behind: behind({ kind: 'conversion', event: 'paid' }),
    from: '-1d',
  });
  const filter = new URL(url, 'http://serin.test').searchParams.get('filter') ?? '';
  expect(JSON.parse(filter)).toMatchObject({
    conditions: [
      { kind: 'flag_value', flag: 'new-checkout', values: ['true'] },
      { kind: 'event', event: 'paid', properties: [], without_session: true, negated: true },
    ],
  });
});
