// Cohorts and groups with posthog-node: evaluated by itself where definitions tell all, asked for where the
// server alone knows (listed people, stored properties), and always as the server decides.
import { PostHog } from 'posthog-node';
import { PostHog as OlderPostHog } from 'posthog-node-4';
import { afterEach, expect, inject, test } from 'vitest';
import { callApi, createFlag, eventually, unique } from '../management.ts';

const serin = inject('serin');
const clients: { shutdown(): Promise<void> }[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) await client.shutdown();
});

const pro = { type: 'person', key: 'plan', operator: 'exact', value: 'pro' };
const staff = { type: 'person', key: 'email', operator: 'icontains', value: '@acme.com' };
const all = (...values: object[]) => ({ type: 'AND', values });
const any = (...values: object[]) => ({ type: 'OR', values });
const member = (value: number, operator = 'in') => ({ key: 'id', type: 'cohort', value, operator });

type Cohort = { readonly id: number };
const createCohort = (fields: object): Promise<Cohort> =>
  callApi(serin, 'POST', 'cohorts/', { name: unique('cohort'), ...fields });

async function flagFor(name: string, ...properties: object[]): Promise<string> {
  const key = unique(name);
  const groups = [{ properties, rollout_percentage: 100 }];
  await createFlag(serin, { key, filters: { groups } });
  return key;
}

/** A client with local evaluation, ready, and what it asks for. */
async function localClient() {
  const asked: string[] = [];
  const client = new PostHog(serin.projectToken, {
    host: serin.url,
    personalApiKey: serin.personalApiKey,
    featureFlagsPollingInterval: 100,
    fetch: async (url, options) => {
      asked.push(new URL(url).pathname);
      return fetch(url, options as RequestInit);
    },
  });
  clients.push(client);
  expect(await client.waitForLocalEvaluationReady(10_000)).toBe(true);
  return { client, remoteRequests: () => asked.filter((path) => path === '/flags/') };
}

function remoteClient(): PostHog {
  const client = new PostHog(serin.projectToken, { host: serin.url });
  clients.push(client);
  return client;
}

const PEOPLE = [
  { plan: 'pro', email: 'a@acme.com' },
  { plan: 'pro', email: 'b@else.org' },
  { plan: 'free', email: 'c@acme.com' },
  { plan: 'free', email: 'd@else.org' },
];

test('dynamic cohorts, nested and negated, come out the same locally and remotely', async () => {
  const paying = await createCohort({ filters: { properties: all(pro) } });
  const outsiders = await createCohort({
    filters: {
      properties: any(
        all(member(paying.id), { ...staff, negation: true }),
        member(paying.id, 'not_in'),
      ),
    },
  });
  const mixed = await createCohort({
    filters: { properties: any(all(pro, staff), { ...pro, value: 'free' }) },
  });
  const flags = await Promise.all([
    flagFor('in', member(paying.id)),
    flagFor('out', member(paying.id, 'not_in')),
    flagFor('nested', member(outsiders.id)),
    flagFor('mixed', member(mixed.id), staff),
  ]);
  const { client, remoteRequests } = await localClient();
  const remote = remoteClient();
  const table = (one: PostHog) =>
    Promise.all(
      PEOPLE.map((personProperties) =>
        Promise.all(flags.map((key) => one.isFeatureEnabled(key, 'someone', { personProperties }))),
      ),
    );
  const expected = [
    [true, false, false, true],
    [true, false, true, false],
    [false, true, true, true],
    [false, true, true, false],
  ];
  expect(await table(client)).toEqual(expected);
  expect(remoteRequests()).toEqual([]);
  expect(await table(remote)).toEqual(expected);
});

test('a changed cohort reaches a client that evaluates by itself', async () => {
  const cohort = await createCohort({ filters: { properties: all(pro) } });
  const flag = await flagFor('changing', member(cohort.id));
  const { client } = await localClient();
  const asked = { personProperties: { plan: 'enterprise' }, onlyEvaluateLocally: true };
  expect(await client.isFeatureEnabled(flag, 'someone', asked)).toBe(false);
  await callApi(serin, 'PATCH', `cohorts/${cohort.id}/`, {
    filters: { properties: all({ ...pro, value: 'enterprise' }) },
  });
  await eventually(async () => {
    expect(await client.isFeatureEnabled(flag, 'someone', asked)).toBe(true);
  });
});

test('for listed people a client that evaluates by itself asks the server', async () => {
  const cohort = await createCohort({ is_static: true });
  const listed = unique('listed');
  await callApi(serin, 'PATCH', `cohorts/${cohort.id}/add_persons_to_static_cohort/`, {
    distinct_ids: [listed],
  });
  const flag = await flagFor('listed', member(cohort.id));
  const outside = await flagFor('unlisted', member(cohort.id, 'not_in'));
  const { client, remoteRequests } = await localClient();
  expect(await client.isFeatureEnabled(flag, listed)).toBe(true);
  expect(await client.isFeatureEnabled(outside, listed)).toBe(false);
  expect(await client.isFeatureEnabled(flag, unique('other'))).toBe(false);
  expect(remoteRequests()).not.toHaveLength(0);
  const locally = { onlyEvaluateLocally: true };
  expect(await client.isFeatureEnabled(flag, listed, locally)).toBeUndefined();
});

test('an older client leaves people outside of a cohort to the server', async () => {
  const cohort = await createCohort({ filters: { properties: all(pro) } });
  const inside = await flagFor('older-in', member(cohort.id));
  const outside = await flagFor('older-out', member(cohort.id, 'not_in'));
  const options = { host: serin.url, personalApiKey: serin.personalApiKey };
  const client = new OlderPostHog(serin.projectToken, options);
  clients.push(client);
  await client.reloadFeatureFlags();
  const paying = { personProperties: { plan: 'pro' } };
  const locally = { ...paying, onlyEvaluateLocally: true };
  expect(await client.isFeatureEnabled(inside, 'someone', locally)).toBe(true);
  expect(await client.isFeatureEnabled(outside, 'someone', locally)).toBeUndefined();
  expect(await client.isFeatureEnabled(outside, 'someone', paying)).toBe(false);
  expect(
    await client.isFeatureEnabled(outside, 'someone', { personProperties: { plan: 'free' } }),
  ).toBe(true);
});

test('stored properties of a group decide, and those of the call win', async () => {
  const remote = remoteClient();
  const company = unique('company');
  remote.groupIdentify({
    groupType: 'company',
    groupKey: company,
    properties: { tier: 'gold' },
  });
  await remote.flush();
  const index = await eventually(async () => {
    const { group_type_mapping: mapping } = await definitions();
    const found = Object.entries(mapping).find(([, name]) => name === 'company');
    if (!found) throw new Error('the group type is not known yet');
    return Number(found[0]);
  });
  const key = unique('for-companies');
  const gold = {
    key: 'tier',
    type: 'group',
    group_type_index: index,
    operator: 'exact',
    value: 'gold',
  };
  const groups = [{ properties: [gold], rollout_percentage: 100 }];
  await createFlag(serin, { key, filters: { groups, aggregation_group_type_index: index } });
  const { client, remoteRequests } = await localClient();
  for (const one of [remote, client]) {
    await eventually(async () => {
      expect(await one.isFeatureEnabled(key, 'someone', { groups: { company } })).toBe(true);
    });
    const free = { groups: { company }, groupProperties: { company: { tier: 'free' } } };
    expect(await one.isFeatureEnabled(key, 'someone', free)).toBe(false);
    expect(await one.isFeatureEnabled(key, 'someone')).toBe(false);
  }
  const before = remoteRequests().length;
  expect(before).toBeGreaterThan(0);
  const told = { groups: { company }, groupProperties: { company: { tier: 'gold' } } };
  expect(await client.isFeatureEnabled(key, 'someone', told)).toBe(true);
  expect(remoteRequests()).toHaveLength(before);
});

async function definitions(): Promise<{ group_type_mapping: Record<string, string> }> {
  const url = `${serin.url}/flags/definitions?token=${serin.projectToken}&send_cohorts`;
  const headers = { authorization: `Bearer ${serin.personalApiKey}` };
  return (await (await fetch(url, { headers })).json()) as ReturnType<typeof definitions>;
}
