import { gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';

const WAIT = { timeout: 60_000, interval: 100 };
const API = '/api/projects/@current';
type Raw = Record<string, unknown>;
type Person = { id: string; distinct_ids: string[]; properties: Raw; is_identified: boolean };
let serin: TestApp;
beforeAll(async () => {
  serin = await startTestApp();
  const condition = { key: 'plan', type: 'person', operator: 'exact', value: 'pro' };
  const filters = { groups: [{ properties: [condition], rollout_percentage: 100 }] };
  await serin.ask('POST', `${API}/feature_flags/`, { key: 'for-pro', filters });
});
afterAll(() => serin.close());

async function send(events: Raw[]): Promise<void> {
  const batch = events.map((event) => ({
    event: 'seen',
    uuid: v7(),
    timestamp: new Date(Date.now() - 60_000).toISOString(),
    ...event,
  }));
  const payload = gzipSync(JSON.stringify({ api_key: serin.production.token, batch }));
  const headers = { 'content-type': 'text/plain' };
  const answer = await serin.inject({ method: 'POST', url: '/batch/', payload, headers });
  expect(answer.statusCode).toBe(200);
}

async function personOf(distinctId: string): Promise<Person | undefined> {
  const { body } = await serin.ask('GET', `${API}/persons/?distinct_id=${distinctId}`);
  return (body as { results: Person[] }).results[0];
}

async function known(distinctId: string): Promise<Person> {
  await expect.poll(() => personOf(distinctId), WAIT).toBeDefined();
  return (await personOf(distinctId)) as Person;
}

/** Persons behind the events of one name, as insights count them. */
async function counted(event: string): Promise<{ people: number; events: number }> {
  const series = (math: string) => ({ kind: 'EventsNode', event, math });
  const { body } = await serin.ask('POST', `${API}/query/`, {
    query: {
      kind: 'TrendsQuery',
      series: [series('dau'), series('total')],
      trendsFilter: { display: 'BoldNumber' },
      dateRange: { date_from: '-7d' },
    },
  });
  const [people, events] = (body as { results: { aggregated_value: number }[] }).results;
  return { people: people?.aggregated_value ?? 0, events: events?.aggregated_value ?? 0 };
}

async function flagOf(distinctId: string): Promise<boolean | undefined> {
  const payload = { api_key: serin.production.token, distinct_id: distinctId };
  const { statusCode, body } = await serin.inject({ method: 'POST', url: '/flags/?v=2', payload });
  expect(statusCode).toBe(200);
  const { flags } = JSON.parse(body) as { flags: Record<string, { enabled: boolean }> };
  return flags['for-pro']?.enabled;
}

const post = (id: string, verb: string, body: Raw) =>
  serin.ask('POST', `${API}/persons/${id}/${verb}/`, body);

test('a person absorbs others: ids, events and properties follow, flags and insights know at once', async () => {
  await send([
    { distinct_id: 'm1', event: 'merged', properties: { $set: { name: 'One', plan: 'free' } } },
    { distinct_id: 'm2', event: 'merged', properties: { $set: { name: 'Two', city: 'Bern' } } },
    { distinct_id: 'm3', event: 'merged', properties: { $set: { plan: 'pro', city: 'Rome' } } },
    { distinct_id: 'm3', event: 'merged' },
  ]);
  const [one, two, three] = (await Promise.all(['m1', 'm2', 'm3'].map(known))) as [
    Person,
    Person,
    Person,
  ];
  await expect.poll(() => counted('merged'), WAIT).toEqual({ people: 3, events: 4 });
  expect(await Promise.all(['m1', 'm2', 'm3'].map(flagOf))).toEqual([false, false, true]);
  await sql`insert into hash_key_override (environment_id, person_id, flag_id, hash_key)
    select ${serin.production.id}, ${three.id}, id, 'kept' from flag`.execute(serin.ctx.db);

  const answer = await post(two.id, 'merge', { ids: [three.id, one.id], reason: 'Same person' });
  expect(answer).toMatchObject({
    status: 200,
    body: {
      id: two.id,
      distinct_ids: ['m1', 'm2', 'm3'],
      properties: { name: 'Two', city: 'Bern', plan: 'pro' },
      is_identified: true,
      people_merged: 2,
      distinct_ids_moved: 2,
    },
  });
  expect(await counted('merged')).toEqual({ people: 1, events: 4 });
  expect(await Promise.all(['m1', 'm2', 'm3'].map(flagOf))).toEqual([true, true, true]);
  expect((await serin.ask('GET', `${API}/persons/${one.id}/`)).status).toBe(404);
  const { rows } = await sql<{ person_id: string }>`select person_id from hash_key_override
    where hash_key = 'kept'`.execute(serin.ctx.db);
  expect(rows).toEqual([{ person_id: two.id }]);
  await send([{ distinct_id: 'm1', event: 'merged' }]);
  await expect.poll(() => counted('merged'), WAIT).toEqual({ people: 1, events: 5 });
  const ids = await serin.ask('GET', `${API}/persons/${two.id}/distinct_ids/?limit=2`);
  expect(ids.body).toMatchObject({
    count: 3,
    next: expect.stringContaining('offset=2'),
    results: [
      { distinct_id: 'm1', events: 2, first_seen: expect.stringContaining('T') },
      { distinct_id: 'm2', events: 1 },
    ],
  });
  const audit = await serin.ask('GET', `${API}/activity_log/`);
  expect(JSON.stringify(audit.body)).toContain('Same person');
});

test('ids leave a person with all their events, and come back; an id that made the person can leave too', async () => {
  const join = (id: string, anon: string) => ({
    distinct_id: id,
    event: '$identify',
    properties: { $anon_distinct_id: anon, $set: { plan: 'pro' } },
  });
  await send([
    { distinct_id: 's-anon', event: 'split' },
    join('s-ada', 's-anon'),
    join('s-ada', 's-phone'),
    { distinct_id: 's-phone', event: 'split', properties: { $process_person_profile: false } },
    { distinct_id: 's-ada', event: 'split' },
  ]);
  await expect.poll(async () => (await personOf('s-phone'))?.distinct_ids, WAIT).toHaveLength(3);
  const ada = await known('s-ada');
  await expect.poll(() => counted('split'), WAIT).toEqual({ people: 1, events: 3 });
  expect(await flagOf('s-anon')).toBe(true);

  const first = await post(ada.id, 'split', { distinct_ids: ['s-anon'] });
  expect(first).toMatchObject({ status: 201, body: { success: true } });
  expect(await counted('split')).toEqual({ people: 2, events: 3 });
  const anon = await known('s-anon');
  // Whoever it was that the person was made of: both go on under different ids.
  expect(anon.id).not.toBe(ada.id);
  expect(anon).toMatchObject({ distinct_ids: ['s-anon'], properties: {}, is_identified: false });
  expect(await known('s-ada')).toMatchObject({ id: ada.id, properties: { plan: 'pro' } });
  expect(await Promise.all(['s-anon', 's-phone'].map(flagOf))).toEqual([false, true]);
  await send([{ distinct_id: 's-anon', event: 'split' }]);
  await expect.poll(() => counted('split'), WAIT).toEqual({ people: 2, events: 4 });

  await post(ada.id, 'merge', { ids: [anon.id] });
  expect(await counted('split')).toEqual({ people: 1, events: 4 });
  const apart = await post(ada.id, 'split', { main_distinct_id: 's-ada' });
  expect(Object.keys((apart.body as { person_ids: Raw }).person_ids)).toEqual([
    's-anon',
    's-phone',
  ]);
  expect(await counted('split')).toEqual({ people: 3, events: 4 });
  await post(ada.id, 'merge', { ids: [(await known('s-phone')).id] });
  expect(await post(ada.id, 'split', {})).toMatchObject({ status: 201 });
  expect((await known('s-ada')).properties).toEqual({});
  expect(await counted('split')).toEqual({ people: 3, events: 4 });
});

test('sessions, the latest first; people are found by a property', async () => {
  const at = (seconds: number) => new Date(Date.UTC(2026, 10, 20, 12, 0, seconds)).toISOString();
  const view = (session: string, seconds: number, url: string, event = '$pageview') => ({
    distinct_id: 'w1',
    event,
    timestamp: at(seconds),
    properties: { $session_id: session, $current_url: url, $set: { team: 'Blue Jays' } },
  });
  await send([
    view('one', 0, 'https://shop.example/a'),
    view('one', 90, 'https://shop.example/b'),
    view('one', 95, 'https://shop.example/b', 'clicked'),
    view('two', 500, 'https://shop.example/c'),
    { distinct_id: 'w1', event: 'alone' },
  ]);
  const { id } = await known('w1');
  await expect.poll(() => counted('alone'), WAIT).toEqual({ people: 1, events: 1 });
  const sessions = async (query: string) =>
    (await serin.ask('GET', `${API}/persons/${id}/sessions/?${query}`)).body;
  expect(await sessions('')).toEqual({
    has_next: false,
    results: [
      expect.objectContaining({ session_id: 'two', duration: 0, pages: 1, events: 1 }),
      {
        session_id: 'one',
        start_time: at(0),
        end_time: at(95),
        duration: 95,
        events: 3,
        pages: 2,
        entry_url: 'https://shop.example/a',
      },
    ],
  });
  expect(await sessions('limit=1')).toMatchObject({
    has_next: true,
    results: [{ session_id: 'two' }],
  });
  const found = async (query: string) =>
    ((await serin.ask('GET', `${API}/persons/?${query}`)).body as { results: Person[] }).results;
  expect(await found('property=team&search=jays')).toMatchObject([{ id }]);
  expect(await found('property=team')).toHaveLength(1);
  expect(await found('property=team&search=red')).toEqual([]);
});

test('properties are set and deleted by hand', async () => {
  await send([{ distinct_id: 'p1', properties: { $set: { plan: 'free', a: 1 } } }]);
  const { id } = await known('p1');
  expect(await flagOf('p1')).toBe(false);
  expect(await post(id, 'update_property', { key: 'plan', value: 'pro' })).toMatchObject({
    status: 200,
    body: { properties: { plan: 'pro', a: 1 } },
  });
  expect(await flagOf('p1')).toBe(true);
  expect(await post(id, 'delete_property', { $unset: 'plan' })).toMatchObject({
    body: { properties: { a: 1 } },
  });
  expect(await flagOf('p1')).toBe(false);
  const large = { key: 'a', value: 'x'.repeat(600_000) };
  expect(await post(id, 'update_property', large)).toMatchObject({
    status: 400,
    body: { code: 'invalid_input', attr: 'value' },
  });
});

test.each<[string, string, Raw, string]>([
  ['merge', 'with itself', { ids: ['self'] }, 'ids.0'],
  ['merge', 'with nobody', { ids: [v7()] }, 'ids.0'],
  ['merge', 'with none', { ids: [] }, 'ids'],
  ['split', 'its only id', { distinct_ids: ['r1'] }, 'distinct_ids'],
  ['split', 'a foreign id', { distinct_ids: ['r2'] }, 'distinct_ids.0'],
  ['split', 'from a foreign id', { main_distinct_id: 'r2' }, 'main_distinct_id'],
  ['split', 'in two ways', { main_distinct_id: 'r1', distinct_ids: ['r1'] }, 'main_distinct_id'],
  ['update_property', 'no name', { key: '', value: 1 }, 'key'],
])('refuses to %s %s', async (verb, _, body, attr) => {
  await send([{ distinct_id: 'r1', properties: { $set: { a: 1 } } }]);
  const { id } = await known('r1');
  const asked =
    verb === 'merge' && Array.isArray(body['ids'])
      ? { ids: body['ids'].map((one) => (one === 'self' ? id : one)) }
      : body;
  expect(await post(id, verb, asked)).toMatchObject({
    status: 400,
    body: { code: 'invalid_input', attr },
  });
  expect((await post(v7(), verb, asked)).status).not.toBe(200);
});
