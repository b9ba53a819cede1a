// What is asked before a rollout starts: templates of plans and what they propose.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '#app/test-app';
import { identify } from '#app/test-sdk';
import { peopleBefore, watched } from './test-past.ts';

let api: TestApp;
const BASE = '/api/projects/@current/rollout_templates/';

beforeAll(async () => {
  api = await startTestApp();
  await api.ask('POST', '/api/projects/@current/feature_flags/', { key: 'search' });
});
afterAll(() => api.close());

const plan = {
  stages: [{ name: '20 %', percent: 20 }],
  guardrails: [
    { id: 'refunds', kind: 'event_rate', event: 'refund' },
    { id: 'errors', kind: 'exception_users', allow_no_baseline: true },
  ],
};

test('a template is saved, changed, listed, used and deleted; each with its entry', async () => {
  const { status, body: made } = await api.ask('POST', BASE, { name: 'Ours', plan });
  expect([status, made.version, made.plan.policy.alpha]).toEqual([201, 1, 0.05]);
  const one = `${BASE}${made.id}/`;
  const changed = await api.ask('PATCH', one, { description: 'For shops', version: 1 });
  expect(changed.body).toMatchObject({ version: 2, name: 'Ours', description: 'For shops' });
  expect((await api.ask('PATCH', one, { description: 'For shops' })).body.version).toBe(2);
  const stale = await api.ask('PATCH', one, { name: 'Mine', version: 1 });
  expect(stale).toMatchObject({ status: 409, body: { code: 'conflict', attr: 'version' } });
  const listed = (await api.ask('GET', `${BASE}?search=ours`)).body;
  expect([listed.count, listed.results[0].id]).toEqual([1, made.id]);
  const pages = await Promise.all(
    [0, 2, 4].map((offset) => api.ask('GET', `${BASE}?limit=2&offset=${offset}`)),
  );
  const names = pages.flatMap(({ body }) => body.results.map(({ name }: { name: string }) => name));
  expect([pages[0]?.body.count, names.at(0), names.at(-1)]).toEqual([6, 'Default canary', 'Ours']);
  // What this project has never seen is left out, unless the plan does without.
  const { body: proposed } = await api.ask('GET', `${one}proposal/?flag_key=search`);
  expect(proposed).toMatchObject({
    plan: { flag_key: 'search', environment: 'production', guardrails: [{ id: 'errors' }] },
    left_out: [{ kind: 'guardrail', name: 'refunds' }],
  });
  expect((await api.ask('DELETE', one)).status).toBe(204);
  expect((await api.ask('GET', one)).status).toBe(404);
  const { body: log } = await api.ask(
    'GET',
    '/api/projects/@current/activity_log/?resource_kind=rollout_template',
  );
  expect(log.results.map(({ action }: { action: string }) => action)).toEqual([
    'deleted',
    'updated',
    'created',
  ]);
});

test('plans that cannot work are no templates, and those of Serin stay as they are', async () => {
  const stages = [50, 20].map((percent) => ({ name: `${percent}`, percent }));
  const wrong = await api.ask('POST', BASE, { name: 'Down', plan: { ...plan, stages } });
  expect(wrong).toMatchObject({ status: 400, body: { attr: 'plan.stages.1.percent' } });
  for (const [method, body] of [
    ['PATCH', { name: 'x' }],
    ['DELETE', undefined],
  ] as const) {
    const refused = await api.ask(method, `${BASE}default/`, body);
    expect(refused).toMatchObject({ status: 400, body: { attr: 'template_id' } });
  }
  const unknown = await api.ask('GET', `${BASE}default/proposal/?flag_key=nothing`);
  expect(unknown).toMatchObject({ status: 400, body: { attr: 'flag_key' } });
});

test('the default canary names whoever asks, their team and their beta cohort', async () => {
  await identify(api, 'bob', { plan: 'growth' });
  const { body: cohort } = await api.ask('POST', '/api/projects/@current/cohorts/', {
    name: 'Beta people',
    filters: {
      properties: {
        type: 'AND',
        values: [{ type: 'person', key: 'plan', operator: 'exact', value: 'growth' }],
      },
    },
  });
  const { body } = await api.ask('GET', `${BASE}default/proposal/?flag_key=search&change=checkout`);
  const { stages, guardrails } = body.plan;
  expect(stages.map(({ name }: { name: string }) => name)).toEqual([
    'Just me',
    'Internal team',
    'Beta users',
    'Expanded beta',
    'Everyone',
  ]);
  expect(stages[2].properties[0]).toMatchObject({ type: 'cohort', value: cohort.id });
  expect(stages[4].min_bake_seconds).toBe(7 * 86_400);
  // Nothing has been seen: errors are watched all the same, the others are named.
  expect(guardrails).toMatchObject([{ kind: 'exception_users', allow_no_baseline: true }]);
  expect(body.left_out).toHaveLength(5);
  const made = await api.ask('POST', '/api/projects/@current/rollouts/', body.plan);
  expect([made.status, made.body.detail]).toEqual([201, undefined]);
});

const CHECK = '/api/projects/@current/rollouts/check/';

test('a plan is checked against the people of the last two weeks, and nothing is written', async () => {
  const key = 'checked';
  await api.ask('POST', '/api/projects/@current/feature_flags/', { key });
  await peopleBefore(api, key, 400);
  const rollouts = async () =>
    (await api.ask('GET', '/api/projects/@current/rollouts/')).body.count;
  const before = await rollouts();
  const wire = {
    flag_key: key,
    stages: [
      { name: '1 %', percent: 1, min_bake_seconds: 120, max_bake_seconds: 3600 },
      { name: '50 %', percent: 50, min_bake_seconds: 86_400, max_bake_seconds: 7 * 86_400 },
      { name: 'all', percent: 100, min_bake_seconds: 0 },
    ],
    guardrails: watched,
  };
  const { status, body } = await api.ask('POST', CHECK, wire);
  expect([status, body.detail, body.problems]).toEqual([200, undefined, []]);
  expect(body.population.of).toBe('flag');
  // 400 new people a day, and half of those of the day before come back.
  expect(body.population.per_day).toBeGreaterThan(500);
  expect(body.population.per_day).toBeLessThan(650);
  const [errors, orders, slow, revenue] = body.guardrails;
  expect(errors).toMatchObject({ unit: 'share', absolute: { yellow: 0.05, red: 0.1 } });
  expect(errors.value).toBeGreaterThan(0.02);
  expect(errors.value).toBeLessThan(0.05);
  expect(errors.red_at).toBeCloseTo(2 * errors.value, 6);
  expect(orders.red_at).toBeCloseTo(0.9 * orders.value, 6);
  expect(Math.round(slow.value)).toBeGreaterThan(190);
  expect(slow.red_at - slow.value).toBeCloseTo(100, 6);
  expect([revenue.unit, revenue.value > 2]).toEqual(['number', true]);
  const [first, half, all] = body.stages;
  expect(first.people_per_day.treatment).toBeCloseTo(body.population.per_day / 100, 6);
  // A handful of people in an hour tells nothing; half of everyone for a week does.
  expect(first.chance).toBeLessThan(0.1);
  expect(half.guardrails[0].chance).toBeGreaterThan(0.6);
  expect(half.guardrails[0].safe_seconds).toBeLessThan(7 * 86_400);
  expect(half.guardrails[2].chance).toBeGreaterThan(0.9);
  expect(all).toMatchObject({ chance: null, expected_seconds: 0 });
  const codes = body.warnings.map(({ code, field }: { code: string; field: string }) => [
    code,
    field,
  ]);
  expect(codes).toContainEqual(['short_bake', 'stages.0.min_bake_seconds']);
  expect(codes).toContainEqual(['short_window', 'stages.0.min_bake_seconds']);
  expect(codes).toContainEqual(['weekly_cycle', 'stages.1.min_bake_seconds']);
  const undecided = body.warnings.find(({ code }: { code: string }) => code === 'undecided');
  expect(undecided).toMatchObject({ field: 'stages.0', level: 'warning' });
  const labels = undecided.mends.map(({ label }: { label: string }) => label);
  expect(labels.at(-1)).toBe('Let somebody decide');
  expect(await rollouts()).toBe(before);
});

test('a check says what creating would refuse, and warns of too few people', async () => {
  const key = 'quiet';
  await api.ask('POST', '/api/projects/@current/feature_flags/', { key });
  const { body } = await api.ask('POST', CHECK, {
    flag_key: key,
    treatment: 'b',
    stages: [
      { name: 'Ada', properties: [{ key: 'email', value: ['ada@example.com'] }] },
      { name: '30 %', percent: 30 },
      { name: '20 %', percent: 20 },
    ],
    guardrails: [{ id: 'gone', kind: 'event_rate', event: 'never sent' }],
  });
  expect(body.problems.map(({ field }: { field: string }) => field)).toEqual([
    'stages.2.percent',
    'treatment',
    'guardrails.0.event',
  ]);
  expect(body.population.of).toBe('everybody');
  expect(body.stages[0].people_per_day).toEqual({ treatment: 0, control: 0 });
  const { body: nobody } = await api.ask('POST', `${CHECK}?environment=development`, {
    flag_key: key,
    stages: [{ name: '30 %', percent: 30 }],
    guardrails: [{ id: 'errors', kind: 'exception_users', allow_no_baseline: true }],
  });
  expect(nobody.population).toEqual({ of: 'everybody', per_day: 0 });
  const few = nobody.warnings.find(({ code }: { code: string }) => code === 'few_people');
  const names = few.mends[0].changes[0].value.map(({ name }: { name: string }) => name);
  expect(names.at(0)).toBe('Just me');
  expect(names.at(-1)).toBe('Everyone');
  const empty = await api.ask('POST', CHECK, { flag_key: key, stages: [], guardrails: [] });
  expect(empty).toMatchObject({ status: 400, body: { attr: 'stages' } });
});

test('a rollout tells what its stages to come will take', async () => {
  const { body: made } = await api.ask('POST', '/api/projects/@current/rollouts/', {
    flag_key: 'checked',
    stages: [
      { name: '10 %', percent: 10 },
      { name: '50 %', percent: 50, max_bake_seconds: 7 * 86_400 },
    ],
    guardrails: watched,
  });
  const forecast = () => api.ask('GET', `/api/projects/@current/rollouts/${made.id}/forecast/`);
  const { body } = await forecast();
  expect(body.stages.map(({ name }: { name: string }) => name)).toEqual(['10 %', '50 %']);
  expect(body.stages[1].sentence).toMatch(/^About .* at today’s traffic\.$/);
  await api.ask('POST', `/api/projects/@current/rollouts/${made.id}/start/`);
  expect((await forecast()).body.stages).toHaveLength(2);
  await api.ask('POST', `/api/projects/@current/rollouts/${made.id}/cancel/`);
  expect((await forecast()).body.stages).toEqual([]);
  const unknown = await api.ask('GET', '/api/projects/@current/rollouts/none/forecast/');
  expect(unknown.status).toBe(404);
});
