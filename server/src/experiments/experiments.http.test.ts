// The life of experiments over HTTP: their flag, who may change what when, and the metrics that they share.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { METRIC_KINDS, REFUSED_METRICS } from './test-metrics.ts';

let serin: TestApp;
const PATH = '/api/projects/@current/experiments/';
const METRICS = '/api/projects/@current/experiment_saved_metrics/';
const FLAGS = '/api/projects/@current/feature_flags/';

beforeAll(async () => {
  serin = await startTestApp();
});
afterAll(() => serin.close());

const purchases = { metric_type: 'mean', source: { kind: 'EventsNode', event: 'purchase' } };
let made = 0;

async function anExperiment(fields: object = {}) {
  made += 1;
  const body = { name: `Experiment ${made}`, feature_flag_key: `x-${made}`, metrics: [purchases] };
  const answer = await serin.ask('POST', PATH, { ...body, ...fields });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}

const press = (id: number, verb: string, body: object = {}) => {
  // Nothing arrives in most of these tests.
  const more = verb === 'launch' ? { allow_unknown_events: true } : {};
  return serin.ask('POST', `${PATH}${id}/${verb}/`, { ...more, ...body });
};
const flag = async (id: number) => (await serin.ask('GET', `${FLAGS}${id}/`)).body;

async function valueFor(key: string, distinctId: string) {
  const answer = await serin.inject({
    method: 'POST',
    url: '/flags/?v=2',
    payload: { token: serin.production.token, distinct_id: distinctId },
  });
  return answer.json<{ flags: Record<string, { variant: string }> }>().flags[key];
}

test('a draft makes its flag; launched, paused, resumed, shipped', async () => {
  const draft = await anExperiment({
    description: 'One page instead of three',
    parameters: { minimum_detectable_effect: 5 },
  });
  expect(draft).toMatchObject({
    status: 'draft',
    type: 'product',
    start_date: null,
    exposure_criteria: { filterTestAccounts: true, multiple_variant_handling: 'exclude' },
    stats_config: { method: 'bayesian', sequential: true, confidence_level: 0.95 },
    metrics: [{ metric_type: 'mean', goal: 'increase', uuid: expect.any(String) }],
    parameters: { minimum_detectable_effect: 5, feature_flag_variants: [{}, {}] },
    version: 1,
  });
  const { id, feature_flag_key: key } = draft;
  expect(await flag(draft.feature_flag.id)).toMatchObject({ active: false, kind: 'experiment' });

  const launched = await press(id, 'launch');
  expect(launched.body).toMatchObject({ status: 'running', version: 2, end_date: null });
  expect(['control', 'test']).toContain((await valueFor(key, 'ada'))?.variant);
  expect(await valueFor(key, 'ada')).toMatchObject({ metadata: { has_experiment: true } });
  expect((await press(id, 'launch')).status).toBe(409);

  expect((await press(id, 'pause')).body.status).toBe('paused');
  expect(await valueFor(key, 'ada')).toBeUndefined();
  expect((await press(id, 'pause')).status).toBe(409);
  expect((await press(id, 'resume')).body.status).toBe('running');

  for (const verb of ['end', 'roll_back', 'ship_variant']) {
    const body = { version: 3, ...(verb === 'ship_variant' ? { variant_key: 'test' } : {}) };
    const stale = await press(id, verb, body);
    expect([stale.status, stale.body.attr]).toEqual([409, 'version']);
  }
  const refused = await press(id, 'ship_variant', { variant_key: 'gone' });
  expect(refused.body).toMatchObject({ code: 'invalid_input', attr: 'variant_key' });
  const shipped = await press(id, 'ship_variant', {
    version: 4,
    variant_key: 'test',
    conclusion_comment: 'Four in a hundred more',
  });
  expect(shipped.body).toMatchObject({
    status: 'stopped',
    conclusion: 'won',
    conclusion_comment: 'Four in a hundred more',
  });
  const after = await valueFor(key, 'ada');
  expect(after).toMatchObject({ variant: 'test', metadata: { has_experiment: false } });
  const log = await serin.ask(
    'GET',
    `/api/projects/@current/activity_log/?resource_kind=experiment&resource_id=${id}`,
  );
  expect(log.body.results.map((entry: { action: string }) => entry.action)).toEqual([
    'shipped',
    'resumed',
    'paused',
    'launched',
    'created',
  ]);
});

test('who counts is fixed at the launch, what is measured at the stop', async () => {
  const { id, feature_flag } = await anExperiment();
  const change = (body: object) => serin.ask('PATCH', `${PATH}${id}/`, body);
  const split = { feature_flag_variants: variants(20, 80) };
  expect((await change({ parameters: split })).body).toMatchObject({
    parameters: split,
    version: 2,
  });
  expect((await change({ name: 'Stale', version: 1 })).body.attr).toBe('version');
  await press(id, 'launch');
  for (const [field, body] of [
    ['parameters', { parameters: { feature_flag_variants: [...variants(20, 40), third] } }],
    ['parameters', { parameters: { minimum_detectable_effect: 3 } }],
    [
      'parameters.feature_flag_variants',
      { parameters: { feature_flag_variants: variants(20, 70) } },
    ],
    [
      'parameters.feature_flag_variants',
      { parameters: { feature_flag_variants: variants(0, 100) } },
    ],
    ['exposure_criteria', { exposure_criteria: { filterTestAccounts: false } }],
    ['only_count_matured_users', { only_count_matured_users: true }],
    ['archived', { archived: true }],
    ['holdout_id', { holdout_id: 7 }],
  ] as const) {
    const answer = await change(body);
    expect([answer.status, answer.body.attr]).toEqual([400, field]);
  }
  const own = await flag(feature_flag.id);
  const resplit = (split: object[]) =>
    serin.ask('PATCH', `${FLAGS}${own.id}/`, {
      filters: { ...own.filters, multivariate: { variants: split } },
    });
  const refused = await resplit(variants(50, 50));
  expect([refused.status, refused.body.attr]).toEqual([409, 'filters.multivariate.variants']);
  expect((await resplit(variants(20, 80))).status).toBe(200);
  // In the experiment itself they may: the time of the change goes with its numbers.
  const other = await change({ parameters: { feature_flag_variants: variants(60, 40) } });
  expect(other.body.parameters).toMatchObject({
    feature_flag_variants: variants(60, 40),
    allocation_epochs: [
      { from: other.body.start_date, shares: { control: 20, test: 80 } },
      { shares: { control: 60, test: 40 } },
    ],
  });
  expect((await flag(own.id)).filters.multivariate.variants).toEqual(variants(60, 40));
  expect((await change({ metrics: [purchases, purchases] })).body.metrics).toHaveLength(2);
  expect((await serin.ask('DELETE', `${PATH}${id}/`)).status).toBe(409);
  const ended = await press(id, 'end', { conclusion: 'inconclusive' });
  expect(ended.body).toMatchObject({ status: 'stopped', conclusion: 'inconclusive' });
  expect((await change({ metrics: [purchases] })).body.attr).toBe('metrics');
  const archived = await change({ archived: true, conclusion: 'invalid' });
  expect(archived.body).toMatchObject({ archived: true, conclusion: 'invalid' });
  const listed = async (query: string) =>
    (await serin.ask('GET', `${PATH}?${query}`)).body.results.map((one: { id: number }) => one.id);
  expect(await listed('status=stopped')).not.toContain(id);
  expect(await listed('status=stopped&archived=true')).toContain(id);
  expect((await serin.ask('GET', `${PATH}${id}/?environment=development`)).status).toBe(404);
  expect((await serin.ask('DELETE', `${PATH}${id}/`)).status).toBe(204);
});

const third = { key: 'third', rollout_percentage: 40 };
const variants = (control: number, other: number) => [
  { key: 'control', rollout_percentage: control },
  { key: 'test', rollout_percentage: other },
];

test('one experiment runs on a flag, and only where people are told apart', async () => {
  const first = await anExperiment();
  const second = await anExperiment({ feature_flag_key: first.feature_flag_key });
  expect(second.feature_flag.id).toBe(first.feature_flag.id);
  expect((await flag(first.feature_flag.id)).experiment_set).toEqual([first.id, second.id]);
  await press(first.id, 'launch');
  const refused = await press(second.id, 'launch');
  expect(refused.body).toMatchObject({ code: 'conflict', attr: 'feature_flag_key' });
  expect(refused.body.detail).toContain(first.name);
  const back = await press(first.id, 'roll_back');
  expect(back.body).toMatchObject({ status: 'stopped', conclusion: 'lost' });
  const split = { groups: [{ properties: [] }], multivariate: { variants: variants(50, 50) } };
  await serin.ask('PATCH', `${FLAGS}${first.feature_flag.id}/`, { filters: split });
  await press(second.id, 'launch');
  // What is decided of the one that is over must not end the one that runs.
  const late = await press(first.id, 'ship_variant', { variant_key: 'test' });
  expect([late.status, late.body.attr]).toEqual([409, 'feature_flag_key']);
  expect(late.body.detail).toContain(second.name);
  await press(second.id, 'roll_back');
  const third = await anExperiment({ feature_flag_key: first.feature_flag_key });
  // Everyone has control by now: there is nothing to compare.
  expect((await press(third.id, 'launch')).body.detail).toContain('fixed variant');
  expect((await flag(second.feature_flag.id)).active).toBe(true);

  const goalful = await anExperiment({
    exposure_criteria: { activation_config: { event: 'cart' } },
  });
  const unknown = await press(goalful.id, 'launch', { allow_unknown_events: false });
  expect([unknown.status, unknown.body]).toMatchObject([
    400,
    { code: 'unknown_event', attr: 'exposure_criteria.activation_config' },
  ]);
  expect(unknown.body.detail).toContain('“cart”');
  expect((await flag(goalful.feature_flag.id)).active).toBe(false);

  const goalless = await anExperiment({ metrics: [] });
  const aimless = (await press(goalless.id, 'launch')).body;
  expect([aimless.code, aimless.attr]).toEqual(['required', 'metrics']);
  expect((await flag(goalless.feature_flag.id)).active).toBe(false);

  const wrong = { key: 'plan', type: 'person', operator: 'regex', value: '(' };
  await serin.ask('POST', FLAGS, { key: 'plain', filters: { groups: [{ properties: [] }] } });
  for (const [attr, body] of [
    ['feature_flag_key', { feature_flag_key: 'plain' }],
    [
      'parameters.feature_flag_variants',
      { parameters: { feature_flag_variants: variants(20, 70) } },
    ],
    [
      'metrics.0.source.math_property',
      { metrics: [{ ...purchases, source: { event: 'a', math: 'sum' } }] },
    ],
    ['saved_metrics_ids', { saved_metrics_ids: [{ id: 999 }] }],
    ['filters.groups.0.properties.0.value', { feature_flag_groups: [{ properties: [wrong] }] }],
    [
      'feature_flag_groups',
      { feature_flag_key: first.feature_flag_key, feature_flag_groups: [{ properties: [] }] },
    ],
  ] as const) {
    const sent = { name: 'Refused', feature_flag_key: 'never-made', ...body };
    const answer = await serin.ask('POST', PATH, sent);
    expect([answer.status, answer.body.attr]).toEqual([400, attr]);
  }
  expect((await serin.ask('GET', `${FLAGS}never-made/`)).status).toBe(404);
});

test('shared metrics of every kind: kept, changed, refused by field, not deleted while in use', async () => {
  for (const query of METRIC_KINDS) {
    const { status, body } = await serin.ask('POST', METRICS, { name: query.metric_type, query });
    expect([status, body.query]).toMatchObject([201, query]);
  }
  for (const [attr, query] of REFUSED_METRICS) {
    const { status, body } = await serin.ask('POST', METRICS, { name: 'Refused', query });
    expect([status, body.attr]).toEqual([400, attr]);
  }
  const page = await serin.ask('GET', `${METRICS}?search=ratio`);
  const [ratio] = page.body.results;
  expect(page.body.count).toBe(1);
  const renamed = await serin.ask('PATCH', `${METRICS}${ratio.id}/`, {
    name: 'Errors',
    version: 1,
  });
  expect(renamed.body).toMatchObject({ name: 'Errors', version: 2, query: ratio.query });
  const stale = await serin.ask('PATCH', `${METRICS}${ratio.id}/`, { name: 'Stale', version: 1 });
  expect(stale.status).toBe(409);
  const uses = { saved_metrics_ids: [{ id: ratio.id, metadata: { type: 'secondary' } }] };
  const experiment = await anExperiment(uses);
  expect(experiment.saved_metrics).toEqual([{ id: ratio.id, metadata: { type: 'secondary' } }]);
  const kept = await serin.ask('DELETE', `${METRICS}${ratio.id}/`);
  expect([kept.status, kept.body.code]).toEqual([409, 'has_dependents']);
  await serin.ask('PATCH', `${PATH}${experiment.id}/`, { saved_metrics_ids: [] });
  expect((await serin.ask('DELETE', `${METRICS}${ratio.id}/`)).status).toBe(204);
});

test('an experiment and a rollout do not work on one flag at a time, and its key stays', async () => {
  const rollouts = '/api/projects/@current/rollouts/';
  const key = 'for-one-at-a-time';
  // Split among some, given to nobody else: a rollout may take it on.
  const pro = { key: 'plan', value: 'pro', type: 'person', operator: 'exact' };
  await serin.ask('POST', FLAGS, {
    key,
    filters: {
      groups: [{ properties: [pro], rollout_percentage: 100 }],
      multivariate: { variants: variants(50, 50) },
    },
  });
  const first = await anExperiment({ feature_flag_key: key });
  const rollout = await serin.ask('POST', rollouts, {
    flag_key: key,
    treatment: 'test',
    stages: [{ name: 'Some', percent: 20 }],
    guardrails: [{ id: 'errors', kind: 'exception_users', allow_no_baseline: true }],
  });
  expect(rollout.status, JSON.stringify(rollout.body)).toBe(201);
  const start = () => serin.ask('POST', `${rollouts}${rollout.body.id}/start/`, {});
  await press(first.id, 'launch');
  const refused = await start();
  expect([refused.status, refused.body.attr]).toEqual([409, 'flag_key']);
  expect(refused.body.detail).toContain(first.name);
  const renamed = await serin.ask('PATCH', `${FLAGS}${key}/`, { key: 'another-key' });
  expect([renamed.status, renamed.body.attr]).toEqual([400, 'key']);
  await press(first.id, 'end');
  const started = await start();
  expect(started.status, JSON.stringify(started.body)).toBe(200);
  const second = await anExperiment({ feature_flag_key: key });
  const launched = await press(second.id, 'launch');
  expect([launched.status, launched.body.attr]).toEqual([409, 'feature_flag_key']);
  expect(launched.body.detail).toContain(rollout.body.id);
});
