import { gunzipSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FlagSnapshot } from '#flags';
import { fail } from '#kernel/errors';
import { openBrowserFiles } from './browser-files.service.ts';
import { registerConfig } from './config.routes.ts';
import { registerPosthogPlugin } from './posthog.routes.ts';
import { registerStatic } from './static.routes.ts';

const production = {
  id: 1,
  key: 'production',
  name: 'Production',
  token: 'phc_known',
  projectId: 1,
};
const files = openBrowserFiles();
let app: FastifyInstance;

beforeAll(async () => {
  app = fastify({ routerOptions: { ignoreTrailingSlash: true } });
  registerPosthogPlugin(app, (sdk) => {
    registerStatic(sdk, files);
    const findEnvironmentByToken = (token: string) =>
      ['phc_known', 'phc_rotated'].includes(token) ? production : undefined;
    const get = () => ({ version: '7.1' }) as FlagSnapshot;
    registerConfig(sdk, {
      accounts: { findEnvironmentByToken },
      snapshots: { get },
      recordingOf: () => undefined,
      files,
      rollouts: { questionsIn: () => [] },
      hasStreams: true,
    });
    sdk.post('/echo', { bodyLimit: 100 }, (request, reply) => {
      const body = request.body as Buffer | undefined;
      return reply.send({ bytes: body?.length ?? 0, first: body?.[0] ?? null });
    });
    sdk.get('/broken', () => {
      throw new Error('secret detail');
    });
    sdk.get('/refused', () => fail('invalid_api_key', { attr: 'token' }));
  });
  app.get('/elsewhere', (_request, reply) => reply.send({}));
  await app.ready();
});

afterAll(() => app.close());

test.each([
  ['text/plain'],
  ['application/json'],
  ['application/x-www-form-urlencoded'],
  ['multipart/form-data; boundary=x'],
  ['image/gif'],
  [undefined],
])('takes the raw bytes of a body with content type %s', async (type) => {
  const answer = await app.inject({
    method: 'POST',
    url: '/echo',
    headers: type === undefined ? {} : { 'content-type': type },
    payload: Buffer.from([0x1f, 0x8b, 0, 1]),
  });
  expect(answer.json()).toEqual({ bytes: 4, first: 0x1f });
});

test('a content type that is none is refused as such', async () => {
  const answer = await app.inject({
    method: 'POST',
    url: '/echo',
    headers: { 'content-type': 'not a media type' },
    payload: '{}',
  });
  expect(answer.statusCode).toBe(415);
});

test('a body above the limit is 413 with the error shape and cross-origin headers', async () => {
  const answer = await app.inject({
    method: 'POST',
    url: '/echo',
    headers: { origin: 'https://shop.test' },
    payload: 'x'.repeat(101),
  });
  expect(answer.statusCode).toBe(413);
  expect(answer.headers['access-control-allow-origin']).toBe('https://shop.test');
  expect(answer.json()).toMatchObject({
    type: 'invalid_request',
    code: 'payload_too_large',
    attr: null,
  });
});

test('a pre-flight question is answered for every path, also those without a handler for POST', async () => {
  for (const url of ['/echo', '/static/array.js', '/array/phc_known/config.js', '/refused']) {
    const answer = await app.inject({
      method: 'OPTIONS',
      url,
      headers: {
        origin: 'https://shop.test',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-custom',
      },
    });
    expect(answer.statusCode).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': 'https://shop.test',
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': 'content-type,x-custom',
    });
  }
});

test('unknown errors hide their message, and all errors carry cross-origin headers', async () => {
  const broken = await app.inject({ url: '/broken', headers: { origin: 'https://a.test' } });
  expect(broken.statusCode).toBe(500);
  expect(broken.body).not.toContain('secret detail');
  expect(broken.headers['access-control-allow-origin']).toBe('https://a.test');

  const refused = await app.inject({ url: '/refused', headers: { origin: 'https://a.test' } });
  expect(refused.statusCode).toBe(401);
  expect(refused.headers['cache-control']).toBe('no-store');
  expect(refused.json()).toMatchObject({ code: 'invalid_api_key', attr: 'token' });
  expect(refused.json()).toHaveProperty('request_id');
});

test('routes outside the plugin get none of this', async () => {
  const answer = await app.inject({ url: '/elsewhere', headers: { origin: 'https://a.test' } });
  expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
});

test('serves the scripts of the installed posthog-js, compressed when asked', async () => {
  const plain = await app.inject({ url: '/static/array.js' });
  expect(plain.statusCode).toBe(200);
  expect(plain.headers['content-type']).toBe('application/javascript; charset=utf-8');
  expect(plain.headers['cache-control']).toBe('public, max-age=300');
  expect(plain.rawPayload.length).toBeGreaterThan(200_000);

  const versioned = await app.inject({
    url: `/static/${files.version}/exception-autocapture.js`,
    headers: { 'accept-encoding': 'gzip, br' },
  });
  expect(versioned.statusCode).toBe(200);
  expect(versioned.headers['content-encoding']).toBe('gzip');
  expect(versioned.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(versioned.headers['vary']).toContain('Origin');
  expect(versioned.rawPayload.subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
});

test('pages with another posthog-js of the same major version get the scripts of this one', async () => {
  for (const version of ['1.395.0', '1.9999.0-beta.2']) {
    const answer = await app.inject({ url: `/static/${version}/lazy-recorder.js` });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['cache-control']).toBe('public, max-age=300');
    expect(answer.rawPayload.length).toBeGreaterThan(100_000);
  }
});

test('an unchanged script is 304', async () => {
  const first = await app.inject({ url: '/static/surveys.js?v=1.200.0' });
  const again = await app.inject({
    url: '/static/surveys.js',
    headers: { 'if-none-match': String(first.headers['etag']) },
  });
  expect(again.statusCode).toBe(304);
  expect(again.rawPayload.length).toBe(0);
});

test.each([
  '/static/2.0.0/array.js',
  '/static/latest/array.js',
  '/static/1.1.1/no-such-file.js',
  '/static/no-such-file.js',
  '/static/toolbar.js',
  '/static/..%2f..%2fpackage.json',
  '/static/%2e%2e/package.json',
  `/static/${files.version}/..%2f..%2fpackage.json`,
  '/static/main.d.ts',
  '/static/__proto__',
])('%s is a plain 404', async (url) => {
  const answer = await app.inject({ url, headers: { origin: 'https://a.test' } });
  expect(answer.statusCode).toBe(404);
});

test('remote configuration as script, as JSON and bundled with the library', async () => {
  const script = await app.inject({ url: '/array/phc_known/config.js' });
  expect(script.headers['content-type']).toContain('application/javascript');
  expect(script.body).toContain('_POSTHOG_REMOTE_CONFIG["phc_known"]');
  expect(script.body).toContain('{"token":"phc_known","version":"7.1"}');
  // posthog-js with a token from before the rotation looks for its own.
  const rotated = await app.inject({ url: '/array/phc_rotated/config.js' });
  expect(rotated.body).toContain('_POSTHOG_REMOTE_CONFIG["phc_rotated"]');
  for (const url of ['/array/phc_known/config', '/array/phc_known/config/']) {
    const json = await app.inject({ url });
    expect(json.json()).toMatchObject({ token: 'phc_known', hasFeatureFlags: true });
  }
  const bundle = await app.inject({ url: '/array/phc_known/array.js' });
  expect(bundle.body).toContain('_POSTHOG_REMOTE_CONFIG["phc_known"]');
  expect(bundle.body).toContain('var settings={"token":"phc_known"}');
  expect(bundle.rawPayload.length).toBeGreaterThan(200_000);
  const zipped = await app.inject({
    url: '/array/phc_known/array.js',
    headers: { 'accept-encoding': 'gzip' },
  });
  expect(gunzipSync(zipped.rawPayload).equals(bundle.rawPayload)).toBe(true);
});

test('an unknown token is 401 and not cached', async () => {
  for (const name of ['config', 'config.js', 'array.js']) {
    const answer = await app.inject({ url: `/array/phc_other/${name}` });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.json()).toMatchObject({ code: 'invalid_api_key', attr: 'token' });
  }
});
