import { expect, test } from 'vitest';
import { parseFlagsRequest } from './flags-request.ts';

const errorOf = (body: unknown) => {
  try {
    parseFlagsRequest(body as never);
  } catch (error) {
    return (error as { toBody(): { code: string; attr: string | null } }).toBody();
  }
  return undefined;
};

test('reads the body of posthog-js after a login', () => {
  const request = parseFlagsRequest({
    token: 'phc_a',
    distinct_id: 'user-42',
    groups: { company: 'acme', seat: 7 },
    $anon_distinct_id: 'anon-1',
    person_properties: { plan: 'pro', $initial_utm_source: null },
    group_properties: { company: { tier: 'gold' }, broken: 1 },
    timezone: 'UTC',
    $device_id: 'dev-1',
  });
  expect(request).toMatchObject({
    token: 'phc_a',
    distinctId: 'user-42',
    anonymousId: 'anon-1',
    deviceId: 'dev-1',
    groups: { company: 'acme', seat: '7' },
    personProperties: { plan: 'pro' },
    groupProperties: { company: { tier: 'gold' } },
    flagKeys: undefined,
  });
  expect(request.groupProperties).not.toHaveProperty('broken');
});

test('knows the field names of other SDKs', () => {
  const request = parseFlagsRequest({
    api_key: 'phc_b',
    $distinct_id: 12,
    $groups: { company: 'x' },
    $properties: { a: 1 },
    device_id: null,
    anon_distinct_id: 'before',
    flag_keys: ['one'],
    evaluation_environments: ['beta'],
    evaluation_runtime: 'server',
  });
  expect(request).toMatchObject({
    token: 'phc_b',
    distinctId: '12',
    anonymousId: 'before',
    deviceId: undefined,
    groups: { company: 'x' },
    personProperties: { a: 1 },
    flagKeys: ['one'],
    evaluationContexts: ['beta'],
    runtime: 'server',
  });
});

test('flag_keys_to_evaluate wins over flag_keys', () => {
  expect(
    parseFlagsRequest({ distinct_id: 'u', flag_keys: ['b'], flag_keys_to_evaluate: ['a'] })
      .flagKeys,
  ).toEqual(['a']);
});

test('an empty distinct id is allowed, a missing one is not', () => {
  expect(parseFlagsRequest({ distinct_id: '' }).distinctId).toBe('');
  expect(errorOf({ token: 't' })).toMatchObject({ code: 'required', attr: 'distinct_id' });
  expect(errorOf({ distinct_id: null })).toMatchObject({ code: 'required', attr: 'distinct_id' });
});

test('long distinct ids are cut at 200 scalars, never inside one', () => {
  const request = parseFlagsRequest({ distinct_id: '😀'.repeat(300) });
  expect(request.distinctId).toBe('😀'.repeat(200));
});

test.each([
  [[], 'invalid_payload', null],
  ['text', 'invalid_payload', null],
  [null, 'invalid_payload', null],
  [{ distinct_id: {} }, 'invalid_input', 'distinct_id'],
  [{ distinct_id: 'u', groups: [] }, 'invalid_input', 'groups'],
  [{ distinct_id: 'u', person_properties: 'x' }, 'invalid_input', 'person_properties'],
  [{ distinct_id: 'u', group_properties: 3 }, 'invalid_input', 'group_properties'],
  [{ distinct_id: 'u', flag_keys: 'one' }, 'invalid_input', 'flag_keys'],
  [{ distinct_id: 'u', flag_keys_to_evaluate: [1] }, 'invalid_input', 'flag_keys_to_evaluate'],
])('refuses %j', (body, code, attr) => {
  expect(errorOf(body)).toMatchObject({ code, attr });
});

test('a group type named like an object method is data, nothing else', () => {
  const request = parseFlagsRequest(
    JSON.parse('{"distinct_id":"u","groups":{"__proto__":"a","constructor":"b"}}') as never,
  );
  expect(request.groups['__proto__']).toBe('a');
  expect(request.groups['constructor']).toBe('b');
  expect(({} as Record<string, unknown>)['a']).toBeUndefined();
});
