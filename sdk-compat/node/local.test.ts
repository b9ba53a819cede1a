// posthog-node evaluating by itself from the definitions it polls.
import { PostHog } from 'posthog-node';
import { afterEach, expect, inject, test } from 'vitest';
import {
  callApi,
  changeFlag,
  createFlag,
  eventsArrived,
  peopleWith,
  twoVariants,
  unique,
} from '../management.ts';

const serin = inject('serin');
const clients: PostHog[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) await client.shutdown();
});

function localClient(): { client: PostHog; asked: string[] } {
  const asked: string[] = [];
  const client = new PostHog(serin.projectToken, {
    host: serin.url,
    personalApiKey: serin.personalApiKey,
    featureFlagsPollingInterval: 100,
    flushAt: 1,
    fetch: async (url, options) => {
      const answer = await fetch(url, options as RequestInit);
      asked.push(`${new URL(url).pathname} ${answer.status}`);
      return answer;
    },
  });
  clients.push(client);
  return { client, asked };
}

test('values, variants and payloads come from the definitions, with no further request', async () => {
  const pro = unique('local-pro');
  const variant = unique('local-variant');
  await createFlag(serin, { key: pro, filters: peopleWith('plan', 'pro') });
  await createFlag(serin, { key: variant, filters: twoVariants(100, [1, 2]) });
  const { client, asked } = localClient();
  expect(await client.waitForLocalEvaluationReady(10_000)).toBe(true);

  const person = unique('person');
  const pay = { personProperties: { plan: 'pro' } };
  expect(await client.getFeatureFlag(pro, person, pay)).toBe(true);
  expect(await client.getFeatureFlag(pro, person, { personProperties: { plan: 'free' } })).toBe(
    false,
  );
  expect(await client.getFeatureFlag(variant, person)).toBe('test');
  expect(await client.getFeatureFlagPayload(variant, person, 'test')).toEqual([1, 2]);
  expect(asked.filter((request) => request.startsWith('/flags/ '))).toEqual([]);
  expect(asked).toContain('/flags/definitions 200');

  const exposures = await eventsArrived(serin, {
    distinct_id: person,
    event: '$feature_flag_called',
  });
  expect(exposures[0]?.properties).toMatchObject({ locally_evaluated: true });
});

test('remote and local evaluation agree on 300 people', async () => {
  const key = unique('local-parity');
  await createFlag(serin, {
    key,
    filters: {
      ...twoVariants(40),
      groups: [{ properties: [], rollout_percentage: 60 }],
    },
  });
  const { client } = localClient();
  await client.waitForLocalEvaluationReady(10_000);
  const remote = new PostHog(serin.projectToken, { host: serin.url });
  clients.push(remote);
  const seen = new Set<unknown>();
  for (let i = 0; i < 300; i += 1) {
    const person = `parity-${i}`;
    const here = await client.getFeatureFlag(key, person, { sendFeatureFlagEvents: false });
    const there = await remote.getFeatureFlag(key, person, { sendFeatureFlagEvents: false });
    expect({ person, value: there }).toEqual({ person, value: here });
    seen.add(here);
  }
  expect(seen).toEqual(new Set([false, 'control', 'test']));
});

test('unchanged definitions are held, then 304; a change arrives in the request that waits', async () => {
  const flag = await createFlag(serin, { key: unique('local-poll') });
  const { client, asked } = localClient();
  await client.waitForLocalEvaluationReady(10_000);
  const person = unique('person');
  expect(await client.isFeatureEnabled(flag.key, person)).toBe(true);
  await expect
    .poll(() => asked.filter((request) => request === '/flags/definitions 304').length)
    .toBeGreaterThan(0);
  const before = asked.length;
  await changeFlag(serin, flag, { active: false });
  await expect.poll(() => client.isFeatureEnabled(flag.key, person), { interval: 5 }).toBe(false);
  // The request that was waiting, or (the change came in between two) the next one.
  expect(asked.slice(before).filter((request) => request !== '/flags/definitions 304')).toEqual([
    '/flags/definitions 200',
  ]);
  // Switched off flags are in the definitions: nothing had to be asked for that answer.
  expect(asked.filter((request) => request.startsWith('/flags/ '))).toEqual([]);
});

test('what cannot be decided locally is asked from the server', async () => {
  const key = unique('local-fallback');
  await createFlag(serin, { key, filters: peopleWith('plan', 'pro') });
  const { client, asked } = localClient();
  const person = unique('person');
  client.identify({ distinctId: person, properties: { plan: 'pro' } });
  await eventsArrived(serin, { distinct_id: person, event: '$identify' });
  await client.waitForLocalEvaluationReady(10_000);
  await expect.poll(() => client.isFeatureEnabled(key, person)).toBe(true);
  expect(asked).toContain('/flags/ 200');
});

test('a remote-configuration flag gives its payload', async () => {
  const key = unique('remote-config');
  await createFlag(serin, {
    key,
    is_remote_configuration: true,
    filters: {
      groups: [{ properties: [], rollout_percentage: 100 }],
      payloads: { true: JSON.stringify({ banner: 'Hello' }) },
    },
  });
  const { client } = localClient();
  expect(await client.getRemoteConfigPayload(key)).toEqual({ banner: 'Hello' });
});

const keysOf = ({ flags }: Record<string, unknown>) =>
  (flags as { key: string }[]).map(({ key }) => key);

test('definitions: keys, formats and refusals', async () => {
  const ask = (query: string, headers: Record<string, string> = {}) =>
    fetch(`${serin.url}${query}`, { headers });
  const bearer = { authorization: `Bearer ${serin.personalApiKey}` };
  const token = `token=${serin.projectToken}`;

  const first = await ask(`/flags/definitions?${token}&send_cohorts`, bearer);
  expect(first.status).toBe(200);
  const etag = first.headers.get('etag') ?? '';
  expect(etag).toMatch(/^W\/".+"$/);
  expect(first.headers.get('content-encoding')).toBe('gzip');
  const body = (await first.json()) as Record<string, unknown>;
  expect(Object.keys(body).toSorted()).toEqual(['cohorts', 'flags', 'group_type_mapping']);

  const again = await ask(`/flags/definitions?${token}&send_cohorts`, {
    ...bearer,
    'if-none-match': etag,
  });
  expect(again.status).toBe(304);
  expect(again.headers.get('etag')).toBe(etag);

  for (const path of [
    '/api/feature_flag/local_evaluation',
    '/api/feature_flag/local_evaluation/',
    '/flags/definitions/',
  ]) {
    const older = await ask(`${path}?${token}&send_cohorts`, bearer);
    expect(older.status).toBe(200);
    // Flags that ask for nobody of a cohort are put otherwise to older SDKs.
    expect(keysOf((await older.json()) as Record<string, unknown>)).toEqual(keysOf(body));
  }

  expect((await ask(`/flags/definitions?${token}`)).status).toBe(401);
  const wrong = await ask(`/flags/definitions?${token}`, { authorization: 'Bearer phx_wrong' });
  expect(wrong.status).toBe(401);
  expect(await wrong.json()).toMatchObject({ code: 'authentication_failed' });
  expect((await ask('/flags/definitions?token=phc_other', bearer)).status).toBe(401);
  const unknownFlag = await ask(
    `/api/projects/@current/feature_flags/no-such/remote_config?${token}`,
    bearer,
  );
  expect(unknownFlag.status).toBe(404);
  expect(await callApi(serin, 'GET', 'feature_flags/?limit=1')).toHaveProperty('results');
});
