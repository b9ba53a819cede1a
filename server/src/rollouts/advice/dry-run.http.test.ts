// Plans that are played over people of the past.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '#app/test-app';
import { insertEvents, type TestEvent } from '#platform/test-events';
import { backdate, DAY_MS, peopleBefore, watched } from './test-past.ts';

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp();
});
afterAll(() => api.close());

const ROLLOUTS = '/api/projects/@current/rollouts/';
const DRY_RUN = `${ROLLOUTS}dry-run/`;
const aFlag = (key: string) => api.ask('POST', '/api/projects/@current/feature_flags/', { key });

test('where nobody had the change, every alarm is a false one; kept, and the same again', async () => {
  await aFlag('calm');
  await peopleBefore(api, 'calm', 400);
  const plan = {
    flag_key: 'calm',
    stages: [
      { name: 'Ada', properties: [{ key: 'email', value: ['ada@example.com'] }] },
      { name: '20 %', percent: 20, min_bake_seconds: 3600 },
      { name: '50 %', percent: 50, min_bake_seconds: 86_400 },
      { name: 'all', percent: 100, min_bake_seconds: 0 },
    ],
    guardrails: [
      ...watched,
      { id: 'gone', kind: 'latency', event: 'never sent', property: 'ms', allow_no_baseline: true },
    ],
  };
  const asked = { plan, days: 5, splits: 4, until: new Date().toISOString() };
  const { status, body } = await api.ask('POST', DRY_RUN, asked);
  expect([status, body.detail, body.mode]).toEqual([201, undefined, 'a_a']);
  expect(body.left_out.map(({ id }: { id: string }) => id)).toEqual(['gone']);
  expect([body.people > 1500, body.sample_of]).toEqual([true, body.people]);
  const alarms = body.false_alarms;
  expect(alarms.runs).toBe(4);
  expect(alarms.rolled_back).toBeLessThan(2);
  expect(alarms.guardrails.map(({ id }: { id: string }) => id)).toEqual(
    watched.map(({ id }) => id),
  );
  const [story] = alarms.stories;
  expect(story.events[0]).toMatchObject({ type: 'started', stage: '20 %' });
  expect(story.events.some(({ type }: { type: string }) => type === 'promoted')).toBe(true);
  const kept = await api.ask('GET', `/api/projects/@current/rollout_dry_runs/${body.id}/`);
  expect(kept.body).toEqual(body);
  const again = (await api.ask('POST', DRY_RUN, asked)).body;
  expect(again.false_alarms).toEqual(alarms);
  const { body: listed } = await api.ask('GET', '/api/projects/@current/rollout_dry_runs/');
  expect(listed.results[0].id).toBe(again.id);
});

test('fixed thresholds are played by their own rule, and sessions without their limits', async () => {
  const key = 'guessed';
  await aFlag(key);
  await peopleBefore(api, key, 300);
  const guess = {
    id: 'guess',
    kind: 'exception_users',
    absolute: null,
    estimate: { windows: 5, over: 1, min_sample: 20 },
  };
  const rage = { id: 'rage', kind: 'rage_clicks', allow_no_baseline: true };
  const limits = { ...rage, id: 'limits', compare: 'absolute', yellow: 0.05, red: 0.1 };
  const plan = {
    flag_key: key,
    stages: [
      { name: '50 %', percent: 50, min_bake_seconds: 2 * 86_400 },
      { name: 'all', percent: 100, min_bake_seconds: 0 },
    ],
    guardrails: [guess, rage, limits],
  };
  const { status, body } = await api.ask('POST', DRY_RUN, { plan, days: 5, splits: 3 });
  expect([status, body.detail]).toEqual([201, undefined]);
  // One person of twenty has an exception: of so few people some window is twice as bad as the other, by chance.
  expect(body.false_alarms.rolled_back).toBeGreaterThanOrEqual(2);
  const { guardrails } = body.false_alarms;
  expect(guardrails[0].red).toBe(body.false_alarms.rolled_back);
  expect(guardrails[1]).toEqual({ id: 'rage', yellow: 0, red: 0 });
  const ids = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id);
  expect([ids(body.left_out), ids(body.played_otherwise)]).toEqual([['limits'], ['rage']]);
});

test('a release of the past that did harm would have been taken back', async () => {
  const key = 'harmful';
  await aFlag(key);
  await backdate(api, key);
  const now = Date.now();
  const events = Array.from({ length: 3000 }, (_, index): TestEvent[] => {
    const distinctId = `${key}-${index}`;
    const atMs = now - 4 * DAY_MS + index * 100_000;
    const isTreated = index % 2 === 0;
    const own = { distinctId, receivedAtMs: atMs };
    const isHurt = index % (isTreated ? 10 : 101) === 0;
    const flagResponse = String(isTreated);
    return [
      { ...own, event: '$feature_flag_called', atMs, flag: key, flagResponse },
      ...(isHurt ? [{ ...own, event: '$exception', atMs: atMs + 1 }] : []),
    ];
  }).flat();
  await insertEvents(api.ctx.clickhouse, api.production.id, events);
  const { body: made } = await api.ask('POST', ROLLOUTS, {
    flag_key: key,
    stages: [{ name: '10 %', percent: 10 }],
    guardrails: [{ id: 'errors', kind: 'exception_users' }],
  });
  const { body } = await api.ask('POST', `${ROLLOUTS}${made.id}/dry-run/`, { days: 5 });
  expect([body.mode, body.actual?.end, body.rollout_id]).toEqual([
    'actual',
    'rolled_back',
    made.id,
  ]);
  const back = body.actual.events.find(({ type }: { type: string }) => type === 'rollback_started');
  expect(back.treatment_people).toBeGreaterThan(10);
  expect(back.treatment_people).toBeLessThan(1000);
  expect(back.reasons[0]).toContain('$exception');
  const refused = await api.ask('POST', `${DRY_RUN}?environment=development`, {
    plan: { ...made.plan, environment: 'development' },
  });
  expect(refused).toMatchObject({ status: 400, body: { attr: 'days' } });
  const uncompared = [{ name: 'all', percent: 100 }];
  const nothing = await api.ask('POST', DRY_RUN, { plan: { ...made.plan, stages: uncompared } });
  expect(nothing).toMatchObject({ status: 400, body: { attr: 'plan.stages' } });
});
