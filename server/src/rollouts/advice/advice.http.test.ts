// What is asked before a rollout starts: templates of plans and what they propose.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '#app/test-app';
import { identify } from '#app/test-sdk';

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
