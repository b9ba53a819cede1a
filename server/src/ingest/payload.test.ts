import { expect, test } from 'vitest';
import { type PayloadSource, readPayload } from './payload.ts';

const EVENT = { event: 'e', distinct_id: 'u' };

test.each<[string, unknown, PayloadSource]>([
  ['a batch with api_key', { api_key: 'phc_t', batch: [EVENT] }, {}],
  ['a batch with token', { token: 'phc_t', batch: [EVENT] }, {}],
  ['a list', [{ ...EVENT, properties: { token: 'phc_t' } }], {}],
  ['one event', { ...EVENT, api_key: 'phc_t' }, {}],
  ['one event with $token', { ...EVENT, $token: 'phc_t' }, {}],
  ['the query', EVENT, { query: { token: 'phc_t' } }],
  ['the query as api_key', [EVENT], { query: { api_key: 'phc_t' } }],
  ['a bearer', { batch: [EVENT] }, { bearerToken: 'phc_t' }],
  [
    'several equal places',
    { api_key: 'phc_t', batch: [{ ...EVENT, properties: { token: 'phc_t' } }] },
    { query: { token: 'phc_t' } },
  ],
])('finds the token in %s', (_name, body, source) => {
  const payload = readPayload(body, source);
  expect(payload.token).toBe('phc_t');
  expect(payload.events).toHaveLength(1);
});

test.each<[string, unknown, RegExp]>([
  ['none', EVENT, /no project token/],
  ['a number', { ...EVENT, api_key: 5 }, /not a token/],
  ['unprintable text', { ...EVENT, api_key: 'phc_\u0007' }, /not a token/],
  ['a personal key', { ...EVENT, api_key: 'phx_secret' }, /secret key/],
  ['different ones', [{ token: 'phc_a' }, { token: 'phc_b' }], /different project tokens/],
])('refuses a token that is %s', (_name, body, detail) => {
  expect(() => readPayload(body)).toThrow(
    expect.objectContaining({ code: 'invalid_api_key', message: expect.stringMatching(detail) }),
  );
});

test.each<[string, unknown, string | null]>([
  ['text', 'hello', null],
  ['null', null, null],
  ['a batch that is no list', { api_key: 'phc_t', batch: {} }, 'batch'],
  ['an empty batch', { api_key: 'phc_t', batch: [] }, null],
])('refuses %s', (_name, body, attr) => {
  expect(() => readPayload(body)).toThrow(
    expect.objectContaining({ code: 'invalid_payload', attr }),
  );
});

test('refuses more events than a request may have', () => {
  const batch = Array.from({ length: 50_001 }, () => 0);
  expect(() => readPayload({ api_key: 'phc_t', batch })).toThrow(
    expect.objectContaining({ code: 'payload_too_large', attr: 'batch' }),
  );
});

test('takes sending times from the envelope, the query or the header', () => {
  const body = { ...EVENT, api_key: 'phc_t' };
  expect(readPayload({ ...body, sent_at: '2026-01-01T00:00:00Z' }).sentAt).toBe(
    '2026-01-01T00:00:00Z',
  );
  expect(readPayload(body, { query: { _: '1795182461111' } }).sentAt).toBe('1795182461111');
  expect(readPayload(body, { sentAt: '2026-02-02T00:00:00Z' }).sentAt).toBe('2026-02-02T00:00:00Z');
  const history = readPayload({ ...body, sent_at: 'now', historical_migration: true });
  expect(history).toMatchObject({ isHistorical: true, sentAt: undefined });
});

test('reads an old people update as an identify', () => {
  const body = { token: 'phc_t', $distinct_id: 'u', $set: { plan: 'pro' } };
  expect(readPayload(body).events[0]).toMatchObject({ event: '$identify', $set: { plan: 'pro' } });
});
