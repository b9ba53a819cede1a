import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { ManualClock } from '#kernel/clock';
import { UnknownFlagBody } from './usage.contract.ts';

const DAY_MS = 86_400_000;
/** 20 November 2026, 12:30 UTC. */
const clock = new ManualClock(Date.UTC(2026, 10, 20, 12, 30));
let api: TestApp;
beforeAll(async () => {
  api = await startTestApp({ clock, timeScale: 1 });
});
afterAll(() => api.close());

const FLAGS = '/api/projects/@current/feature_flags/';
const UNKNOWN = '/api/projects/@current/unknown_flags/';
const EVERYONE = { groups: [{ properties: [], rollout_percentage: 100 }] };

async function aFlag(key: string, fields: object = {}) {
  const { status, body } = await api.ask('POST', FLAGS, { key, filters: EVERYONE, ...fields });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}

async function askFlags(distinctId: string, keys?: string[], userAgent = 'posthog-node/5.70.0') {
  const answer = await api.inject({
    method: 'POST',
    url: '/flags/?v=2',
    headers: { 'user-agent': userAgent },
    payload: {
      token: api.production.token,
      distinct_id: distinctId,
      ...(keys ? { flag_keys_to_evaluate: keys } : {}),
    },
  });
  expect(answer.statusCode).toBe(200);
}

async function report(key: string, response: unknown, lib = 'web') {
  const answer = await api.inject({
    method: 'POST',
    url: '/batch/',
    payload: {
      api_key: api.production.token,
      batch: [
        {
          event: '$feature_flag_called',
          distinct_id: 'ada',
          timestamp: new Date(clock.now()).toISOString(),
          properties: { $feature_flag: key, $feature_flag_response: response, $lib: lib },
        },
      ],
    },
  });
  expect(answer.statusCode, answer.body).toBe(200);
}

const usageOf = async (key: string, query = '') =>
  (await api.ask('GET', `${FLAGS}${key}/usage/${query}`)).body;
const flag = async (key: string) => (await api.ask('GET', `${FLAGS}${key}/`)).body;
const total = ({ counts }: { counts: number[] }) => counts.reduce((sum, count) => sum + count, 0);
const totals = ({ series }: { series: { value: string; counts: number[] }[] }) =>
  Object.fromEntries(series.map((one) => [one.value, total(one)]));

test('answers are counted by hour, value and SDK; asking for all flags is no call', async () => {
  await aFlag('counted');
  await askFlags('ada');
  await askFlags('bob', undefined, 'Mozilla/5.0 Chrome/140');
  await api.usage.flush();
  const usage = await usageOf('counted');
  expect(usage).toMatchObject({
    from: '2026-11-13T13:00:00.000Z',
    step_seconds: 3600,
    steps: 168,
    last_called_at: null,
  });
  expect(totals(usage.answers)).toEqual({ true: 2 });
  expect(usage.answers.series[0].counts[167]).toBe(2);
  expect(usage.answers.sdks).toHaveLength(2);
  expect(usage.answers.sdks).toContainEqual({ sdk: 'browser', count: 1 });
  clock.advance(3_600_000);
  await askFlags('ada');
  await api.usage.flush();
  const later = await usageOf('counted', '?days=1');
  expect(later.answers.series[0].counts.slice(-2)).toEqual([2, 1]);
  expect(later.steps).toBe(24);
  expect((await usageOf('counted', '?days=30')).answers.series[0].counts.at(-1)).toBe(3);
});

test('a flag that is asked for by name, or reported, was called', async () => {
  await aFlag('named');
  await askFlags('ada', ['named']);
  await api.usage.flush();
  expect((await flag('named')).last_called_at).toBe(new Date(clock.now()).toISOString());
  await aFlag('reported');
  await report('reported', true);
  await report('reported', 'blue', 'posthog-python');
  await expect
    .poll(async () => totals((await usageOf('reported')).reports))
    .toEqual({ true: 1, blue: 1 });
  // Also before the call itself is written down.
  const now = new Date(clock.now()).toISOString();
  expect((await flag('reported')).last_called_at).toBeNull();
  expect((await usageOf('reported')).last_called_at).toBe(now);
  await api.usage.flush();
  expect((await flag('reported')).last_called_at).toBe(now);
  const { reports } = await usageOf('reported');
  expect(reports.sdks).toContainEqual({ sdk: 'posthog-js', count: 1 });
  expect(reports.sdks).toContainEqual({ sdk: 'posthog-python', count: 1 });
});

test('OpenFeature counts too: one flag is a call, all flags are answers', async () => {
  await aFlag('open');
  const ask = (path: string) =>
    api.inject({
      method: 'POST',
      url: `/ofrep/v1/evaluate/flags${path}`,
      headers: { authorization: `Bearer ${api.production.token}` },
      payload: { context: { targetingKey: 'ada' } },
    });
  expect((await ask('/open')).statusCode).toBe(200);
  expect((await ask('')).statusCode).toBe(200);
  expect((await ask('/never-made')).statusCode).toBe(404);
  await api.usage.flush();
  const usage = await usageOf('open');
  expect(usage.answers.sdks).toEqual([{ sdk: 'openfeature', count: 2 }]);
  expect(usage.last_called_at).not.toBeNull();
  const { body } = await api.ask('GET', UNKNOWN);
  expect(body.results).toContainEqual(
    expect.objectContaining({ key: 'never-made', sdk: 'openfeature' }),
  );
});

test('a flag that is on and was not called for 30 days is stale, until code asks again', async () => {
  await aFlag('forgotten');
  await aFlag('off', { active: false });
  expect((await flag('forgotten')).status).toBe('ACTIVE');
  clock.advance(30 * DAY_MS + 1000);
  await askFlags('ada');
  await api.usage.flush();
  expect((await flag('forgotten')).status).toBe('STALE');
  expect((await flag('off')).status).toBe('INACTIVE');
  const { body } = await api.ask('GET', `${FLAGS}forgotten/status/`);
  expect(body).toMatchObject({ status: 'STALE', reason: expect.stringContaining('30 days') });
  await askFlags('ada', ['forgotten']);
  await api.usage.flush();
  expect((await flag('forgotten')).status).toBe('ACTIVE');
});

test('switching a flag on starts its 30 days anew', async () => {
  await aFlag('back', { active: false });
  clock.advance(40 * DAY_MS);
  await api.ask('PATCH', `${FLAGS}back/`, { active: true });
  expect((await flag('back')).status).toBe('ACTIVE');
});

test('keys that code asks for in vain are listed until there is such a flag', async () => {
  await askFlags('ada', ['typo', 'forgotten', 'not a key!', '']);
  await report('typo', undefined, 'posthog-ruby');
  await api.usage.flush();
  const { body } = await api.ask('GET', UNKNOWN);
  const found = UnknownFlagBody.strict().array().parse(body.results);
  expect(found.find(({ key }) => key === 'typo')).toMatchObject({ count: 2, sdk: 'posthog-ruby' });
  expect(found.map(({ key }) => key)).not.toContain('forgotten');
  expect(found.map(({ key }) => key)).not.toContain('not a key!');
  expect((await api.ask('GET', `${UNKNOWN}?environment=development`)).body.count).toBe(0);
  await aFlag('typo');
  const after = await api.ask('GET', UNKNOWN);
  expect(after.body.results.map(({ key }: { key: string }) => key)).not.toContain('typo');
});

test('a key is forgotten, and told in the audit log', async () => {
  await askFlags('ada', ['old-code']);
  await api.usage.flush();
  const headers = { authorization: `Bearer ${api.apiKey}` };
  const forget = () => api.inject({ method: 'DELETE', url: `${UNKNOWN}old-code/`, headers });
  expect((await forget()).statusCode).toBe(204);
  const again = await forget();
  expect(again.json()).toMatchObject({ code: 'not_found', attr: 'key' });
  const log = await api.ask('GET', '/api/projects/@current/activity_log/?search=old-code');
  expect(log.body.results[0]).toMatchObject({ action: 'forgotten', resource_kind: 'unknown_flag' });
});

test.each(['days=0', 'days=91', 'days=x'])('%s is refused', async (query) => {
  expect(await api.ask('GET', `${FLAGS}counted/usage/?${query}`)).toMatchObject({
    status: 400,
    body: { code: 'invalid_input', attr: 'days' },
  });
});
