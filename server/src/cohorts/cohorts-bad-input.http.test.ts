// What cohorts refuse: each with its code and the field at fault, and nothing changed.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';

let serin: TestApp;
let dynamicId: number;
let staticId: number;

const COHORTS = '/api/projects/@current/cohorts/';
const ok = { type: 'person', key: 'plan', value: 'pro' };
const values = (...nodes: unknown[]) => ({
  filters: { properties: { type: 'AND', values: nodes } },
});
const V = 'filters.properties.values';
const did = {
  type: 'behavioral',
  value: 'performed_event',
  key: '$pageview',
  event_type: 'events',
  time_value: 7,
  time_interval: 'day',
};

/** Groups within groups, `depth` deep. */
function nested(depth: number): object {
  return depth === 0 ? ok : { type: 'OR', values: [nested(depth - 1)] };
}

beforeAll(async () => {
  serin = await startTestApp();
  const one = await serin.ask('POST', COHORTS, { name: 'Dynamic', ...values(ok) });
  dynamicId = one.body.id;
  staticId = (await serin.ask('POST', COHORTS, { name: 'Static', is_static: true })).body.id;
});
afterAll(() => serin.close());

test.each<[string, unknown, string | null, string?]>([
  ['no name', values(ok), 'name', 'required'],
  ['an empty name', { name: ' ', ...values(ok) }, 'name'],
  ['no filters', { name: 'a' }, 'filters', 'required'],
  ['filters of a static one', { name: 'a', is_static: true, ...values(ok) }, 'filters'],
  ['an unknown field', { name: 'a', ...values(ok), colour: 'red' }, 'colour'],
  [
    'an unknown field of filters',
    { name: 'a', filters: { groups: [] } },
    'filters.properties',
    'required',
  ],
  ['an empty group', { name: 'a', ...values() }, V],
  ['an empty inner group', { name: 'a', ...values({ type: 'OR', values: [] }) }, `${V}.0.values`],
  [
    'a group of neither kind',
    { name: 'a', filters: { properties: { type: 'XOR', values: [ok] } } },
    'filters.properties.type',
  ],
  ['a node that is no object', { name: 'a', ...values('plan = pro') }, `${V}.0`],
  [
    'a condition without type',
    { name: 'a', ...values({ key: 'plan', value: 'pro' }) },
    `${V}.0.type`,
    'required',
  ],
  [
    'an event of no kind',
    { name: 'a', ...values(ok, { ...did, event_type: undefined }) },
    `${V}.1.event_type`,
    'required',
  ],
  [
    'an action',
    { name: 'a', ...values({ ...did, event_type: 'actions', key: '7' }) },
    `${V}.0.event_type`,
  ],
  [
    'an unknown behaviour',
    { name: 'a', ...values({ ...did, value: 'dreamed_of_event' }) },
    `${V}.0.value`,
  ],
  [
    'an unknown field of a behaviour',
    { name: 'a', ...values({ ...did, colour: 'red' }) },
    `${V}.0.colour`,
  ],
  [
    'a time of no unit',
    { name: 'a', ...values({ ...did, time_interval: 'fortnight' }) },
    `${V}.0.time_interval`,
  ],
  ['no time at all', { name: 'a', ...values({ ...did, time_value: null }) }, `${V}.0.time_value`],
  [
    'a property of a person on an event',
    { name: 'a', ...values({ ...did, event_filters: [{ type: 'person', key: 'a', value: 1 }] }) },
    `${V}.0.event_filters.0.type`,
  ],
  [
    'an event filter without value',
    { name: 'a', ...values({ ...did, event_filters: [{ key: 'a', operator: 'gt' }] }) },
    `${V}.0.event_filters.0.value`,
  ],
  [
    'absences joined by OR',
    {
      name: 'a',
      filters: {
        properties: { type: 'OR', values: [did, did].map((one) => ({ ...one, negation: true })) },
      },
    },
    'filters.properties.type',
  ],
  [
    'events beside a distinct id',
    { name: 'a', ...values(did, { ...ok, key: 'distinct_id' }) },
    'filters.properties',
  ],
  ['people of a query in a dynamic one', { name: 'a', query: {} }, 'is_static'],
  [
    'people of no query',
    { name: 'a', is_static: true, query: { kind: 'Dream' } },
    'query.source.kind',
  ],
  [
    'a condition on groups',
    { name: 'a', ...values({ type: 'group', key: 'tier', value: 'a' }) },
    `${V}.0.type`,
  ],
  [
    'a condition without key',
    { name: 'a', ...values({ type: 'person', value: 'a' }) },
    `${V}.0.key`,
    'required',
  ],
  [
    'a condition without value',
    { name: 'a', ...values({ type: 'person', key: 'a' }) },
    `${V}.0.value`,
  ],
  ['an unknown operator', { name: 'a', ...values({ ...ok, operator: 'like' }) }, `${V}.0.operator`],
  [
    'an operator for cohorts',
    { name: 'a', ...values({ ...ok, operator: 'in' }) },
    `${V}.0.operator`,
  ],
  [
    'a pattern that RE2 refuses',
    { name: 'a', ...values({ ...ok, operator: 'regex', value: '(?=a)' }) },
    `${V}.0.value`,
  ],
  [
    'a number that is none',
    { name: 'a', ...values({ type: 'OR', values: [ok, { ...ok, operator: 'gt', value: 'x' }] }) },
    `${V}.0.values.1.value`,
  ],
  [
    'an unknown cohort',
    { name: 'a', ...values({ type: 'cohort', key: 'id', value: 987_654 }) },
    `${V}.0.value`,
  ],
  [
    'a cohort that is no number',
    { name: 'a', ...values({ type: 'cohort', key: 'id', value: 'x' }) },
    `${V}.0.value`,
  ],
  [
    'an operator that is not for cohorts',
    { name: 'a', ...values({ type: 'cohort', key: 'id', value: 1, operator: 'gt' }) },
    `${V}.0.operator`,
  ],
  [
    'groups nested too deep',
    { name: 'a', filters: { properties: nested(6) } },
    `${V}.0.values.0.values.0.values.0.values.0.type`,
  ],
  ['too many values', { name: 'a', ...values(...Array.from({ length: 101 }, () => ok)) }, V],
  ['a NUL character', { name: 'a\0b', ...values(ok) }, 'name'],
  ['a list', [], null],
])('creating with %s is refused', async (_what, body, attr, code = 'invalid_input') => {
  const before = (await serin.ask('GET', COHORTS)).body.count;
  const refused = await serin.ask('POST', COHORTS, body);
  expect(refused).toMatchObject({ status: 400, body: { code, attr } });
  expect(refused.body).toHaveProperty('request_id');
  expect((await serin.ask('GET', COHORTS)).body.count).toBe(before);
});

test('groups as deep as allowed are taken', async () => {
  const body = { name: 'deep', filters: { properties: nested(5) } };
  expect((await serin.ask('POST', COHORTS, body)).status).toBe(201);
});

test('a body nested a hundred thousand deep is refused without harm', async () => {
  const deep = '{"type":"AND","values":['.repeat(30_000) + ']}'.repeat(30_000);
  const answer = await serin.inject({
    method: 'POST',
    url: COHORTS,
    headers: { authorization: `Bearer ${serin.apiKey}`, 'content-type': 'application/json' },
    payload: `{"name":"a","filters":{"properties":${deep}}}`,
  });
  expect(answer.statusCode).toBe(400);
});

type Refusal = [string, () => [string, unknown], number, object];
test.each<Refusal>([
  [
    'turning a dynamic one static',
    () => [`${dynamicId}/`, { is_static: true }],
    400,
    { attr: 'is_static' },
  ],
  ['giving a static one filters', () => [`${staticId}/`, values(ok)], 400, { attr: 'filters' }],
  [
    'asking for itself',
    () => [`${dynamicId}/`, values({ type: 'cohort', key: 'id', value: dynamicId })],
    400,
    { attr: 'filters.properties' },
  ],
  ['an unknown cohort', () => ['987654/', { name: 'a' }], 404, { code: 'not_found' }],
  ['a cohort named by a word', () => ['pro/', { name: 'a' }], 400, { attr: 'cohort' }],
  [
    'listing people in a dynamic one',
    () => [`${dynamicId}/add_persons_to_static_cohort/`, { distinct_ids: ['a'] }],
    400,
    { code: 'invalid_input' },
  ],
  [
    'listing nobody',
    () => [`${staticId}/add_persons_to_static_cohort/`, {}],
    400,
    { code: 'required', attr: 'distinct_ids' },
  ],
  [
    'an unknown person',
    () => [
      `${staticId}/add_persons_to_static_cohort/`,
      { person_ids: ['00000000-0000-4000-8000-000000000000'] },
    ],
    404,
    { code: 'not_found' },
  ],
  [
    'a person that is no UUID',
    () => [`${staticId}/add_persons_to_static_cohort/`, { person_ids: ['ada'] }],
    400,
    { attr: 'person_ids.0' },
  ],
  [
    'too many at once',
    () => [
      `${staticId}/add_persons_to_static_cohort/`,
      { distinct_ids: Array.from({ length: 10_001 }, (_, i) => `u${i}`) },
    ],
    400,
    { attr: 'distinct_ids' },
  ],
  [
    'taking nobody off',
    () => [`${staticId}/remove_person_from_static_cohort/`, {}],
    400,
    { code: 'required' },
  ],
])('%s is refused', async (_what, request, status, body) => {
  const [path, sent] = request();
  expect(await serin.ask('PATCH', `${COHORTS}${path}`, sent)).toMatchObject({ status, body });
});

test('a flag cannot ask for a cohort that is not there, or in a set by group', async () => {
  const flag = (fields: object) =>
    serin.ask('POST', '/api/projects/@current/feature_flags/', {
      key: 'refused',
      filters: {
        groups: [{ properties: [{ key: 'id', type: 'cohort', value: dynamicId }], ...fields }],
      },
    });
  expect(await flag({ aggregation_group_type_index: 0 })).toMatchObject({
    status: 400,
    body: { attr: 'filters.groups.0.properties.0.type' },
  });
  const unknown = { properties: [{ key: 'id', type: 'cohort', value: 987_654 }] };
  expect(await flag(unknown)).toMatchObject({
    status: 400,
    body: { attr: 'filters.groups.0.properties.0.value' },
  });
});

test('cohorts that would multiply beyond bounds are refused', async () => {
  let last = { status: 201, body: { id: dynamicId, detail: '', attr: '' } };
  for (let depth = 0; depth < 12 && last.status === 201; depth += 1) {
    const twice = { type: 'cohort', key: 'id', value: last.body.id };
    last = await serin.ask('POST', COHORTS, { name: `x${depth}`, ...values(twice, twice) });
  }
  expect(last).toMatchObject({ status: 400, body: { attr: 'filters.properties' } });
  expect(last.body.detail).toContain('too many conditions');
});

test('without the scope nothing is shown or changed', async () => {
  const asked = await serin.inject({ method: 'GET', url: COHORTS });
  expect(asked.statusCode).toBe(401);
});
