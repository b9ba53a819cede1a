import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { codecs } from './codecs.client.ts';
import { LIMITS, decodeBody } from './decode.ts';
import type { NormalizeContext, NormalizedEvent } from './event.ts';
import { normalizeEvent } from './normalize.ts';
import { readPayload } from './payload.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const UUID = '01a1f921-288b-7738-869e-a9b17bc3b697';
const MADE = '00000000-0000-4000-8000-000000000000';
const CONTEXT: NormalizeContext = {
  receivedAtMs: NOW,
  sentAt: undefined,
  makeUuid: (seed) => (seed === undefined ? MADE : `derived:${seed}`),
  requestId: 'r1',
};

function normalize(raw: unknown, context = CONTEXT) {
  return normalizeEvent(raw, context);
}

function stored(raw: Record<string, unknown>, context = CONTEXT): NormalizedEvent {
  const result = normalize({ event: 'e', distinct_id: 'u', ...raw }, context);
  if (result.kind !== 'event') throw new Error(JSON.stringify(result));
  return result.event;
}

function warningsOf(raw: Record<string, unknown>): string[] {
  const result = normalize({ event: 'e', distinct_id: 'u', ...raw });
  if (result.kind !== 'event') throw new Error(JSON.stringify(result));
  return result.warnings.map((warning) => warning.kind);
}

test.each<[unknown, string, string | undefined]>([
  ['text', 'event_not_an_object', undefined],
  [{ distinct_id: 'u' }, 'event_name_missing', 'event'],
  [{ event: 7, distinct_id: 'u' }, 'event_name_missing', 'event'],
  [{ event: ' ', distinct_id: 'u' }, 'event_name_missing', 'event'],
  [{ event: 'e' }, 'distinct_id_missing', 'distinct_id'],
  [{ event: 'e', distinct_id: ' ' }, 'distinct_id_missing', 'distinct_id'],
  [{ event: 'e', distinct_id: 'u', uuid: 'abc' }, 'uuid_invalid', 'uuid'],
  [{ event: 'e', distinct_id: 'u', properties: [] }, 'properties_invalid', 'properties'],
])('cannot use %j', (raw, kind, attr) => {
  const problem = { kind, ...(attr === undefined ? {} : { attr }) };
  expect(normalize(raw)).toMatchObject({ kind: 'invalid', problem });
});

test('finds the distinct id in all its places and types', () => {
  expect(stored({ distinct_id: 42 }).distinctId).toBe('42');
  expect(stored({ distinct_id: undefined, $distinct_id: 'a' }).distinctId).toBe('a');
  expect(stored({ distinct_id: undefined, properties: { distinct_id: 'b' } }).distinctId).toBe('b');
  const long = '𝄞'.repeat(300);
  expect([...stored({ distinct_id: long }).distinctId]).toHaveLength(200);
  expect(warningsOf({ distinct_id: long })).toEqual(['distinct_id_too_long']);
});

test('keeps a given uuid, derives one from $insert_id, else makes one', () => {
  expect(stored({ uuid: UUID.toUpperCase() }).uuid).toBe(UUID);
  expect(stored({ uuid: UUID.replaceAll('-', '') }).uuid).toBe(UUID);
  expect(stored({ uuid: '' }).uuid).toBe(MADE);
  const resent = { timestamp: '2026-11-20T11:00:00Z', properties: { $insert_id: 'i1' } };
  expect(stored(resent).uuid).toMatch(/^derived:/);
  expect(stored(resent).uuid).toBe(stored(resent).uuid);
  expect(stored({ ...resent, event: 'f' }).uuid).not.toBe(stored(resent).uuid);
});

test('joins $set from both places, the outer one winning', () => {
  const event = stored({
    $set: { a: 1, b: 1 },
    $set_once: { c: null },
    $unset: ['x', 5],
    properties: { $set: { b: 2, d: 2 } },
  });
  expect(event.person).toMatchObject({
    set: { a: 1, b: 1, d: 2 },
    setOnce: { c: null },
    unset: ['x'],
  });
  expect(event.properties).toMatchObject({ $set: { a: 1, b: 1, d: 2 }, $set_once: { c: null } });
});

test('without a profile nothing is set on the person', () => {
  const event = stored({
    $set: { a: 1 },
    properties: { $process_person_profile: false, $set_once: { b: 1 }, $unset: ['c'] },
  });
  expect(event.person).toMatchObject({ processing: 'none' });
  expect(event.person.set).toBeUndefined();
  expect(event.properties).toEqual({ $process_person_profile: false });
});

test.each(['$identify', '$create_alias', '$merge_dangerously', '$groupidentify'])(
  'drops %s when profiles are off',
  (name) => {
    expect(
      normalize({ event: name, distinct_id: 'u', properties: { $process_person_profile: false } }),
    ).toMatchObject({
      kind: 'dropped',
      problem: { kind: 'invalid_event_when_process_person_profile_is_false' },
    });
  },
);

test('takes an odd $process_person_profile as true, with a warning', () => {
  const raw = { properties: { $process_person_profile: 'no' } };
  expect(stored(raw).person.processing).toBe('default');
  expect(warningsOf(raw)).toEqual(['invalid_process_person_profile']);
});

test.each(['$snapshot', '$$heatmap'])('drops %s quietly', (event) => {
  expect(normalize({ event, properties: { $session_id: 's' } })).toMatchObject({
    kind: 'dropped',
    problem: undefined,
  });
});

test('strips the SDK book-keeping and the token', () => {
  const event = stored({
    properties: {
      token: 'phc_x',
      $sdk_debug_x: 1,
      $feature_flag_payloads: {},
      $lib_rate_limit_remaining_tokens: 9,
      $config_defaults: 'x',
      $heatmap_data: { 'https://shop.test/': [] },
      kept: 1,
      nothing: null,
    },
  });
  expect(event.properties).toEqual({ kept: 1, nothing: null });
});

test('lifts flags, groups and session out of the properties', () => {
  const event = stored({
    event: '$feature_flag_called',
    properties: {
      $feature_flag: 'checkout',
      $feature_flag_response: 'green',
      '$feature/checkout': 'green',
      '$feature/off': false,
      '$feature/on': true,
      '$feature/odd': null,
      $groups: { company: 'acme', team: 7, empty: '' },
      $session_id: 's1',
    },
  });
  expect(event).toMatchObject({
    flag: 'checkout',
    flagResponse: 'green',
    flags: { checkout: 'green', off: 'false', on: 'true' },
    groups: { company: 'acme', team: '7' },
    sessionId: 's1',
  });
  expect(stored({ properties: { $feature_flag: 'x' } }).flag).toBe('');
  const missing = stored({ event: '$feature_flag_called', properties: { $feature_flag: 'x' } });
  expect(missing.flagResponse).toBe('');
});

test('reads merges, aliases and groups', () => {
  const identify = { event: '$identify', properties: { $anon_distinct_id: 'anon' } };
  expect(stored(identify).person.otherId).toBe('anon');
  expect(stored({ event: '$create_alias', properties: { alias: 7 } }).person.otherId).toBe('7');
  expect(stored({ properties: { alias: 'x' } }).person.otherId).toBeUndefined();
  const group = {
    event: '$groupidentify',
    properties: { $group_type: 'company', $group_key: 5, $group_set: { tier: 'gold' } },
  };
  expect(stored(group).person.group).toEqual({ type: 'company', key: '5', set: { tier: 'gold' } });
});

test('bounds names, numbers and depth of properties', () => {
  let deep: unknown = 1;
  for (let i = 0; i < 40; i += 1) deep = { deep };
  const many = Object.fromEntries(Array.from({ length: 1100 }, (_, i) => [`p${i}`, i]));
  const event = stored({ properties: { deep, ['n'.repeat(201)]: 1, ...many } });
  expect(Object.keys(event.properties)).toHaveLength(1000);
  expect(warningsOf({ properties: { deep, ['n'.repeat(201)]: 1, ...many } })).toEqual([
    'property_too_deep',
    'property_name_too_long',
    'too_many_properties',
  ]);
});

test('survives whatever JSON may hold in any field', () => {
  const depth = 50_000;
  const bomb: unknown = JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
  const odd = { toString: 1, ['__proto__']: 1 };
  const fields = ['event', 'uuid', 'timestamp', 'offset', 'sent_at', '$set', '$unset', 'options'];
  const inner = ['$anon_distinct_id', '$set', '$groups', '$insert_id', '$session_id', '$set_once'];
  for (const value of [bomb, odd, true, Infinity, [], {}]) {
    const outer = [...fields, 'distinct_id', 'properties'].map((field) =>
      normalize({ event: 'e', distinct_id: 'u', [field]: value }),
    );
    const within = inner.map((field) =>
      normalize({ event: '$identify', distinct_id: 'u', properties: { [field]: value } }),
    );
    for (const result of [...outer, ...within]) expect(result.kind).toBeTypeOf('string');
  }
});

test('notes the original time when it was corrected by more than a minute', () => {
  const context = { ...CONTEXT, sentAt: '2026-11-20T09:00:00Z' };
  const event = stored({ timestamp: '2026-11-20T08:59:00Z' }, context);
  expect(event.atMs).toBe(NOW - 60_000);
  expect(event.properties).toEqual({ $original_timestamp: '2026-11-20T08:59:00Z' });
  const close = { ...CONTEXT, sentAt: '2026-11-20T11:59:59Z' };
  expect(stored({ timestamp: '2026-11-20T11:59:00Z' }, close).properties).toEqual({});
});

test('gives visitors who refuse cookies one id per request and no profile', () => {
  const event = stored({ distinct_id: '$posthog_cookieless' });
  expect(event.distinctId).toBe('cookieless_r1');
  expect(event.person.processing).toBe('none');
});

test('puts the fields that capture v1 moved back', () => {
  const context = { ...CONTEXT, v1: { library: 'posthog-node', libraryVersion: '5.70.0' } };
  const event = stored(
    {
      session_id: 's',
      window_id: 'w',
      options: { process_person_profile: false, disable_skew_correction: true },
      timestamp: '2026-11-20T08:00:00Z',
    },
    { ...context, sentAt: '2026-11-20T09:00:00Z' },
  );
  expect(event.properties).toEqual({
    $session_id: 's',
    $window_id: 'w',
    $process_person_profile: false,
    $lib: 'posthog-node',
    $lib_version: '5.70.0',
  });
  expect(event).toMatchObject({ sessionId: 's', person: { processing: 'none' } });
  expect(event.atMs).toBe(NOW - 4 * 3_600_000);
  expect(stored({ distinct_id: 'null' }, context).person.processing).toBe('none');
});

test('normalises a recorded identify of posthog-js', async () => {
  const body = readFileSync(new URL('./fixtures/1.449.2-identify-gzip.raw', import.meta.url));
  const payload = readPayload(await decodeBody({ body, query: {} }, LIMITS.event, codecs));
  expect(payload.token).toBe('phc_prooftoken');
  const result = normalize(payload.events[0], { ...CONTEXT, sentAt: payload.sentAt });
  expect(result).toMatchObject({
    kind: 'event',
    warnings: [],
    event: {
      uuid: UUID,
      event: '$identify',
      distinctId: 'user-42',
      flags: { 'new-checkout': 'true', 'button-color': 'green', 'off-flag': 'false' },
      person: {
        processing: 'default',
        otherId: '01a1f921-0c8f-74ea-90ce-76b3769beda4',
        set: { email: 'jane@example.com', plan: 'pro' },
      },
    },
  });
  expect(result.kind === 'event' && result.event.properties).not.toHaveProperty('token');
});
