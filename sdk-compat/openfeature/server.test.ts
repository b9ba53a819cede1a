// OpenFeature's server SDK with its OFREP provider, as installed from npm. Numbers are those of the requirements in
// open-feature/spec, section 1 (flag evaluation API).
import { OFREPProvider } from '@openfeature/ofrep-provider';
import {
  type Client,
  ErrorCode,
  type EvaluationContext,
  type Hook,
  OpenFeature,
  ProviderStatus,
  StandardResolutionReasons as Reason,
} from '@openfeature/server-sdk';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { changeFlag, createFlag, eventsArrived, listEvents, unique } from '../management.ts';
import { type FlagKeys, createFlags } from './flags.ts';

const serin = inject('serin');
const headers = { Authorization: `Bearer ${serin.projectToken}` };
const someone: EvaluationContext = { targetingKey: 'someone' };
const pro: EvaluationContext = { targetingKey: 'someone', plan: 'pro' };
let keys: FlagKeys;
let client: Client;

beforeAll(async () => {
  keys = await createFlags(serin, 'of');
  await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl: serin.url, headers }));
  client = OpenFeature.getClient();
});

afterAll(() => OpenFeature.close());

test('1.1.2, 1.1.3, 1.1.5: the default provider, one per domain, and what they are called', async () => {
  const name = 'OpenFeature Remote Evaluation Protocol Server';
  expect(OpenFeature.providerMetadata.name).toBe(name);
  const wrong = new OFREPProvider({ baseUrl: serin.url, headers: { 'X-API-Key': 'phc_nobody' } });
  await OpenFeature.setProviderAndWait('wrong-key', wrong);
  expect(OpenFeature.getProviderMetadata('wrong-key').name).toBe(name);
  expect(await OpenFeature.getClient('wrong-key').getBooleanValue(keys.boolean, false)).toBe(false);
  const right = new OFREPProvider({
    baseUrl: serin.url,
    headers: { 'X-API-Key': serin.projectToken },
  });
  await OpenFeature.setProviderAndWait('wrong-key', right);
  expect(await OpenFeature.getClient('wrong-key').getBooleanValue(keys.boolean, false)).toBe(true);
});

test('1.1.6, 1.1.7, 1.2.2: clients have the domain that they were made with', () => {
  expect(OpenFeature.getClient('checkout').metadata.domain).toBe('checkout');
  expect(OpenFeature.getClient('not bound to anything').providerStatus).toBe(ProviderStatus.READY);
});

test('1.7.1, 1.7.3: the provider is ready', () => {
  expect(client.providerStatus).toBe(ProviderStatus.READY);
});

test('1.3.1.1, 1.4.12: values of every type, by promise', async () => {
  const pending = client.getBooleanValue(keys.boolean, false, someone);
  expect(pending).toBeInstanceOf(Promise);
  expect(await pending).toBe(true);
  expect(await client.getBooleanValue(keys.pro, true, someone)).toBe(false);
  expect(await client.getBooleanValue(keys.pro, false, pro)).toBe(true);
  expect(await client.getStringValue(keys.text, 'default', someone)).toBe('green');
  expect(await client.getNumberValue(keys.number, 1, pro)).toBe(2.5);
  expect(await client.getObjectValue(keys.object, {}, someone)).toEqual({ bg: { r: 0 } });
});

test.each<[string, (k: FlagKeys) => string, EvaluationContext, object]>([
  ['a flag for everyone', (k) => k.boolean, someone, { value: true, reason: Reason.STATIC }],
  ['a condition', (k) => k.pro, pro, { value: true, reason: Reason.TARGETING_MATCH }],
  ['no condition', (k) => k.pro, someone, { value: false, reason: Reason.DEFAULT }],
  ['a hash', (k) => k.half, someone, { reason: Reason.SPLIT }],
  ['a flag that is off', (k) => k.off, someone, { value: false, reason: Reason.DISABLED }],
])('1.4.1.1, 1.4.3, 1.4.5, 1.4.7: details of %s', async (_name, keyOf, context, expected) => {
  const flagKey = keyOf(keys);
  const details = await client.getBooleanDetails(flagKey, false, context);
  expect(details).toMatchObject({ flagKey, ...expected });
  expect(details.errorCode).toBeUndefined();
});

test('1.4.6, 1.4.14, 1.4.15.1: variant and metadata, which nobody can change', async () => {
  const text = await client.getStringDetails(keys.text, 'default', someone);
  expect(text).toMatchObject({ value: 'green', variant: 'green', reason: Reason.STATIC });
  expect(text.flagMetadata).toMatchObject({
    flagSetId: expect.stringMatching(/^\d+\/production$/),
    version: 1,
    flagId: expect.any(Number),
    payload: '{"hex":1}',
    conditionIndex: 0,
    requestId: expect.any(String),
  });
  expect(Object.isFrozen(text.flagMetadata)).toBe(true);
  const object = await client.getObjectDetails(keys.object, {}, someone);
  expect(object).toMatchObject({ variant: 'dark', value: { bg: { r: 0 } } });
  const number = await client.getNumberDetails(keys.number, 1, pro);
  expect(number).toMatchObject({ value: 2.5, reason: Reason.TARGETING_MATCH });
});

test('1.3.4, 1.4.8, 1.4.9: a value of another type is an error, and the default counts', async () => {
  expect(await client.getStringDetails(keys.boolean, 'default', someone)).toMatchObject({
    value: 'default',
    reason: Reason.ERROR,
    errorCode: ErrorCode.TYPE_MISMATCH,
  });
  expect(await client.getNumberValue(keys.text, 7, someone)).toBe(7);
  expect(await client.getBooleanValue(keys.object, true, someone)).toBe(true);
});

test('1.4.8 to 1.4.10, 1.4.13: nothing throws; code, message, reason and the default', async () => {
  expect(await client.getBooleanDetails('no-such-flag', true, someone)).toMatchObject({
    value: true,
    reason: Reason.ERROR,
    errorCode: ErrorCode.FLAG_NOT_FOUND,
    errorMessage: expect.stringContaining('no-such-flag'),
  });
  expect(await client.getBooleanDetails(keys.half, true)).toMatchObject({
    value: true,
    reason: Reason.ERROR,
    errorCode: ErrorCode.TARGETING_KEY_MISSING,
  });
  // No variant and no payload: the default of the caller counts (OFREP ADR-0006; 0.1.3 calls it an error).
  expect(await client.getNumberValue(keys.number, 9, someone)).toBe(9);
  const nowhere = new OFREPProvider({ baseUrl: 'http://127.0.0.1:9' });
  await OpenFeature.setProviderAndWait('nowhere', nowhere);
  const lost = await OpenFeature.getClient('nowhere').getStringDetails('x', 'default');
  expect(lost).toMatchObject({ value: 'default', errorCode: ErrorCode.GENERAL });
});

test('contexts without a targeting key, with groups, with dates and structures', async () => {
  expect(await client.getBooleanValue(keys.boolean, false)).toBe(true);
  const filters = {
    groups: [
      {
        rollout_percentage: 100,
        properties: [
          { key: 'since', value: '2026-01-01', type: 'person', operator: 'is_date_after' },
          { key: 'roles', value: 'admin', type: 'person', operator: 'icontains' },
        ],
      },
    ],
  };
  const { key } = await createFlag(serin, { key: unique('of-structure'), filters });
  const since = new Date('2026-03-01');
  const context = { targetingKey: 'x', since, roles: ['user', 'admin'], nested: { a: [1, null] } };
  expect(await client.getBooleanValue(key, false, context)).toBe(true);
  expect(await client.getBooleanValue(key, true, { ...context, roles: [] })).toBe(false);
});

test('odd keys reach the server as they are, and are not found', async () => {
  for (const key of ['with space', 'with/slash', 'with%percent', 'ümlaut', '__proto__']) {
    expect(await client.getBooleanDetails(key, true, someone)).toMatchObject({
      value: true,
      errorCode: ErrorCode.FLAG_NOT_FOUND,
    });
  }
});

test('1.1.4, 1.2.1, 1.5.1: hooks of API, client and call see what the provider said', async () => {
  const seen: string[] = [];
  const hook = (name: string): Hook => ({
    after: (_context, { value, reason }) => {
      seen.push(`${name} ${JSON.stringify(value)} ${reason}`);
    },
  });
  const own = OpenFeature.getClient('hooked');
  OpenFeature.addHooks(hook('api'));
  own.addHooks(hook('client'));
  await own.getBooleanValue(keys.boolean, false, someone, { hooks: [hook('call')] });
  OpenFeature.clearHooks();
  expect(seen.toSorted()).toEqual(['api true STATIC', 'call true STATIC', 'client true STATIC']);
});

test('the next evaluation after a switch-off was answered gets the new value', async () => {
  const flag = await createFlag(serin, { key: unique('of-kill') });
  for (let round = 0; round < 3; round += 1) {
    await changeFlag(serin, flag, { active: true });
    expect(await client.getBooleanValue(flag.key, false, someone)).toBe(true);
    await changeFlag(serin, flag, { active: false });
    expect(await client.getBooleanDetails(flag.key, true, someone)).toMatchObject({
      value: false,
      reason: Reason.DISABLED,
    });
  }
});

test('an evaluation is a use of the flag, once', async () => {
  const targetingKey = unique('of-person');
  for (let i = 0; i < 3; i += 1) await client.getStringValue(keys.text, '', { targetingKey });
  const filter = { distinct_id: targetingKey, event: '$feature_flag_evaluated' };
  await eventsArrived(serin, filter);
  expect(await listEvents(serin, filter)).toHaveLength(1);
});

test('1.6.1, 1.6.2, 1.7.6: after closing there is no provider, and the default counts', async () => {
  await OpenFeature.clearProviders();
  const afterwards = OpenFeature.getClient();
  expect(await afterwards.getBooleanValue(keys.boolean, false, someone)).toBe(false);
  await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl: serin.url, headers }));
  expect(await OpenFeature.getClient().getBooleanValue(keys.boolean, false, someone)).toBe(true);
});
