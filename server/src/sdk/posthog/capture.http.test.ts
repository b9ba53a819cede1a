// Events through every path that an SDK has used, on the whole application.
import { gzipSync } from 'node:zlib';
import fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { SerinError } from '#kernel/errors';
import { registerCapture } from './capture.routes.ts';
import { registerPosthogPlugin } from './posthog.routes.ts';

let serin: TestApp;
let token: string;

beforeAll(async () => {
  serin = await startTestApp();
  ({ token } = serin.production);
});

afterAll(() => serin.close());

async function storedFor(distinctId: string, count: number): Promise<{ event: string }[]> {
  let events: { event: string; properties: object; uuid: string }[] = [];
  await expect
    .poll(async () => {
      const { body } = await serin.ask(
        'GET',
        `/api/projects/@current/events/?distinct_id=${distinctId}`,
      );
      events = (body as { results: typeof events }).results;
      return events.length;
    })
    .toBeGreaterThanOrEqual(count);
  return events;
}

test.each(['/e', '/e/', '/i/v0/e/', '/capture/', '/track/', '/batch', '/batch/'])(
  '%s keeps single events and batches',
  async (url) => {
    const person = `path-${url.replaceAll('/', '-')}`;
    const single = { api_key: token, event: 'single', distinct_id: person };
    const batch = { api_key: token, batch: [{ event: 'batched', distinct_id: person }] };
    for (const payload of [single, batch]) {
      const answer = await serin.inject({ method: 'POST', url: `${url}?ip=1&_=17&ver=1`, payload });
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toEqual({ status: 1 });
    }
    const events = await storedFor(person, 2);
    expect(events.map(({ event }) => event).toSorted()).toEqual(['batched', 'single']);
  },
);

test('/engage/ updates a person', async () => {
  const answer = await serin.inject({
    method: 'POST',
    url: '/engage/',
    payload: { token, $distinct_id: 'engaged', $set: { plan: 'pro' } },
  });
  expect(answer.statusCode).toBe(200);
  expect(await storedFor('engaged', 1)).toMatchObject([{ event: '$identify' }]);
});

test('the pixel: a GET with data', async () => {
  const event = { event: 'pixel', distinct_id: 'pixel', properties: { token } };
  const data = encodeURIComponent(Buffer.from(JSON.stringify(event)).toString('base64'));
  const answer = await serin.inject({ url: `/e/?data=${data}` });
  expect(answer.statusCode).toBe(200);
  await storedFor('pixel', 1);
  expect((await serin.inject({ url: '/e/' })).statusCode).toBe(400);
});

test('a batch with unusable events keeps the good ones', async () => {
  const answer = await serin.inject({
    method: 'POST',
    url: '/batch/',
    payload: {
      api_key: token,
      batch: [{ event: 'good', distinct_id: 'mixed' }, { event: 'no id' }, 7, null],
    },
  });
  expect(answer.statusCode).toBe(200);
  expect(await storedFor('mixed', 1)).toMatchObject([{ event: 'good' }]);
});

test('a resent event counts once', async () => {
  const uuid = crypto.randomUUID();
  const payload = gzipSync(
    JSON.stringify({ api_key: token, batch: [{ uuid, event: 'once', distinct_id: 'resent' }] }),
  );
  for (let i = 0; i < 3; i += 1) {
    const answer = await serin.inject({ method: 'POST', url: '/batch/', payload });
    expect(answer.statusCode).toBe(200);
  }
  await serin.inject({
    method: 'POST',
    url: '/e/',
    payload: { api_key: token, event: 'last', distinct_id: 'resent' },
  });
  expect(await storedFor('resent', 2)).toHaveLength(2);
});

test('capture v1 gives every event its result', async () => {
  const good = crypto.randomUUID();
  const bad = crypto.randomUUID();
  const answer = await serin.inject({
    method: 'POST',
    url: '/i/v1/analytics/events',
    headers: {
      authorization: `Bearer ${token}`,
      'posthog-sdk-info': 'posthog-go/1.9.0',
      'posthog-request-id': 'request-1',
      'posthog-request-timestamp': new Date().toISOString(),
    },
    payload: {
      created_at: new Date().toISOString(),
      batch: [
        { event: 'v1', uuid: good, distinct_id: 'v1-person', properties: {} },
        { event: 'v1', uuid: bad, properties: {} },
      ],
    },
  });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['posthog-request-id']).toBe('request-1');
  expect(answer.json()).toEqual({
    results: { [good]: { result: 'ok' }, [bad]: { result: 'drop', details: expect.any(String) } },
  });
  expect(await storedFor('v1-person', 1)).toMatchObject([
    { properties: { $lib: 'posthog-go', $lib_version: '1.9.0' } },
  ]);

  const anonymous = await serin.inject({
    method: 'POST',
    url: '/i/v1/analytics/events',
    payload: { batch: [{ event: 'v1', distinct_id: 'x' }] },
  });
  expect(anonymous.statusCode).toBe(401);
});

test('lists of what does not exist are empty, for known tokens', async () => {
  for (const [name, key] of [
    ['early_access_features', 'earlyAccessFeatures'],
    ['surveys', 'surveys'],
    ['web_experiments', 'experiments'],
    ['product_tours', 'product_tours'],
  ] as const) {
    const answer = await serin.inject({ url: `/api/${name}/?token=${token}&_=1` });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ [key]: [] });
    expect((await serin.inject({ url: `/api/${name}/?token=phc_no` })).statusCode).toBe(401);
  }
});

test('when events cannot be kept, every SDK is asked to come back', async () => {
  const app = fastify({ routerOptions: { ignoreTrailingSlash: true } });
  registerPosthogPlugin(app, (sdk) => {
    registerCapture(sdk, {
      accounts: { findEnvironmentByToken: () => serin.production, projectById: () => undefined },
      places: { locate: undefined, addressOf: () => '' },
      ingest: {
        accept: () => Promise.reject(new SerinError('unavailable', { retryAfterSeconds: 3 })),
      },
    });
  });
  const answer = await app.inject({
    method: 'POST',
    url: '/e/',
    headers: { origin: 'https://shop.test' },
    payload: { api_key: token, event: 'x', distinct_id: 'y' },
  });
  expect(answer.statusCode).toBe(503);
  expect(answer.headers).toMatchObject({
    'retry-after': '3',
    'access-control-allow-origin': 'https://shop.test',
    'access-control-expose-headers': expect.stringContaining('Retry-After'),
  });
  await app.close();
});
