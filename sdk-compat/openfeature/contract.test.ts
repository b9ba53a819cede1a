// What OFREP's client library makes of every answer: the table of js-sdk-contrib's own tests
// (libs/shared/ofrep-core/src/test/handlers.ts), asked of a running Serin.
import { OFREPApi } from '@openfeature/ofrep-core';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { ErrorCode, type EvaluationContext, OpenFeature } from '@openfeature/server-sdk';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type FlagKeys, createFlags } from './flags.ts';
import { type Relay, openRelay } from './relay.ts';

const serin = inject('serin');
const someone = { targetingKey: 'someone' };
let keys: FlagKeys;
let relay: Relay;

beforeAll(async () => {
  keys = await createFlags(serin, 'contract');
  relay = await openRelay(serin.url);
});

afterAll(async () => {
  await OpenFeature.close();
  await relay.close();
});

const auth = (token = serin.projectToken) => ({ Authorization: `Bearer ${token}` });

/** The library with a body of ours instead of its own. */
const sending = (body?: string, contentType?: string) =>
  new OFREPApi(serin.url, (request: Request | URL | string) => {
    const headers = new Headers((request as Request).headers);
    if (contentType) headers.set('Content-Type', contentType);
    return fetch(request as Request, body === undefined ? { headers } : { body, headers });
  });

test.each<[string, string | undefined, (k: FlagKeys) => string, EvaluationContext, number, string]>(
  [
    ['malformed JSON', '{"context":', (k) => k.boolean, someone, 400, 'PARSE_ERROR'],
    ['no object', '[]', (k) => k.boolean, someone, 400, 'PARSE_ERROR'],
    [
      'a context of another type',
      '{"context":1}',
      (k) => k.boolean,
      someone,
      400,
      'INVALID_CONTEXT',
    ],
    [
      'a targeting key of another type',
      '{"context":{"targetingKey":{}}}',
      (k) => k.boolean,
      someone,
      400,
      'INVALID_CONTEXT',
    ],
    ['no targeting key', undefined, (k) => k.half, {}, 400, 'TARGETING_KEY_MISSING'],
    ['an unknown flag', undefined, () => 'nowhere', someone, 404, 'FLAG_NOT_FOUND'],
  ],
)('single, %s', async (_name, body, keyOf, context, status, errorCode) => {
  const key = keyOf(keys);
  const answer = await sending(body).postEvaluateFlags(key, { context }, { headers: auth() });
  expect(answer).toMatchObject({ httpStatus: status, value: { key, errorCode } });
  expect(answer.httpResponse?.headers.get('content-type')).toBe('application/json; charset=utf-8');
});

test('single, all is well, with any content type', async () => {
  for (const type of [undefined, 'text/plain', 'application/json']) {
    const api = sending(undefined, type);
    const answer = await api.postEvaluateFlags(
      keys.text,
      { context: someone },
      { headers: auth() },
    );
    expect(answer).toMatchObject({
      httpStatus: 200,
      value: { key: keys.text, value: 'green', variant: 'green', reason: 'STATIC' },
    });
  }
});

test('single and bulk, 401 for an unknown key and for none', async () => {
  const api = sending();
  for (const headers of [auth('phc_nobody'), {}]) {
    const options = { headers };
    await expect(api.postEvaluateFlags(keys.boolean, {}, options)).rejects.toMatchObject({
      name: 'OFREPApiUnauthorizedError',
    });
    await expect(api.postBulkEvaluateFlags({}, options)).rejects.toMatchObject({
      name: 'OFREPApiUnauthorizedError',
    });
  }
});

test('bulk: values and failures in one answer, an ETag, then 304', async () => {
  const api = sending();
  const answer = await api.postBulkEvaluateFlags({ context: {} }, { headers: auth() });
  const { flags } = answer.value as unknown as { flags: { key: string }[] };
  const byKey = new Map(flags.map((flag) => [flag.key, flag]));
  expect(byKey.get(keys.object)).toMatchObject({ value: { bg: { r: 0 } }, variant: 'dark' });
  expect(byKey.get(keys.off)).toMatchObject({ value: false, reason: 'DISABLED' });
  expect(byKey.get(keys.half)).toMatchObject({ errorCode: 'TARGETING_KEY_MISSING' });
  const etag = answer.httpResponse?.headers.get('etag') ?? '';
  expect(etag).toMatch(/^".+"$/);
  const again = await api.postBulkEvaluateFlags(
    { context: {} },
    { headers: { ...auth(), 'If-None-Match': etag } },
  );
  expect(again.httpStatus).toBe(304);
  const bad = await sending('{').postBulkEvaluateFlags({}, { headers: auth() });
  expect(bad).toMatchObject({ httpStatus: 400, value: { errorCode: 'PARSE_ERROR' } });
});

test('a limit on the way pauses the provider for as many seconds as it says', async () => {
  await OpenFeature.setProviderAndWait(
    'limited',
    new OFREPProvider({ baseUrl: relay.url, headers: auth() }),
  );
  const client = OpenFeature.getClient('limited');
  relay.refuse(429, { 'retry-after': '2' });
  const details = () => client.getBooleanDetails(keys.boolean, false, someone);
  expect(await details()).toMatchObject({ value: false, errorCode: ErrorCode.GENERAL });
  relay.refuse();
  const asked = relay.evaluations.length;
  expect((await details()).errorMessage).toContain('paused');
  expect(relay.evaluations).toHaveLength(asked);
  await expect.poll(async () => (await details()).value).toBe(true);
});
