// `/flags` and `/decide` on the whole application: shapes, filters, whose properties count, and what
// happens while people cannot be read.
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';

let serin: TestApp;

const everyone = { groups: [{ properties: [], rollout_percentage: 100 }] };
const nobody = { groups: [{ properties: [], rollout_percentage: 0 }] };
const pro = {
  groups: [
    { properties: [{ key: 'plan', value: 'pro', type: 'person' }], rollout_percentage: 100 },
  ],
};
const colours = {
  ...everyone,
  multivariate: { variants: [{ key: 'green', rollout_percentage: 100 }] },
  payloads: { green: '{"hex":"#00ff00"}' },
};

type Flags = Record<string, { enabled: boolean; variant: string | null; failed?: boolean }>;
type Answer = { errorsWhileComputingFlags: boolean; flags: Flags };

async function ask(fields: object, url = '/flags/?v=2', headers: Record<string, string> = {}) {
  const answer = await serin.inject({
    method: 'POST',
    url,
    headers,
    payload: JSON.stringify({ token: serin.production.token, distinct_id: 'someone', ...fields }),
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json<Answer>() };
}

const enabledOf = ({ body }: { body: Answer }): string[] =>
  Object.entries(body.flags)
    .filter(([, flag]) => flag.enabled)
    .map(([key]) => key);

beforeAll(async () => {
  serin = await startTestApp();
  const create = async (flag: object): Promise<void> => {
    const { status } = await serin.ask('POST', '/api/projects/@current/feature_flags/', flag);
    expect(status).toBe(201);
  };
  await create({ key: 'all', filters: everyone });
  await create({ key: 'none', filters: nobody });
  await create({ key: 'pro', filters: pro });
  await create({ key: 'colours', filters: colours });
  await create({ key: 'switched-off', active: false, filters: everyone });
  await create({ key: 'server-only', filters: everyone, evaluation_runtime: 'server' });
  await create({ key: 'client-only', filters: everyone, evaluation_runtime: 'client' });
  await create({ key: 'beta-app', filters: everyone, evaluation_contexts: ['beta'] });
  await create({ key: 'survey-targeting-nps', filters: everyone });
});

afterAll(() => serin.close());

test('v2 has every active flag with reason and metadata, also the false ones', async () => {
  const { status, headers, body } = await ask({});
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
  expect(body.errorsWhileComputingFlags).toBe(false);
  expect(body.flags['all']).toMatchObject({
    key: 'all',
    enabled: true,
    variant: null,
    reason: { code: 'condition_match', condition_index: 0 },
    metadata: { version: 1, payload: null },
  });
  expect(body.flags['none']).toMatchObject({
    enabled: false,
    reason: { code: 'out_of_rollout_bound', condition_index: 0 },
  });
  expect(body.flags['colours']).toMatchObject({
    variant: 'green',
    metadata: { payload: '{"hex":"#00ff00"}' },
  });
  expect(body.flags).not.toHaveProperty('switched-off');
  expect(body).not.toHaveProperty('quotaLimited');
  expect(body).not.toHaveProperty('supportedCompression');
});

test('flags of another environment are other flags', async () => {
  const { body } = await ask({ token: serin.development.token });
  expect(enabledOf({ body })).not.toContain('all');
});

test.each([
  ['a browser', { 'user-agent': 'Mozilla/5.0 Chrome/140' }, {}, ['client-only']],
  ['posthog-node', { 'user-agent': 'posthog-node/5.70.0' }, {}, ['server-only']],
  ['said in the body', {}, { evaluation_runtime: 'client' }, ['client-only']],
  ['both', {}, { evaluation_runtime: 'all' }, ['client-only', 'server-only']],
] as const)('the runtime of %s', async (_name, headers, fields, expected) => {
  const enabled = enabledOf(await ask(fields, '/flags/?v=2', headers));
  expect(enabled.filter((key) => key.endsWith('-only'))).toEqual(expected);
});

test('evaluation contexts: no context asked for means all', async () => {
  expect(enabledOf(await ask({}))).toContain('beta-app');
  expect(enabledOf(await ask({ evaluation_contexts: ['beta', 'x'] }))).toContain('beta-app');
  expect(enabledOf(await ask({ evaluation_contexts: ['x'] }))).not.toContain('beta-app');
});

test('named flags only; unknown names are passed over', async () => {
  const { body } = await ask({ flag_keys_to_evaluate: ['all', 'no-such-flag'] });
  expect(Object.keys(body.flags)).toEqual(['all']);
  expect(Object.keys((await ask({ flag_keys: ['none'] })).body.flags)).toEqual(['none']);
});

test('survey flags only, and no flags at all', async () => {
  const surveys = await ask({}, '/flags/?v=2&only_evaluate_survey_feature_flags=true');
  expect(Object.keys(surveys.body.flags)).toEqual(['survey-targeting-nps']);
  const disabled = await ask({ disable_flags: true });
  expect(disabled.body).toMatchObject({ flags: {}, errorsWhileComputingFlags: false });
});

test('stored properties count, and those of the request win over them', async () => {
  await serin.inject({
    method: 'POST',
    url: '/batch/',
    payload: JSON.stringify({
      api_key: serin.production.token,
      batch: [{ event: '$identify', distinct_id: 'grace', properties: { $set: { plan: 'pro' } } }],
    }),
  });
  await expect
    .poll(async () => (await ask({ distinct_id: 'grace' })).body.flags['pro']?.enabled)
    .toBe(true);
  const free = await ask({ distinct_id: 'grace', person_properties: { plan: 'free' } });
  expect(free.body.flags['pro']?.enabled).toBe(false);
});

test('compressed, wrapped and lenient bodies', async () => {
  const text = JSON.stringify({ token: serin.production.token, distinct_id: 'x' });
  const bodies: [string, Buffer | string, Record<string, string>][] = [
    ['/flags/?v=2', gzipSync(text), { 'content-type': 'text/plain' }],
    ['/flags/?v=2', gzipSync(text), { 'content-encoding': 'gzip' }],
    [
      '/flags/?v=2&compression=base64',
      `data=${encodeURIComponent(Buffer.from(text).toString('base64'))}`,
      { 'content-type': 'application/x-www-form-urlencoded' },
    ],
    ['/flags/?v=2', text.replace('}', ',"person_properties":{"score":NaN}}'), {}],
    ['/flags', text, { 'content-type': 'application/json' }],
  ];
  for (const [url, payload, headers] of bodies) {
    const answer = await serin.inject({ method: 'POST', url, payload, headers });
    expect(answer.statusCode).toBe(200);
    expect(answer.json<Answer>().flags['all']?.enabled).toBe(true);
  }
});

test('older shapes', async () => {
  const v3 = await ask({}, '/decide/?v=3');
  expect(v3.body).toMatchObject({
    featureFlags: { all: true, none: false, colours: 'green' },
    featureFlagPayloads: { colours: '{"hex":"#00ff00"}' },
    supportedCompression: ['gzip', 'gzip-js'],
    autocapture_opt_out: false,
  });
  const v2 = await ask({}, '/decide?v=2');
  expect(v2.body).toMatchObject({ featureFlags: { all: true, colours: 'green' } });
  expect(v2.body).not.toHaveProperty('featureFlags.none');
  const v1 = await ask({}, '/decide/');
  expect(v1.body).toMatchObject({ featureFlags: expect.arrayContaining(['all', 'colours']) });
  const v4 = await ask({}, '/decide/?v=4');
  expect(v4.body).toMatchObject({ flags: { all: { enabled: true } }, hasFeatureFlags: true });
  const withConfig = await ask({}, '/flags/?v=2&config=true');
  expect(withConfig.body).toMatchObject({ flags: { all: {} }, analytics: {} });
});

test('a GET is answered, with a question or without', async () => {
  expect((await serin.inject({ url: '/flags' })).json()).toMatchObject({ flags: {} });
  expect((await serin.inject({ method: 'HEAD', url: '/flags/' })).statusCode).toBe(200);
  const data = Buffer.from(
    JSON.stringify({ token: serin.production.token, distinct_id: 'x' }),
  ).toString('base64');
  const asked = await serin.inject({ url: `/decide/?v=3&data=${encodeURIComponent(data)}` });
  expect(asked.json()).toMatchObject({ featureFlags: { all: true } });
});

test('who names flags is noted as someone who uses them', async () => {
  await ask({ distinct_id: 'exposed', flag_keys_to_evaluate: ['colours'] });
  await expect
    .poll(async () => {
      const { body } = await serin.ask(
        'GET',
        '/api/projects/@current/events/?distinct_id=exposed&event=%24feature_flag_evaluated',
      );
      return (body as { results: unknown[] }).results.length;
    })
    .toBe(1);
});

test('browsers may ask first', async () => {
  for (const url of ['/flags/?v=2', '/decide/?v=3']) {
    const answer = await serin.inject({
      method: 'OPTIONS',
      url,
      headers: {
        origin: 'https://shop.test',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });
    expect(answer.statusCode).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': 'https://shop.test',
      'access-control-allow-headers': 'content-type',
    });
    const asked = await ask({}, url, { origin: 'https://shop.test' });
    expect(asked.headers).toMatchObject({
      'access-control-allow-origin': 'https://shop.test',
      'access-control-allow-credentials': 'true',
    });
  }
});
