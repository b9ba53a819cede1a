// Early access from the management API to the answer that a browser gets.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';

let serin: TestApp;
const PATH = '/api/projects/@current/early_access_feature/';
const FLAGS = '/api/projects/@current/feature_flags/';

beforeAll(async () => {
  serin = await startTestApp();
});
afterAll(() => serin.close());

const nobody = { groups: [{ properties: [], rollout_percentage: 0 }] };
let made = 0;

async function aFeature(fields: object = {}) {
  made += 1;
  const { status, body } = await serin.ask('POST', PATH, { name: `Feature ${made}`, ...fields });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}

async function aFlag(fields: object = {}) {
  made += 1;
  const flag = { key: `early-${made}`, filters: nobody, ...fields };
  return (await serin.ask('POST', FLAGS, flag)).body;
}

/** What a browser is told; with the stages that it asks for. */
async function offered(query = '', token = serin.production.token) {
  const answer = await serin.inject({
    url: `/api/early_access_features/?token=${token}${query}`,
    headers: { origin: 'https://shop.example' },
  });
  expect(answer.headers['access-control-allow-origin']).toBe('https://shop.example');
  return answer.json<{ earlyAccessFeatures: { flagKey: string; stage: string }[] }>()
    .earlyAccessFeatures;
}

async function flagFor(key: string, properties: object = {}) {
  const answer = await serin.inject({
    method: 'POST',
    url: '/flags/?v=2',
    payload: {
      token: serin.production.token,
      distinct_id: 'someone',
      person_properties: properties,
    },
  });
  return answer.json<{ flags: Record<string, { enabled: boolean; reason: object }> }>().flags[key];
}

/** As posthog-js sends it when somebody chooses. */
async function choose(distinctId: string, key: string, isEnrolled: boolean | string) {
  const properties = {
    $feature_flag: key,
    $feature_enrollment: isEnrolled,
    $set: { [`$feature_enrollment/${key}`]: isEnrolled },
  };
  const event = { event: '$feature_enrollment_update', distinct_id: distinctId, properties };
  const answer = await serin.inject({
    method: 'POST',
    url: '/e/',
    payload: { token: serin.production.token, ...event },
  });
  expect(answer.statusCode).toBe(200);
}

test('a feature with a flag of its own: offered, opted in to, counted, listed', async () => {
  const feature = await aFeature({
    name: 'Nächste Kasse!',
    description: 'One page',
    documentation_url: 'https://docs.example/checkout',
    payload: { picture: 'x.png' },
  });
  expect(feature).toMatchObject({
    stage: 'beta',
    feature_flag: { key: 'nachste-kasse' },
    opted_in_count: 0,
    opted_out_count: 0,
  });
  const { key } = feature.feature_flag;
  expect(await offered()).toContainEqual({
    id: feature.id,
    name: 'Nächste Kasse!',
    description: 'One page',
    stage: 'beta',
    documentationUrl: 'https://docs.example/checkout',
    payload: { picture: 'x.png' },
    flagKey: key,
  });
  expect((await flagFor(key))?.enabled).toBe(false);
  // What posthog-js sends along at once, before the event has been worked through.
  expect(await flagFor(key, { [`$feature_enrollment/${key}`]: true })).toMatchObject({
    enabled: true,
    reason: { code: 'super_condition_value' },
  });

  await choose('ada', key, true);
  await choose('bob', key, 'true');
  await choose('cid', key, false);
  await expect
    .poll(async () => (await serin.ask('GET', `${PATH}${feature.id}/`)).body)
    .toMatchObject({ opted_in_count: 2, opted_out_count: 1 });
  const inside = await serin.ask('GET', `${PATH}${feature.id}/people/`);
  const ids = (body: { results: { distinct_ids: string[] }[] }) =>
    body.results.flatMap((person) => person.distinct_ids).toSorted();
  expect([inside.body.count, ids(inside.body)]).toEqual([2, ['ada', 'bob']]);
  const outside = await serin.ask('GET', `${PATH}${feature.id}/people/?choice=out`);
  expect(ids(outside.body)).toEqual(['cid']);
  const elsewhere = await serin.ask('GET', `${PATH}${feature.id}/?environment=development`);
  expect(elsewhere.body.opted_in_count).toBe(0);

  // A later request of the same person, from anywhere, without properties.
  const later = await serin.inject({
    method: 'POST',
    url: '/flags/?v=2',
    payload: { token: serin.production.token, distinct_id: 'ada' },
  });
  expect(later.json().flags[key]).toMatchObject({ enabled: true });
});

test('stages: what browsers are told, and where a choice counts', async () => {
  const flag = await aFlag({ filters: { ...nobody, payloads: { true: '1' } } });
  const feature = await aFeature({ feature_flag_id: flag.id, stage: 'concept' });
  const chosen = { [`$feature_enrollment/${flag.key}`]: true };
  const stageIn = async (query: string) =>
    (await offered(query)).find(({ flagKey }) => flagKey === flag.key)?.stage;
  const enrollment = async (environment: string) =>
    (await serin.ask('GET', `${FLAGS}${flag.id}/?environment=${environment}`)).body.filters
      .feature_enrollment;

  expect([await stageIn(''), await stageIn('&stage=concept&stage=alpha')]).toEqual([
    undefined,
    'concept',
  ]);
  expect((await flagFor(flag.key, chosen))?.enabled).toBe(false);

  for (const stage of ['alpha', 'beta', 'general-availability']) {
    const { body } = await serin.ask('PATCH', `${PATH}${feature.id}/`, { stage });
    expect(body.stage).toBe(stage);
    expect(await stageIn(`&stage=${stage}`)).toBe(stage);
    expect((await flagFor(flag.key, chosen))?.enabled).toBe(true);
    expect([await enrollment('production'), await enrollment('development')]).toEqual([true, true]);
  }
  // Whoever opted out stays out, also of what everybody has by now.
  await serin.ask('PATCH', `${FLAGS}${flag.id}/`, {
    filters: { groups: [{ properties: [], rollout_percentage: 100 }] },
  });
  expect(await enrollment('production')).toBe(true);
  expect((await flagFor(flag.key))?.enabled).toBe(true);
  const out = { [`$feature_enrollment/${flag.key}`]: false };
  expect((await flagFor(flag.key, out))?.enabled).toBe(false);

  await serin.ask('PATCH', `${PATH}${feature.id}/`, { stage: 'archived' });
  expect(await stageIn('&stage=archived')).toBeUndefined();
  expect([await enrollment('production'), await enrollment('development')]).toEqual([false, false]);
  expect((await flagFor(flag.key, out))?.enabled).toBe(true);
});

test('removed, the feature leaves its flag behind', async () => {
  const flag = await aFlag();
  const feature = await aFeature({ feature_flag_id: flag.id });
  const gone = await serin.inject({
    method: 'DELETE',
    url: `${PATH}${feature.id}/`,
    headers: { authorization: `Bearer ${serin.apiKey}` },
  });
  expect(gone.statusCode).toBe(204);
  expect((await serin.ask('GET', `${PATH}${feature.id}/`)).status).toBe(404);
  const left = (await serin.ask('GET', `${FLAGS}${flag.id}/`)).body;
  expect(left).toMatchObject({ active: true, filters: { feature_enrollment: false } });
  const history = (await serin.ask('GET', `${FLAGS}${flag.id}/activity/`)).body.results;
  expect(history[0].reason).toContain(feature.name);
  // The flag may be offered again.
  await aFeature({ feature_flag_id: flag.id });
});

test('a flag keeps its key while people can opt in to it', async () => {
  const { id, name, feature_flag: flag } = await aFeature({ stage: 'concept' });
  const rename = () => serin.ask('PATCH', `${FLAGS}${flag.id}/`, { key: `${flag.key}-2` });
  const refused = await rename();
  expect([refused.status, refused.body.code, refused.body.attr]).toEqual([
    400,
    'invalid_input',
    'key',
  ]);
  expect(refused.body.detail).toContain(name);
  expect((await serin.ask('PATCH', `${FLAGS}${flag.id}/`, { key: flag.key })).status).toBe(200);
  await serin.inject({
    method: 'DELETE',
    url: `${PATH}${id}/`,
    headers: { authorization: `Bearer ${serin.apiKey}` },
  });
  expect((await rename()).body.key).toBe(`${flag.key}-2`);
});

test('an archived flag is not offered', async () => {
  const feature = await aFeature();
  const { key, id } = feature.feature_flag;
  await serin.ask('PATCH', `${FLAGS}${id}/`, { archived: true });
  expect((await offered()).map(({ flagKey }) => flagKey)).not.toContain(key);
});

test('flags that nobody can opt in to are refused, and leave nothing behind', async () => {
  const variants = {
    variants: [
      { key: 'a', rollout_percentage: 50 },
      { key: 'b', rollout_percentage: 50 },
    ],
  };
  const multivariate = await aFlag({ filters: { ...nobody, multivariate: variants } });
  const byGroup = await aFlag({ filters: { ...nobody, aggregation_group_type_index: 0 } });
  const archived = await aFlag();
  await serin.ask('PATCH', `${FLAGS}${archived.id}/`, { archived: true });
  const taken = (await aFeature()).feature_flag;
  const before = (await serin.ask('GET', PATH)).body.count;
  const refused = async (fields: object) => {
    const { status, body } = await serin.ask('POST', PATH, { name: 'Refused', ...fields });
    return [status, body.code, body.attr];
  };
  for (const { id } of [multivariate, byGroup, archived, { id: 987_654 }]) {
    expect(await refused({ feature_flag_id: id })).toEqual([
      400,
      'invalid_input',
      'feature_flag_id',
    ]);
  }
  expect(await refused({ feature_flag_id: taken.id })).toEqual([400, 'unique', 'feature_flag_id']);
  expect(await refused({ name: taken.key })).toEqual([400, 'unique', 'name']);
  expect(await refused({ stage: 'gamma' })).toEqual([400, 'invalid_input', 'stage']);
  expect(await refused({ name: ' ' })).toEqual([400, 'invalid_input', 'name']);
  expect(await refused({ documentation_url: 'javascript:alert(1)' })).toEqual([
    400,
    'invalid_input',
    'documentation_url',
  ]);
  expect(await refused({ payload: { x: 'y'.repeat(10_000) } })).toEqual([
    400,
    'invalid_input',
    'payload',
  ]);
  expect((await serin.ask('GET', PATH)).body.count).toBe(before);
});

test('browsers need a known token; pre-flights are answered', async () => {
  const unknown = await serin.inject({ url: '/api/early_access_features/?token=phc_other' });
  expect([unknown.statusCode, unknown.json().attr]).toEqual([401, 'token']);
  const preflight = await serin.inject({
    method: 'OPTIONS',
    url: '/api/early_access_features/',
    headers: { origin: 'https://shop.example' },
  });
  expect(preflight.statusCode).toBe(204);
});
