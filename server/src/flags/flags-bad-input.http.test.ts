import { afterAll, beforeAll, expect, test } from 'vitest';
import { API_KEY, BASE, type FlagsApi, startFlagsApi } from '#app/test-flags';

let api: FlagsApi;

beforeAll(async () => {
  api = await startFlagsApi();
});

afterAll(async () => {
  await api.close();
});

const everyone = { groups: [{ properties: [], rollout_percentage: 100 }] };
const property = (fields: object) => ({ groups: [{ properties: [{ key: 'k', ...fields }] }] });
const variants = (...weights: number[]) =>
  weights.map((weight, i) => ({ key: `v${i}`, rollout_percentage: weight }));
const P = 'filters.groups.0.properties.0';

test.each<[string, object, string]>([
  ['unknown operator', property({ operator: 'sounds_like', value: 1 }), `${P}.operator`],
  ['unknown field in a property', property({ operatr: 'gt', value: 1 }), `${P}.operatr`],
  ['unknown property type', property({ type: 'planet', value: 1 }), `${P}.type`],
  ['operator for cohorts', property({ operator: 'in', value: 1 }), `${P}.operator`],
  ['no value', property({ operator: 'gt' }), `${P}.value`],
  ['empty list', property({ value: [] }), `${P}.value`],
  ['list where one value belongs', property({ operator: 'icontains', value: ['a'] }), `${P}.value`],
  ['invalid regex', property({ operator: 'regex', value: '(' }), `${P}.value`],
  ['lookahead', property({ operator: 'not_regex', value: '(?=a)b' }), `${P}.value`],
  ['backreference', property({ operator: 'regex', value: '(a)\\1' }), `${P}.value`],
  ['costly regex', property({ operator: 'regex', value: '[a-z]{500}'.repeat(3) }), `${P}.value`],
  ['not a number', property({ operator: 'lt', value: 'ten' }), `${P}.value`],
  ['range upside down', property({ operator: 'between', value: [5, 1] }), `${P}.value`],
  ['not a date', property({ operator: 'is_date_after', value: '30/02/2026' }), `${P}.value`],
  ['not a version', property({ operator: 'semver_gt', value: 'latest' }), `${P}.value`],
  ['not a wildcard', property({ operator: 'semver_wildcard', value: '1.*.3' }), `${P}.value`],
  ['unknown cohort', property({ type: 'cohort', key: 'id', value: 12 }), `${P}.value`],
  ['unknown flag', property({ type: 'flag', key: 'nowhere', value: true }), `${P}.key`],
  ['no group type', property({ type: 'group', value: 'x' }), `${P}.group_type_index`],
  ['object as value', property({ value: { a: 1 } }), `${P}.value`],
  ['long value', property({ value: 'x'.repeat(2001) }), `${P}.value`],
  [
    'more than everyone',
    { groups: [{ rollout_percentage: 101 }] },
    'filters.groups.0.rollout_percentage',
  ],
  [
    'less than nobody',
    { groups: [{ rollout_percentage: -1 }] },
    'filters.groups.0.rollout_percentage',
  ],
  [
    'percentage as text',
    { groups: [{ rollout_percentage: '50' }] },
    'filters.groups.0.rollout_percentage',
  ],
  ['misspelt percentage', { groups: [{ rollout_percent: 5 }] }, 'filters.groups.0.rollout_percent'],
  ['unknown field', { groups: [], early_exits: true }, 'filters.early_exits'],
  ['too many sets', { groups: Array.from({ length: 201 }, () => ({})) }, 'filters.groups'],
  [
    'weights below 100',
    { groups: [], multivariate: { variants: variants(50, 49) } },
    'filters.multivariate.variants',
  ],
  [
    'weights above 100',
    { groups: [], multivariate: { variants: variants(50, 50.1) } },
    'filters.multivariate.variants',
  ],
  ['no variants', { groups: [], multivariate: { variants: [] } }, 'filters.multivariate.variants'],
  [
    'a variant twice',
    {
      groups: [],
      multivariate: { variants: [...variants(50), { key: 'v0', rollout_percentage: 50 }] },
    },
    'filters.multivariate.variants.1.key',
  ],
  [
    'override of no variant',
    { groups: [{ variant: 'nope' }], multivariate: { variants: variants(100) } },
    'filters.groups.0.variant',
  ],
  ['payload of no variant', { groups: [], payloads: { blue: 1 } }, 'filters.payloads.blue'],
  ['payload not JSON', { groups: [], payloads: { true: '{hex' } }, 'filters.payloads.true'],
  [
    'payload too long',
    { groups: [], payloads: { true: `"${'x'.repeat(100_000)}"` } },
    'filters.payloads.true',
  ],
])('bad filters, %s: 400 naming the field, nothing written', async (_name, filters, attr) => {
  const key = 'bad';
  const { status, body } = await api.ask('POST', '', { key, filters });
  expect([status, body.type, body.attr], JSON.stringify(body)).toEqual([
    400,
    'validation_error',
    attr,
  ]);
  expect(body.detail).not.toBe('');
  expect((await api.ask('GET', `${key}/`)).status).toBe(404);
});

test.each<[string, object, string, string]>([
  ['no key', {}, 'required', 'key'],
  ['key with a space', { key: 'new checkout' }, 'invalid_input', 'key'],
  ['key too long', { key: 'k'.repeat(401) }, 'invalid_input', 'key'],
  ['key not a text', { key: 5 }, 'invalid_input', 'key'],
  ['active as text', { key: 'ok', active: 'true' }, 'invalid_input', 'active'],
  ['unknown field', { key: 'ok', activ: true }, 'invalid_input', 'activ'],
  [
    'unknown runtime',
    { key: 'ok', evaluation_runtime: 'edge' },
    'invalid_input',
    'evaluation_runtime',
  ],
  ['filters not an object', { key: 'ok', filters: [] }, 'invalid_input', 'filters'],
  [
    'secrets',
    { key: 'ok', has_encrypted_payloads: true },
    'invalid_input',
    'has_encrypted_payloads',
  ],
  [
    'conditions that would do nothing',
    { key: 'ok', rollback_conditions: [{ threshold: 1 }] },
    'invalid_input',
    'rollback_conditions',
  ],
  ['unknown value type', { key: 'ok', value_type: 'json' }, 'invalid_input', 'value_type'],
  ['source without type', { key: 'ok', value_source: 'payload' }, 'invalid_input', 'value_source'],
  [
    'payload of another type',
    { key: 'ok', value_type: 'object', filters: { ...everyone, payloads: { true: '[]' } } },
    'invalid_input',
    'filters.payloads.true',
  ],
  [
    'percentage twice',
    { key: 'ok', rollout_percentage: 5, filters: everyone },
    'invalid_input',
    'rollout_percentage',
  ],
])('bad flag, %s', async (_name, fields, code, attr) => {
  const { status, body } = await api.ask('POST', '', fields);
  expect([status, body.code, body.attr], JSON.stringify(body)).toEqual([400, code, attr]);
});

test('a key that is taken is refused with unique', async () => {
  const flag = await api.create();
  const { status, body } = await api.ask('POST', '', { key: flag.key });
  expect([status, body.code, body.attr]).toEqual([400, 'unique', 'key']);
  const other = await api.create();
  const renamed = await api.ask('PATCH', `${other.id}/`, { key: flag.key });
  expect([renamed.status, renamed.body.code]).toEqual([400, 'unique']);
});

test('a refused change leaves flag, version and history as they were', async () => {
  const flag = await api.create({ filters: everyone });
  const bad = { name: 'half', active: false, filters: property({ operator: 'regex', value: '(' }) };
  expect((await api.ask('PATCH', `${flag.id}/`, bad)).status).toBe(400);
  expect((await api.ask('GET', `${flag.id}/`)).body).toEqual(flag);
  expect((await api.ask('GET', `${flag.id}/activity/`)).body.count).toBe(1);
});

test('malformed JSON, hostile nesting, unknown environment, foreign key', async () => {
  const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };
  const malformed = await api.app.inject({
    method: 'POST',
    url: BASE,
    headers,
    payload: '{"key":',
  });
  expect([malformed.statusCode, malformed.json().code]).toEqual([400, 'invalid_payload']);
  const nested = `{"key":"deep","filters":{"groups":[],"payloads":{"true":${'['.repeat(200_000)}${']'.repeat(200_000)}}}}`;
  const deep = await api.app.inject({ method: 'POST', url: BASE, headers, payload: nested });
  expect([deep.statusCode, deep.json().attr]).toEqual([400, 'filters.payloads.true']);
  const nowhere = await api.ask('GET', '?environment=moon');
  expect([nowhere.status, nowhere.body.attr]).toEqual([400, 'environment']);
  expect((await api.app.inject({ method: 'GET', url: BASE })).statusCode).toBe(401);
  expect((await api.ask('GET', '999999999/')).status).toBe(404);
  expect((await api.ask('GET', '99999999999999/')).status).toBe(404);
});
