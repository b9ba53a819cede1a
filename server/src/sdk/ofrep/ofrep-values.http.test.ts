// What OFREP says of flags: values of every type, reasons, metadata, whose context and properties count.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BULK, SINGLE, type Ask, type OfrepApp, share, startOfrepApp } from './test-ofrep.ts';

let serin: OfrepApp;

beforeAll(async () => {
  serin = await startOfrepApp();
});

afterAll(() => serin.close());

test.each<[string, object, object]>([
  ['static', {}, { value: true, variant: 'true', reason: 'STATIC' }],
  ['pro', {}, { value: false, reason: 'DEFAULT' }],
  ['pro', { plan: 'pro' }, { value: true, reason: 'TARGETING_MATCH' }],
  ['half', {}, { reason: 'SPLIT' }],
  ['nobody', {}, { value: false, reason: 'DEFAULT' }],
  ['off', {}, { value: false, reason: 'DISABLED' }],
  ['off-text', {}, { value: undefined, variant: 'false', reason: 'DISABLED' }],
  ['colour', {}, { value: 'green', variant: 'green', reason: 'TARGETING_MATCH' }],
  ['colour', { plan: 'pro' }, { value: 'blue', variant: 'blue', reason: 'TARGETING_MATCH' }],
  ['split', {}, { reason: 'SPLIT' }],
  ['limit', { plan: 'pro' }, { value: 2.5, reason: 'TARGETING_MATCH' }],
  ['limit', {}, { value: undefined, reason: 'DEFAULT' }],
  ['theme', {}, { value: { bg: '#000', nested: { a: [1] } }, variant: 'dark', reason: 'STATIC' }],
  ['company', {}, { value: false, reason: 'DEFAULT' }],
  ['company', { groups: { company: 'acme' } }, { value: true, reason: 'TARGETING_MATCH' }],
])('%s for %j', async (key, context, expected) => {
  const asked = { targetingKey: 'user-1', ...context };
  const answer = await serin.single(key, asked);
  expect(answer).toMatchObject({ status: 200, key });
  for (const [field, value] of Object.entries(expected)) expect(answer[field]).toEqual(value);
  // A bulk answer says the same, but for what is of this one request.
  const { [key]: item } = (await serin.bulk(asked)).byKey;
  const { status: _status, metadata, ...rest } = answer;
  const { requestId, ...shared } = metadata as Record<string, unknown>;
  expect(requestId).toEqual(expect.any(String));
  expect(item).toEqual({ ...rest, metadata: shared });
});

test('metadata says which flag set, flag, version and condition decided, and hints at the payload', async () => {
  const { metadata } = await serin.single('colour', { targetingKey: 'u', plan: 'pro' });
  expect(metadata).toEqual({
    flagSetId: `${serin.projectId}/production`,
    version: 1,
    flagId: expect.any(Number),
    enabled: true,
    conditionIndex: 0,
    payload: 7,
    requestId: expect.any(String),
  });
  const other = await serin.single('colour', { targetingKey: 'u' });
  expect(other.metadata).toMatchObject({ conditionIndex: 1, payload: '{"hex":"#0f0"}' });
  const { metadata: set } = await serin.bulk({ targetingKey: 'u' });
  expect(set).toEqual({
    flagSetId: `${serin.projectId}/production`,
    version: expect.any(String),
    requestId: expect.any(String),
  });
});

test('without a targeting key, what needs no hash is evaluated', async () => {
  for (const context of [undefined, {}, { targetingKey: '' }, { targetingKey: null }]) {
    expect(await serin.single('static', context)).toMatchObject({ value: true, reason: 'STATIC' });
    expect(await serin.single('nobody', context)).toMatchObject({ value: false });
    expect(await serin.single('half', context)).toMatchObject({
      status: 400,
      key: 'half',
      errorCode: 'TARGETING_KEY_MISSING',
    });
  }
  expect(await serin.single('pro', { plan: 'pro' })).toMatchObject({ value: true });
  const { byKey } = await serin.bulk({});
  expect(byKey['split']).toMatchObject({ errorCode: 'TARGETING_KEY_MISSING' });
  expect(byKey['static']).toMatchObject({ value: true });
  for (const body of ['', '{}', '{"context":null}']) {
    expect((await serin.post(BULK, body)).status).toBe(200);
  }
});

test('stored properties count, the context wins over them', async () => {
  await expect
    .poll(async () => (await serin.single('pro', { targetingKey: 'grace' }))['value'])
    .toBe(true);
  expect(await serin.single('pro', { targetingKey: 'grace', plan: 'free' })).toMatchObject({
    value: false,
  });
});

test('group properties in both spellings', async () => {
  const filters = {
    aggregation_group_type_index: 0,
    groups: [share(100, { key: 'tier', value: 'gold', type: 'group', group_type_index: 0 })],
  };
  await serin.createFlag({ key: 'gold', filters });
  const groups = { company: 'acme' };
  for (const field of ['groupProperties', 'group_properties']) {
    const context = { targetingKey: 'u', groups, [field]: { company: { tier: 'gold' } } };
    expect(await serin.single('gold', context)).toMatchObject({ value: true });
  }
  expect(await serin.single('gold', { targetingKey: 'u', groups })).toMatchObject({ value: false });
});

test('clients see no flags for servers, servers none for clients, secret keys all', async () => {
  const visible = async (ask: Ask) => {
    const { byKey } = await serin.bulk({ targetingKey: 'u' }, ask);
    return Object.keys(byKey).filter((key) => key.endsWith('-only'));
  };
  expect(await visible({})).toEqual(['client-only']);
  expect(await visible({ token: serin.apiKey })).toEqual(['client-only', 'server-only']);
  expect(await serin.single('server-only')).toMatchObject({ status: 200 });
  const browser = { headers: { origin: 'https://shop.test' } };
  expect(await serin.single('server-only', {}, browser)).toMatchObject({ status: 404 });
  expect(await serin.single('client-only', {}, browser)).toMatchObject({ status: 200 });
});

test('a single evaluation is a use of the flag, once; a bulk answer and a flag that is off are none', async () => {
  const used = async () => {
    const url =
      '/api/projects/@current/events/?distinct_id=exposed&event=%24feature_flag_evaluated';
    const { body } = await serin.ask('GET', url);
    return (body as { results: { properties: Record<string, unknown> }[] }).results;
  };
  const context = { targetingKey: 'exposed' };
  await serin.bulk(context);
  for (let i = 0; i < 3; i += 1) await serin.single('static', context);
  await serin.single('off', context);
  await serin.single('split', context);
  await expect.poll(async () => (await used()).length).toBe(2);
});

test('a number is written as its payload is, because some languages tell 2 from 2.0', async () => {
  const context = { targetingKey: 'u', plan: 'pro' };
  const { text } = await serin.post(`${SINGLE}limit`, { context });
  expect(text).toContain('"value":2.50,');
  expect((await serin.post(BULK, { context })).text).toContain('"value":2.50,');
});
