// posthog-node as installed from npm, evaluating at the server.
import { PostHog } from 'posthog-node';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  changeFlag,
  createFlag,
  errorArrived,
  eventsArrived,
  everyone,
  namedEventsArrived,
  peopleWith,
  twoVariants,
  unique,
} from '../management.ts';

const serin = inject('serin');
const keys = {
  everyone: unique('node-everyone'),
  pro: unique('node-pro'),
  variant: unique('node-variant'),
  off: unique('node-off'),
  browserOnly: unique('node-browser-only'),
};
let client: PostHog;

beforeAll(async () => {
  await createFlag(serin, { key: keys.everyone });
  await createFlag(serin, { key: keys.pro, filters: peopleWith('plan', 'pro') });
  await createFlag(serin, { key: keys.variant, filters: twoVariants(100) });
  await createFlag(serin, { key: keys.off, active: false });
  await createFlag(serin, { key: keys.browserOnly, evaluation_runtime: 'client' });
  client = new PostHog(serin.projectToken, { host: serin.url, flushAt: 1, flushInterval: 50 });
});

afterAll(() => client.shutdown());

test('single flags: boolean, by property, variant with payload, switched off', async () => {
  const person = unique('person');
  expect(await client.getFeatureFlag(keys.everyone, person)).toBe(true);
  expect(await client.isFeatureEnabled(keys.pro, person)).toBe(false);
  expect(
    await client.isFeatureEnabled(keys.pro, person, { personProperties: { plan: 'pro' } }),
  ).toBe(true);
  expect(await client.getFeatureFlag(keys.variant, person)).toBe('test');
  expect(await client.getFeatureFlagPayload(keys.variant, person)).toEqual({ hex: '#00ff00' });
  expect(await client.isFeatureEnabled(keys.off, person)).toBeFalsy();
});

test('all flags at once, without those for browsers and those switched off', async () => {
  const flags = await client.getAllFlags(unique('person'), {
    personProperties: { plan: 'pro' },
  });
  expect(flags).toMatchObject({
    [keys.everyone]: true,
    [keys.pro]: true,
    [keys.variant]: 'test',
  });
  expect(flags).not.toHaveProperty(keys.off);
  expect(flags).not.toHaveProperty(keys.browserOnly);
  const { featureFlagPayloads } = await client.getAllFlagsAndPayloads(unique('person'));
  expect(featureFlagPayloads).toMatchObject({ [keys.variant]: { hex: '#00ff00' } });
});

test('evaluateFlags gives a snapshot that events can carry', async () => {
  const person = unique('person');
  const flags = await client.evaluateFlags(person, { flagKeys: [keys.everyone, keys.variant] });
  expect(flags.isEnabled(keys.everyone)).toBe(true);
  expect(flags.getFlag(keys.variant)).toBe('test');
  client.capture({ distinctId: person, event: 'node purchase', properties: { amount: 5 }, flags });
  const [event] = await eventsArrived(serin, { distinct_id: person, event: 'node purchase' });
  expect(event?.properties).toMatchObject({
    amount: 5,
    [`$feature/${keys.variant}`]: 'test',
    $lib: 'posthog-node',
  });
});

test('a call is reported as an exposure with the reason and version of the server', async () => {
  const person = unique('person');
  await client.getFeatureFlag(keys.variant, person);
  const [exposure] = await eventsArrived(serin, {
    distinct_id: person,
    event: '$feature_flag_called',
  });
  expect(exposure?.properties).toMatchObject({
    $feature_flag: keys.variant,
    $feature_flag_response: 'test',
    $feature_flag_reason: 'Matched condition set 1',
    locally_evaluated: false,
  });
  expect(exposure?.properties).not.toHaveProperty('$feature_flag_error');
  expect(exposure?.properties['$feature_flag_request_id']).toEqual(expect.any(String));
});

test('what identify says about a person decides the next flag, without sending it again', async () => {
  const person = unique('person');
  client.identify({ distinctId: person, properties: { plan: 'pro' } });
  await eventsArrived(serin, { distinct_id: person, event: '$identify' });
  await expect.poll(() => client.isFeatureEnabled(keys.pro, person)).toBe(true);
  expect(
    await client.isFeatureEnabled(keys.pro, person, { personProperties: { plan: 'free' } }),
  ).toBe(false);
});

test('an alias makes two ids one person', async () => {
  const before = unique('before');
  const after = unique('after');
  client.identify({ distinctId: after, properties: { plan: 'pro' } });
  client.alias({ distinctId: after, alias: before });
  await eventsArrived(serin, { distinct_id: after, event: '$create_alias' });
  await expect.poll(() => client.isFeatureEnabled(keys.pro, before)).toBe(true);
});

test('groups arrive with their properties', async () => {
  const company = unique('acme');
  client.groupIdentify({ groupType: 'company', groupKey: company, properties: { tier: 'gold' } });
  const [event] = await eventsArrived(serin, {
    distinct_id: `$company_${company}`,
    event: '$groupidentify',
  });
  expect(event?.properties).toMatchObject({
    $group_type: 'company',
    $group_key: company,
    $group_set: { tier: 'gold' },
  });
});

test('an exception and its cause become an issue, with whom it happened to', async () => {
  const person = unique('person');
  const message = 'no price in the basket of a server';
  const flags = await client.evaluateFlags(person, { flagKeys: [keys.variant] });
  flags.getFlag(keys.variant);
  client.captureException(basketError(message), person, { $release: '1.4.0' }, undefined, flags);
  const { issue, event, exceptions, people } = await errorArrived(serin, message, keys.variant);
  expect(issue).toMatchObject({
    name: 'TypeError',
    description: message,
    place: expect.stringMatching(/^basketError in .*remote\.test\.ts$/),
    library: 'posthog-node',
    first_release: '1.4.0',
    aggregations: { occurrences: 1, users: 1 },
  });
  expect(event).toMatchObject({ distinct_id: person, flags: { [keys.variant]: 'test' } });
  expect(exceptions).toMatchObject([
    { type: 'TypeError', message, handled: true },
    { type: 'RangeError', message: 'row 7 is gone' },
  ]);
  expect(exceptions[0]?.frames[0]).toMatchObject({
    function: 'basketError',
    in_app: true,
    source: { line: expect.stringContaining('new TypeError(') },
  });
  expect(people).toMatchObject([{ variant: 'test', affected: 1, occurrences: 1 }]);
});

function basketError(message: string): Error {
  return new TypeError(message, { cause: new RangeError('row 7 is gone') });
}

test('shutdown sends what is queued, each event once', async () => {
  const person = unique('person');
  const queueing = new PostHog(serin.projectToken, { host: serin.url, flushAt: 1000 });
  for (let i = 0; i < 30; i += 1) {
    queueing.capture({ distinctId: person, event: 'node queued', properties: { i } });
  }
  await queueing.shutdown();
  const events = await eventsArrived(serin, { distinct_id: person, event: 'node queued' }, 30);
  expect(new Set(events.map((event) => event.uuid)).size).toBe(30);
  expect(events).toHaveLength(30);
});

test('the first question after a switch-off was answered gets the new value', async () => {
  const flag = await createFlag(serin, { key: unique('node-kill') });
  const person = unique('person');
  for (let round = 0; round < 5; round += 1) {
    await changeFlag(serin, flag, { active: true, filters: everyone() });
    expect(await client.isFeatureEnabled(flag.key, person)).toBe(true);
    await changeFlag(serin, flag, { active: false });
    expect(await client.isFeatureEnabled(flag.key, person)).toBeFalsy();
  }
});

test('capture v1, which the SDK speaks when told to', async () => {
  const person = unique('person');
  process.env['POSTHOG_CAPTURE_MODE'] = 'v1';
  const asked: string[] = [];
  const modern = new PostHog(serin.projectToken, {
    host: serin.url,
    fetch: async (url, options) => {
      const answer = await fetch(url, options as RequestInit);
      asked.push(`${new URL(url).pathname} ${answer.status}`);
      return answer;
    },
  });
  delete process.env['POSTHOG_CAPTURE_MODE'];
  modern.capture({
    distinctId: person,
    event: 'node v1',
    properties: { amount: 3, $session_id: '0190f1a2-0000-7000-8000-000000000001' },
  });
  modern.identify({ distinctId: person, properties: { plan: 'pro' } });
  await modern.shutdown();
  expect(asked).toEqual(['/i/v1/analytics/events 200']);
  const events = await namedEventsArrived(serin, person, ['node v1', '$identify']);
  expect(events['node v1']).toMatchObject({
    amount: 3,
    $lib: 'posthog-node',
    $lib_version: '5.70.0',
    $session_id: '0190f1a2-0000-7000-8000-000000000001',
  });
});

test('an unknown token is refused with words', async () => {
  const answer = await fetch(`${serin.url}/batch/`, {
    method: 'POST',
    body: JSON.stringify({ api_key: 'phc_nobody', batch: [{ event: 'x', distinct_id: 'y' }] }),
  });
  expect(answer.status).toBe(401);
  expect(await answer.json()).toMatchObject({
    type: 'authentication_error',
    code: 'invalid_api_key',
    detail: expect.any(String),
  });
});
