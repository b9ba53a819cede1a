import { gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { expireEvents } from './retention.job.ts';

const WAIT = { timeout: 60_000, interval: 200 };
let serin: TestApp;
beforeAll(async () => {
  serin = await startTestApp();
});
afterAll(() => serin.close());

type Raw = Record<string, unknown>;
type Deletion = {
  id: string;
  kind: string;
  state: string;
  people: number;
  events_removed: number;
  rows_left: number | null;
  problem: string | null;
  verified_at: string | null;
};
const API = '/api/projects/@current';

async function send(events: Raw[], token = serin.production.token): Promise<void> {
  const batch = events.map((event) => ({
    event: 'e',
    uuid: v7(),
    timestamp: new Date().toISOString(),
    ...event,
  }));
  const payload = gzipSync(JSON.stringify({ api_key: token, batch }));
  const headers = { 'content-type': 'text/plain' };
  const answer = await serin.inject({ method: 'POST', url: '/batch/', payload, headers });
  expect(answer.statusCode).toBe(200);
}

async function eventsOf(distinctId: string): Promise<{ person_id: string }[]> {
  const { body } = await serin.ask('GET', `${API}/events/?distinct_id=${distinctId}`);
  return (body as { results: { person_id: string }[] }).results;
}

const stored = (distinctId: string, count: number) =>
  expect.poll(async () => (await eventsOf(distinctId)).length, WAIT).toBe(count);

async function personOf(distinctId: string): Promise<string | undefined> {
  const { body } = await serin.ask('GET', `${API}/persons/?distinct_id=${distinctId}`);
  return (body as { results: { id: string }[] }).results[0]?.id;
}

const deletion = async (id: string) =>
  (await serin.ask('GET', `${API}/deletions/${id}/`)).body as Deletion;

const done = (id: string) => expect.poll(async () => (await deletion(id)).state, WAIT).toBe('done');

async function count(table: string, where: string): Promise<number> {
  const result = await serin.ctx.clickhouse.query({
    query: `SELECT count() AS n FROM ${table} WHERE ${where}`,
    format: 'JSONEachRow',
  });
  return Number((await result.json<{ n: number }>())[0]?.n);
}

const bulk = (body: Raw) => serin.ask('POST', `${API}/persons/bulk_delete/`, body);

test('a person is erased with every trace, which is counted and kept; whoever comes back is new', async () => {
  await send([
    { distinct_id: 'anon-ada', event: 'seen', properties: { $process_person_profile: false } },
    { distinct_id: 'bob', properties: { $set: { plan: 'free' } } },
  ]);
  await stored('anon-ada', 1);
  const rules = { new_issue: true, regression: false, spike: false };
  expect((await serin.ask('PUT', `${API}/error_tracking/alerts/`, rules)).status).toBe(200);
  const channel = { name: 'Hook', config: { kind: 'webhook', url: 'http://127.0.0.1:9/hook' } };
  expect((await serin.ask('POST', `${API}/notification_channels/`, channel)).status).toBe(201);
  const told = () =>
    sql<{ message: object }>`select message from notification order by id`
      .execute(serin.ctx.db)
      .then(({ rows }) => JSON.stringify(rows));
  const issues = () =>
    sql<{ description: string }>`select description from error_issue order by id`
      .execute(serin.ctx.db)
      .then(({ rows }) => rows.map(({ description }) => description));
  const thrown = (who: string, value: string) => ({
    distinct_id: who,
    event: '$exception',
    properties: { $exception_list: [{ type: 'Error', value }] },
  });
  await send([thrown('anon-ada', 'Ada Lovelace is unknown')]);
  await expect.poll(issues, WAIT).toHaveLength(1);
  await send([thrown('anon-ada', 'No seat for "ada"')]);
  await expect.poll(issues, WAIT).toEqual(['Ada Lovelace is unknown', 'No seat for "ada"']);
  await send([thrown('bob', 'No seat for "bob"')]);
  expect(await told()).toContain('Ada Lovelace is unknown');
  await expect.poll(() => count('exception', '1'), WAIT).toBe(3);
  const $set = { email: 'ada@example.com' };
  const properties = { $anon_distinct_id: 'anon-ada', $set };
  await send([{ distinct_id: 'ada', event: '$identify', properties }, { distinct_id: 'ada' }]);
  await stored('ada', 2);
  const personId = await personOf('ada');
  expect(await personOf('anon-ada')).toBe(personId);
  const cohort = { name: 'listed', is_static: true };
  const made = (await serin.ask('POST', `${API}/cohorts/`, cohort)).body as { id: number };
  await sql`insert into cohort_member (environment_id, distinct_id, cohort_id)
    values (${serin.production.id}, 'ada', ${made.id})`.execute(serin.ctx.db);

  const asked = await serin.ask('DELETE', `${API}/persons/${personId}/?delete_events=true`);
  expect(asked.status).toBe(202);
  expect((await serin.ask('GET', `${API}/persons/${personId}/`)).status).toBe(404);
  const { id } = asked.body as Deletion;
  await done(id);
  expect(await deletion(id)).toMatchObject({
    people: 1,
    person_ids: [personId],
    events_removed: 5,
    rows_left: 0,
    problem: null,
    verified_at: expect.stringContaining('T'),
  });
  expect(await eventsOf('ada')).toEqual([]);
  expect(await eventsOf('anon-ada')).toEqual([]);
  expect(await eventsOf('bob')).toHaveLength(2);
  // What is called by their words is so no more.
  expect(await issues()).toEqual(['', 'No seat for "bob"']);
  expect(await told()).toContain('Error in production');
  expect(await told()).not.toMatch(/lovelace|\bada\b/iu);
  expect(await count('person_overrides', "distinct_id IN ('ada', 'anon-ada')")).toBe(0);
  expect(await count('person', `id = '${personId}' AND is_deleted = 0`)).toBe(0);
  const { rows } = await sql<{ traces: string }>`select
    (select count(*) from cohort_member where distinct_id = 'ada') +
    (select count(*) from person_distinct_id where distinct_id in ('ada', 'anon-ada')) +
    (select count(*) from deletion where distinct_ids <> '{}') as traces
  `.execute(serin.ctx.db);
  expect(rows).toEqual([{ traces: '0' }]);
  const audit = await serin.ask('GET', `${API}/activity_log/`);
  expect(JSON.stringify(audit.body)).toContain('deletion_verified');

  await send([{ distinct_id: 'ada', properties: { $set: { plan: 'growth' } } }]);
  await stored('ada', 1);
  const back = await personOf('ada');
  const { body } = await serin.ask('GET', `${API}/persons/${back}/`);
  expect(body).toMatchObject({ distinct_ids: ['ada'], properties: { plan: 'growth' } });
  expect(body).not.toHaveProperty('properties.email');
});

test('many are erased at once, also ids without a person; their events alone when asked so', async () => {
  await send([
    ...['c1', 'c2', 'keep'].map((id) => ({ distinct_id: id, properties: { $set: { a: 1 } } })),
    { distinct_id: "o'neil", properties: { $process_person_profile: false } },
  ]);
  for (const id of ['c1', 'c2', 'keep', "o'neil"]) await stored(id, 1);
  const first = await personOf('c1');
  const answer = await bulk({
    ids: [first],
    distinct_ids: ['c2', "o'neil", "o'neil"],
    delete_events: true,
  });
  expect(answer).toMatchObject({
    status: 202,
    body: { persons_found: 2, persons_deleted: 2, events_queued_for_deletion: true },
  });
  const kept = await bulk({ distinct_ids: ['keep'], delete_events: true, keep_person: true });
  expect(kept).toMatchObject({ body: { persons_found: 1, persons_deleted: 0 } });
  for (const { body } of [answer, kept]) await done((body as { deletion: Deletion }).deletion.id);
  for (const id of ['c1', 'c2', 'keep', "o'neil"]) expect(await eventsOf(id)).toEqual([]);
  const { rows } =
    await sql`select from personless_distinct_id where distinct_id = ${"o'neil"}`.execute(
      serin.ctx.db,
    );
  expect(rows).toEqual([]);
  expect(await personOf('c2')).toBeUndefined();
  expect(await personOf('keep')).toBeDefined();
  const { body } = await serin.ask('GET', `${API}/deletions/?limit=1`);
  expect(body).toMatchObject({ results: [{ delete_events: true, keep_person: true }] });
});

test('it is not done while a batch from before is on its way', async () => {
  await sql`insert into ingest_mark (node_id, segment, offset_bytes, batch_segment, batch_offset_bytes,
    updated_at) values ('elsewhere', 1, 100, 1, 200, now())`.execute(serin.ctx.db);
  const answer = await bulk({ distinct_ids: ['nobody'], delete_events: true });
  const { id } = (answer.body as { deletion: Deletion }).deletion;
  await expect
    .poll(() => deletion(id), WAIT)
    .toMatchObject({ state: 'running', rows_left: 0, problem: expect.stringContaining('Waits') });
  await sql`update ingest_mark set offset_bytes = 200 where node_id = 'elsewhere'`.execute(
    serin.ctx.db,
  );
  await done(id);
});

test('nothing is left of a deleted environment', async () => {
  const path = `${API}/environments/`;
  const made = await serin.ask('POST', path, { key: 'preview', name: 'Preview' });
  const { id, token } = made.body as { id: number; token: string };
  expect(made.status).toBe(201);
  await send([{ distinct_id: 'eve', properties: { $set: { a: 1 } } }], token);
  await expect.poll(() => count('events', `environment_id = ${id}`), WAIT).toBe(1);
  const gone = await serin.ask('DELETE', `${path}preview/?confirm=preview`);
  expect(gone.status).toBe(204);
  const listed = async () =>
    ((await serin.ask('GET', `${API}/deletions/`)).body as { results: Deletion[] }).results;
  await expect
    .poll(async () => (await listed()).find(({ kind }) => kind === 'environment'), WAIT)
    .toMatchObject({ state: 'done', environment: 'preview', people: 1, events_removed: 1 });
  expect(await count('events', `environment_id = ${id}`)).toBe(0);
  expect(await count('person', `environment_id = ${id}`)).toBe(0);
});

test('events that are older than their project keeps them are erased, no others', async () => {
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
  await send([28, 33, 400].map((days) => ({ distinct_id: 'old', timestamp: daysAgo(days) })));
  await stored('old', 3);
  for (const [i, days] of [33, 28].entries()) {
    const $exception_list = [{ type: 'RangeError', value: `None for "${days}"` }];
    const timestamp = daysAgo(days);
    const properties = { $exception_list };
    await send([{ distinct_id: `thrower-${i}`, event: '$exception', timestamp, properties }]);
    await expect.poll(() => count('exception', `distinct_id = 'thrower-${i}'`), WAIT).toBe(1);
  }
  const quoted = () =>
    sql`select description from error_issue where name = 'RangeError'`
      .execute(serin.ctx.db)
      .then(({ rows }) => rows);
  expect(await quoted()).toEqual([{ description: 'None for "33"' }]);
  await expireEvents(serin.ctx);
  const keep = (days: unknown) => serin.ask('PATCH', `${API}/`, { event_retention_days: days });
  for (const days of [29, 731, 30.5, '30']) {
    expect(await keep(days)).toMatchObject({
      status: 400,
      body: { code: 'invalid_input', attr: 'event_retention_days' },
    });
  }
  expect(await eventsOf('old')).toHaveLength(3);
  expect(await keep(30)).toMatchObject({ status: 200, body: { event_retention_days: 30 } });
  await expect
    .poll(async () => {
      await expireEvents(serin.ctx);
      return (await eventsOf('old')).length;
    }, WAIT)
    .toBe(1);
  const { body } = await serin.ask('GET', `${API}/activity_log/`);
  expect(JSON.stringify(body)).toContain('events_expired');
  // Nothing tells any more whose the words were.
  expect(await quoted()).toEqual([{ description: 'None for "28"' }]);
  expect(await keep(null)).toMatchObject({ body: { event_retention_days: null } });
});

test.each<[string, Raw, string, string]>([
  ['nothing', {}, 'required', 'ids'],
  ['nobody', { ids: [], delete_events: true }, 'required', 'ids'],
  ['what is no id', { ids: ['x'] }, 'invalid_input', 'ids.0'],
  [
    'to keep everything',
    { distinct_ids: ['u'], keep_person: true },
    'invalid_input',
    'keep_person',
  ],
  [
    'too many',
    { distinct_ids: Array.from({ length: 1001 }, (_, i) => `u${i}`) },
    'invalid_input',
    'distinct_ids',
  ],
])('refuses to delete %s', async (_, body, code, attr) => {
  expect(await bulk(body)).toMatchObject({ status: 400, body: { code, attr } });
});

test('a person or deletion that is not there is not found', async () => {
  const id = '0190f3a2-0000-5000-8000-000000000001';
  expect((await serin.ask('DELETE', `${API}/persons/${id}/`)).status).toBe(404);
  expect((await serin.ask('GET', `${API}/deletions/${id}/`)).status).toBe(404);
});
