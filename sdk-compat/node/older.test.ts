// posthog-node 4, which asks the older paths: `/decide/` and `/api/feature_flag/local_evaluation`.
import { PostHog } from 'posthog-node-4';
import { afterEach, expect, inject, test } from 'vitest';
import { createFlag, namedEventsArrived, peopleWith, twoVariants, unique } from '../management.ts';

const serin = inject('serin');
const clients: PostHog[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) await client.shutdown();
});

function olderClient(options: { personalApiKey?: string } = {}) {
  const asked: string[] = [];
  const client = new PostHog(serin.projectToken, {
    host: serin.url,
    ...options,
    fetch: async (url, init) => {
      const answer = await fetch(url, init as RequestInit);
      asked.push(`${new URL(url).pathname} ${answer.status}`);
      return answer;
    },
  });
  clients.push(client);
  return { client, asked };
}

test('remote flags, payloads and events', async () => {
  const pro = unique('older-pro');
  const variant = unique('older-variant');
  await createFlag(serin, { key: pro, filters: peopleWith('plan', 'pro') });
  await createFlag(serin, { key: variant, filters: twoVariants(100) });
  const { client, asked } = olderClient();
  const person = unique('person');
  const plan = { personProperties: { plan: 'pro' } };
  expect(await client.isFeatureEnabled(pro, person, plan)).toBe(true);
  expect(await client.isFeatureEnabled(pro, person)).toBe(false);
  expect(await client.getFeatureFlag(variant, person)).toBe('test');
  expect(await client.getFeatureFlagPayload(variant, person)).toEqual({ hex: '#00ff00' });
  expect(asked.filter((request) => request.startsWith('/decide/'))).not.toHaveLength(0);

  client.identify({ distinctId: person, properties: { plan: 'pro' } });
  client.capture({ distinctId: person, event: 'older purchase', properties: { amount: 2 } });
  // Version 4 may let events wait for the next one; a shutdown sends them.
  await client.shutdown();
  await namedEventsArrived(serin, person, ['$identify', 'older purchase', '$feature_flag_called']);
  expect(asked.filter((request) => !request.endsWith(' 200'))).toEqual([]);
});

test('local evaluation from the older path', async () => {
  const variant = unique('older-local');
  await createFlag(serin, { key: variant, filters: twoVariants(100) });
  const { client, asked } = olderClient({ personalApiKey: serin.personalApiKey });
  await client.reloadFeatureFlags();
  const person = unique('person');
  const options = { onlyEvaluateLocally: true };
  expect(await client.getFeatureFlag(variant, person, options)).toBe('test');
  expect(asked).toContain('/api/feature_flag/local_evaluation 200');
  expect(asked.filter((request) => request.startsWith('/decide/'))).toEqual([]);
});
