import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';

const WAIT = { timeout: 60_000, interval: 100 };
const API = '/api/projects/@current';
type Raw = Record<string, unknown>;
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
let serin: TestApp;
beforeAll(async () => {
  serin = await startTestApp();
  await send([
    ...['acme', 'globex', 'initech'].map((key, place) => ({
      event: '$groupidentify',
      distinct_id: `$company_${key}`,
      timestamp: minutesAgo(10 - place),
      properties: {
        $group_type: 'company',
        $group_key: key,
        $group_set: { name: key.toUpperCase(), tier: place === 0 ? 'gold' : 'free' },
      },
    })),
    {
      distinct_id: 'ann',
      timestamp: minutesAgo(5),
      properties: { $set: { a: 1 }, $groups: { company: 'acme', team: 't1' } },
    },
    { distinct_id: 'ann', timestamp: minutesAgo(4), properties: { $groups: { company: 'acme' } } },
    { distinct_id: 'bea', properties: { $set: { a: 1 }, $groups: { company: 'acme' } } },
    { distinct_id: 'cyd', properties: { $set: { a: 1 }, $groups: { company: 'globex' } } },
  ]);
  await vi.waitUntil(async () => (await eventsOf('')).length === 7, WAIT);
});
afterAll(() => serin.close());

async function send(events: Raw[]): Promise<void> {
  const batch = events.map((event) => ({
    event: 'seen',
    uuid: v7(),
    timestamp: new Date().toISOString(),
    ...event,
  }));
  const payload = { api_key: serin.production.token, batch };
  const answer = await serin.inject({ method: 'POST', url: '/batch/', payload });
  expect(answer.statusCode).toBe(200);
}

async function eventsOf(query: string): Promise<Raw[]> {
  const { body } = await serin.ask('GET', `${API}/events/?${query}`);
  return (body as { results: Raw[] }).results;
}

const groups = (rest: string) => serin.ask('GET', `${API}/groups/${rest}`);
const keys = async (query: string) =>
  (
    (await groups(`?group_type_index=0&${query}`)).body as { results: { group_key: string }[] }
  ).results.map(({ group_key: key }) => key);
const ACME = 'group_type_index=0&group_key=acme';

test('groups are listed newest first, and found by key, name and property', async () => {
  expect(await keys('')).toEqual(['initech', 'globex', 'acme']);
  expect(await keys('search=CME')).toEqual(['acme']);
  expect(await keys('property=tier&search=free')).toEqual(['initech', 'globex']);
  expect(await keys('property=nothing')).toEqual([]);
  expect((await groups('?group_type_index=0&limit=2')).body).toMatchObject({
    count: 3,
    next: expect.stringContaining('offset=2'),
    results: [{ group_type_index: 0, group_properties: { name: 'INITECH', tier: 'free' } }, {}],
  });
  expect((await groups(`find/?${ACME}`)).body).toMatchObject({ group_key: 'acme' });
  expect((await groups('find/?group_type_index=0&group_key=none')).status).toBe(404);
  expect(await eventsOf(`${ACME}`)).toHaveLength(3);
});

test('people of a group, and groups that meet it, the latest first', async () => {
  const { body } = await groups('related/?group_type_index=0&id=acme');
  const related = body as { type: string; id?: string; group_key?: string }[];
  expect(related).toMatchObject([
    { type: 'person', distinct_ids: ['bea'], events: 1 },
    { type: 'person', distinct_ids: ['ann'], events: 2 },
    { type: 'group', group_type_index: 1, group_key: 't1', events: 1 },
  ]);
  const ann = related.find((one) => one.id && JSON.stringify(one).includes('"ann"'));
  const of = await groups(`related/?id=${ann?.id}`);
  expect(of.body).toMatchObject([
    { type: 'group', group_key: 'acme', group_properties: { tier: 'gold' } },
    { type: 'group', group_key: 't1', group_properties: {} },
  ]);
  expect(await eventsOf(`person_id=${ann?.id}`)).toHaveLength(2);
});

test('properties are set and deleted, and a group is forgotten; flags know at once', async () => {
  const condition = { key: 'tier', type: 'group', group_type_index: 0, value: 'gold' };
  await serin.ask('POST', `${API}/feature_flags/`, {
    key: 'gold',
    filters: {
      aggregation_group_type_index: 0,
      groups: [{ properties: [condition], rollout_percentage: 100 }],
    },
  });
  const payload = {
    api_key: serin.production.token,
    distinct_id: 'x',
    groups: { company: 'acme' },
  };
  const isOn = async () => {
    const { body } = await serin.inject({ method: 'POST', url: '/flags/?v=2', payload });
    return (JSON.parse(body) as { flags: Record<string, Raw> }).flags['gold']?.['enabled'];
  };
  expect(await isOn()).toBe(true);
  const change = (verb: string, body: Raw) =>
    serin.ask('POST', `${API}/groups/${verb}/?${ACME}`, body);
  const set = await change('update_property', {
    key: 'tier',
    value: 'silver',
    reason: 'Downgraded',
  });
  expect(set).toMatchObject({ status: 200, body: { group_properties: { tier: 'silver' } } });
  expect(await isOn()).toBe(false);
  await change('update_property', { key: 'tier', value: 'gold' });
  expect(await isOn()).toBe(true);
  expect(await change('delete_property', { $unset: 'tier' })).toMatchObject({
    body: { group_properties: { name: 'ACME' } },
  });
  expect(await isOn()).toBe(false);
  expect(await change('update_property', { key: 'x', value: 'y'.repeat(600_000) })).toMatchObject({
    status: 400,
    body: { code: 'invalid_input', attr: 'value' },
  });
  expect((await serin.ask('DELETE', `${API}/groups/?${ACME}`)).status).toBe(204);
  expect((await serin.ask('DELETE', `${API}/groups/?${ACME}`)).status).toBe(404);
  expect(await keys('')).toEqual(['initech', 'globex']);
  const audit = JSON.stringify((await serin.ask('GET', `${API}/activity_log/`)).body);
  for (const words of ['Downgraded', '"group"', 'deleted']) expect(audit).toContain(words);
});

test('group types have names that people read', async () => {
  const path = `${API}/groups_types/`;
  const rename = (body: unknown) => serin.ask('PATCH', `${path}update_metadata/`, body as Raw);
  const names = { name_singular: 'customer', name_plural: 'customers' };
  expect(await rename([{ group_type_index: 0, ...names }])).toMatchObject({ status: 200 });
  expect((await serin.ask('GET', path)).body).toEqual([
    { group_type: 'company', group_type_index: 0, ...names },
    { group_type: 'team', group_type_index: 1, name_singular: null, name_plural: null },
  ]);
  await rename([{ group_type_index: 0, name_plural: null }]);
  expect((await serin.ask('GET', path)).body).toMatchObject([
    { name_singular: 'customer', name_plural: null },
    {},
  ]);
  expect(await rename([{ group_type_index: 4, ...names }])).toMatchObject({
    status: 400,
    body: { code: 'invalid_input', attr: '0.group_type_index' },
  });
});

test.each([
  ['groups/', 'required', 'group_type_index'],
  ['groups/?group_type_index=5', 'invalid_input', 'group_type_index'],
  ['groups/related/?group_type_index=4&id=x', 'invalid_input', 'group_type_index'],
  ['groups/related/?id=x', 'invalid_input', 'id'],
  ['events/?group_key=acme', 'required', 'group_type_index'],
  ['events/?group_type_index=0', 'required', 'group_key'],
  ['events/?group_type_index=4&group_key=a', 'invalid_input', 'group_type_index'],
])('refuses %s', async (path, code, attr) => {
  expect(await serin.ask('GET', `${API}/${path}`)).toMatchObject({
    status: 400,
    body: { code, attr },
  });
});
