// Results over HTTP: counted from events, told with a recommendation, kept from day to day, and frozen at the end.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { type TestEvent, insertEvents } from '#platform/test-events';
import { unitsPerArm } from '#stats/power';
import * as views from './test-views.ts';
import { DAY_MS, HOUR_MS, START, errors, metrics, visits } from './test-visits.ts';

/** Patience for what happens by itself, on a busy machine. */
const SOON = { timeout: 80_000, interval: 300 };

let now = START;
let serin: TestApp;
const PATH = '/api/projects/@current/experiments/';

beforeAll(async () => {
  serin = await startTestApp({ clock: { now: () => now } });
});
afterAll(() => serin.close());

/** Nothing arrives before the launch. */
const ALL_THE_SAME = { allow_unknown_events: true };
const store = (events: readonly TestEvent[]) =>
  insertEvents(serin.ctx.clickhouse, serin.production.id, events);

test('results are counted, kept by day, and frozen once their windows are over', async () => {
  const draft = await serin.ask('POST', PATH, {
    name: 'One page',
    feature_flag_key: 'one-page',
    metrics,
    metrics_secondary: [errors],
  });
  expect(draft.status, JSON.stringify(draft.body)).toBe(201);
  const { id } = draft.body;
  const results = async (query = '') => serin.ask('GET', `${PATH}${id}/results/${query}`);
  expect((await results()).body.code).toBe('conflict');
  expect((await serin.ask('POST', `${PATH}${id}/links/`)).status).toBe(409);
  expect((await serin.ask('POST', `${PATH}${id}/launch/`, ALL_THE_SAME)).status).toBe(200);
  await store(visits('one-page'));
  now = START + 3 * DAY_MS;

  const { status, body } = await results('?refresh=true');
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body.exposures).toMatchObject({
    total_exposures: { control: 200, test: 200, $multiple: 0 },
    sample_ratio: { p_value: 1, expected: { control: 0.5, test: 0.5 } },
  });
  const [running] = body.exposures.timeseries;
  expect(running.days).toEqual(
    [5, 6, 7, 8].map((day) => `2026-10-${String(day).padStart(2, '0')}`),
  );
  expect(running.exposure_counts).toEqual([45, 117, 189, 200]);
  const [buying, revenue] = body.metrics;
  expect(buying).toMatchObject({
    error: null,
    baseline: { key: 'control', number_of_samples: 200, sum: 40, value: 0.2, step_counts: [40] },
    variant_results: [{ key: 'test', sum: 90, value: 0.45, significant: true, method: 'bayesian' }],
  });
  const [test0] = buying.variant_results;
  expect(test0.lift).toBeCloseTo(1.25, 10);
  expect(test0.credible_interval[0]).toBeGreaterThan(0);
  expect(test0.chance_to_win).toBeGreaterThan(0.999);
  expect(revenue.baseline).toMatchObject({ sum: 400, value: 2 });
  const levels = buying.breakdown_results.map(
    (one: { breakdown_value: string[]; baseline: { number_of_samples: number } }) =>
      [one.breakdown_value[0], one.baseline.number_of_samples] as const,
  );
  expect(Object.fromEntries(levels)).toEqual({ web: 100, ios: 100 });
  expect(body.recommendation).toMatchObject({
    status: 'ship',
    winner: 'test',
    headline: 'Ship “test”: it is better.',
    guardrails: [{ name: 'Errors', state: 'undecided' }],
  });
  expect(body.recommendation.reasons).toContain('“test” improves “Buying” by +125.0 %.');

  // The values of the same people, and the statement that counted them: what it says is what runs.
  const detail = (uuid: unknown) => serin.ask('GET', `${PATH}${id}/results/${String(uuid)}/`);
  expect((await detail('nothing')).status).toBe(404);
  expect((await detail(buying.metric.uuid)).body.distribution).toBeNull();
  const { sql, distribution } = (await detail(revenue.metric.uuid)).body;
  await views.valuesAreThoseThatRan(serin, { sql, distribution }, revenue);

  const read = await serin.ask('GET', `${PATH}${id}/results/${revenue.metric.uuid}/readings/`);
  views.readsOtherwise(read.body, revenue);
  const unwell = body.checks.filter(({ state }: { state: string }) => state !== 'ok');
  expect(unwell.map((one: { id: string }) => one.id)).toEqual(['suspicious']);
  expect([body.changes, body.exposures.levels_off]).toEqual([[], []]);

  const series = async () => (await results()).body.metrics[1].timeseries;
  await expect.poll(async () => (await series()).length, SOON).toBe(3);
  const before = await series();
  expect(before.map((point: { day: string }) => point.day)).toEqual(running.days.slice(0, 3));
  expect(before.at(-1)).toMatchObject({ settings_changed: false, baseline: { sum: 400 } });

  await views.looksOtherwise(results, body);

  // What arrives late changes what is counted now, and not what was known then.
  await store([
    {
      event: 'buy',
      distinctId: 'person-0',
      atMs: START + 2 * HOUR_MS,
      properties: { amount: 100 },
    },
  ]);
  expect((await results('?refresh=true')).body.metrics[1].baseline.sum).toBe(500);
  expect(await series()).toEqual(before);

  await views.keepsOrder(serin, `${PATH}${id}/`, [revenue.metric.uuid, buying.metric.uuid]);

  now += 400_000;
  await views.tellsOldWhileCounting(results);
  now -= 400_000;
  await serin.ask('POST', `${PATH}${id}/end/`, { conclusion: 'won' });
  expect((await serin.ask('GET', `${PATH}outcomes/`)).body).toMatchObject({
    concluded: { won: 1, lost: 0 },
    win_rate: 1,
    median_days: 3,
  });
  const ended = (await results()).body;
  expect(ended).toMatchObject({ is_final: false, settled_at: '2026-10-10T08:00:00.000Z' });
  now = START + 6 * DAY_MS;
  await expect.poll(async () => (await results()).body.is_final, SOON).toBe(true);
  const final = (await results()).body;
  expect(final.as_of).toBe('2026-10-10T08:00:00.000Z');
  await views.listsFinal(serin, `${PATH}${id}/`, 400);
  await store([
    {
      event: 'buy',
      distinctId: 'person-2',
      atMs: START + 3 * HOUR_MS,
      properties: { amount: 100 },
    },
  ]);
  expect((await results('?refresh=true')).body).toEqual(final);

  // A public link shows the same numbers to anybody, without conditions, until it is revoked.
  const links = `${PATH}${id}/links/`;
  const link = (await serin.ask('POST', links)).body;
  expect(JSON.stringify((await serin.ask('GET', links)).body)).not.toContain(link.token);
  const stranger = () => serin.inject({ url: `/api/shared_experiments/${link.token}/` });
  const seen = await stranger();
  expect(seen.json()).toMatchObject({
    experiment: { name: 'One page', status: 'stopped', conclusion: 'won' },
    results: { as_of: final.as_of, exposures: final.exposures, is_final: true },
  });
  expect(JSON.stringify(final)).toContain('"properties"');
  expect(seen.body).not.toContain('"properties"');
  expect(seen.headers['x-robots-tag']).toContain('noindex');
  expect((await serin.ask('DELETE', `${links}${link.id}/`)).status).toBe(204);
  expect((await serin.ask('DELETE', `${links}${link.id}/`)).status).toBe(404);
  expect((await stranger()).statusCode).toBe(404);
});

test('a breached guardrail gives everyone control by itself, and says so', async () => {
  const draft = await serin.ask('POST', PATH, {
    name: 'Harmful',
    feature_flag_key: 'harmful',
    metrics: [metrics[1]],
    metrics_secondary: [errors],
  });
  const { id } = draft.body;
  await serin.ask('POST', '/api/projects/@current/notification_channels/', {
    name: 'On call',
    config: { kind: 'webhook', url: 'https://example.com/hook' },
    enabled: true,
  });
  expect((await serin.ask('POST', `${PATH}${id}/launch/`, ALL_THE_SAME)).status).toBe(200);
  await views.guardsWhileGoalsFail(serin, id);
  const atMs = now + HOUR_MS;
  const came = Array.from({ length: 600 }, (_, i): TestEvent[] => {
    const variant = i % 2 === 0 ? 'control' : 'test';
    const distinctId = `hurt-${i}`;
    const flagResponse = variant;
    const seen = { event: '$feature_flag_called', distinctId, atMs, flag: 'harmful', flagResponse };
    const fails = variant === 'test' ? i % 5 !== 0 : i % 20 === 0;
    return fails ? [seen, { event: '$exception', distinctId, atMs: atMs + 1_000 }] : [seen];
  });
  await store(came.flat());
  now += 2 * HOUR_MS;
  const one = async () => (await serin.ask('GET', `${PATH}${id}/`)).body;
  await expect.poll(async () => (await one()).status, SOON).toBe('stopped');
  const stopped = await one();
  expect(stopped).toMatchObject({
    conclusion: 'stopped_early',
    conclusion_comment: expect.stringContaining('“test” does harm'),
    last_look: { status: 'stop', harmful: ['test'], goal: 'increase', people: 600 },
  });
  const flags = await serin.inject({
    method: 'POST',
    url: '/flags/?v=2',
    payload: { token: serin.production.token, distinct_id: 'anybody' },
  });
  expect(flags.json()).toMatchObject({ flags: { harmful: { variant: 'control' } } });
  const log = await serin.ask(
    'GET',
    `/api/projects/@current/activity_log/?resource_kind=experiment&resource_id=${id}`,
  );
  expect(log.body.results[0]).toMatchObject({
    action: 'stopped_by_guardrail',
    reason: stopped.conclusion_comment,
    actor: { kind: 'system' },
  });
  // Whoever wants the harmful one all the same says so; deciding ends the incident.
  const ship = (body: object) =>
    serin.ask('POST', `${PATH}${id}/ship_variant/`, { variant_key: 'test', ...body });
  const refused = await ship({});
  expect([refused.status, refused.body.attr]).toEqual([409, 'over_guardrail']);
  expect((await ship({ over_guardrail: true })).status).toBe(200);
  const queued = await serin.ctx.db.selectFrom('notification').select('type').execute();
  expect(queued.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['experiment.started', 'experiment.stopped', 'experiment.ended']),
  );
});

test('a metric that cannot be counted says why, and the others are told', async () => {
  const broken = {
    ...errors,
    guardrail: undefined,
    source: {
      kind: 'EventsNode',
      event: 'buy',
      properties: [{ key: 'id', type: 'cohort', value: 999, operator: 'in' }],
    },
  };
  const draft = await serin.ask('POST', PATH, {
    name: 'Broken',
    feature_flag_key: 'broken',
    metrics: [metrics[1], broken],
  });
  const { id } = draft.body;
  const launch = () => serin.ask('POST', `${PATH}${id}/launch/`, ALL_THE_SAME);
  const change = (own: object[]) => serin.ask('PATCH', `${PATH}${id}/`, { metrics: own });
  const refused = await launch();
  expect([refused.status, refused.body.attr]).toEqual([400, 'metrics.1.source.properties.0.value']);
  await change([metrics[1] as object]);
  expect((await launch()).status).toBe(200);
  await change([metrics[1] as object, broken]);
  now += HOUR_MS;
  const { status, body } = await serin.ask('GET', `${PATH}${id}/results/`);
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body.metrics.map((one: { error: string | null }) => one.error === null)).toEqual([
    true,
    false,
  ]);
  expect(body.recommendation).toMatchObject({ status: 'collecting', winner: null });
  expect(body.metrics[0].baseline.validation_failures).toContain('not-enough-exposures');

  expect(JSON.stringify(body)).toContain('999');
  await views.tellsStrangersNoReason(serin, `${PATH}${id}/`, /999|cohort/i);
});

test('people and days are planned from what people did lately', async () => {
  const atMs = now - 5 * DAY_MS;
  const came = Array.from({ length: 280 }, (_, i): TestEvent[] => {
    const distinctId = `visitor-${i}`;
    const page = i % 4 === 1 ? 'a' : 'b';
    const seen = { event: 'visit', distinctId, atMs, properties: { page } };
    return i % 4 === 0 ? [seen, { event: 'sign up', distinctId, atMs: atMs + 1 }] : [seen];
  });
  await store(came.flat());
  const ask = (more: object) =>
    serin.ask('POST', `${PATH}calculate_running_time/`, {
      exposure_event: 'visit',
      metric: { metric_type: 'funnel', series: [{ kind: 'EventsNode', event: 'sign up' }] },
      minimum_detectable_effect: 20,
      sequential: false,
      ...more,
    });
  const { status, body } = await ask({});
  expect(status, JSON.stringify(body)).toBe(200);
  const plan = { effect: 0.2, alpha: 0.05, tuningParameter: null, targetPower: 0.8 };
  const perArm = unitsPerArm({ mean: 0.25, variance: 0.1875 }, plan);
  expect(body).toMatchObject({
    baseline: { number_of_samples: 280, value: 0.25 },
    people_per_day: 20,
    recommended_sample_size: 2 * Math.ceil(perArm),
    recommended_running_time: Math.ceil((2 * Math.ceil(perArm)) / 20),
  });
  const some = { properties: [{ key: 'page', type: 'event', operator: 'exact', value: ['a'] }] };
  expect((await ask(some)).body).toMatchObject({ people_per_day: 5 });
  const half = await ask({ rollout_percentage: 50, sequential: true });
  expect(half.body.people_per_day).toBe(10);
  expect(half.body.recommended_sample_size).toBeGreaterThan(body.recommended_sample_size);
  // What arrives needs no leave to be counted.
  const draft = await serin.ask('POST', PATH, {
    name: 'Known',
    feature_flag_key: 'known',
    metrics: [{ metric_type: 'funnel', series: [{ event: 'sign up' }, { event: 'visit' }] }],
  });
  const launched = await serin.ask('POST', `${PATH}${draft.body.id}/launch/`, {});
  expect(launched.body).toMatchObject({ status: 'running' });
  const unknown = await ask({ exposure_event: 'nobody does this' });
  expect(unknown.body).toMatchObject({ recommended_sample_size: null, people_per_day: 0 });
});
