// Answers that are kept, and questions that are answered in the background.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { ManualClock } from '#kernel/clock';
import { type TestEvent, insertEvents, personIdOf } from '#platform/test-events';

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 10, 20, 12);
const clock = new ManualClock(NOW);
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ clock });
  await store({ event: 'a', distinctId: 'ada', atMs: NOW - HOUR_MS });
});
afterAll(() => app.close());

const store = (...events: TestEvent[]) =>
  insertEvents(app.ctx.clickhouse, app.production.id, events);
const PATH = '/api/projects/@current/query/';
const post = (query: object, more: object = {}, environment = 'production') =>
  app.ask('POST', `${PATH}?environment=${environment}`, { query, ...more });
const get = async (id: string) => (await app.ask('GET', `${PATH}${id}/`)).body.query_status;

const trend = (more: object = {}) => ({
  kind: 'TrendsQuery',
  series: [{ kind: 'EventsNode', event: 'a', math: 'dau' }],
  dateRange: { date_from: '-2d' },
  ...more,
});
/** Whether it came from memory, and the number of the last day. */
async function ask(query: object = trend(), more: object = {}): Promise<[boolean, number]> {
  const { status, body } = await post(query, more);
  expect([status, body.detail]).toEqual([200, undefined]);
  return [body.is_cached, body.results[0].data.at(-1)];
}

/** Far more than a test waits for; it reads, and ends when it is told to. */
const ENDLESS = {
  kind: 'HogQLQuery',
  query: `SELECT count() FROM (SELECT arrayJoin(range(1000000)) AS a FROM events) AS a
    CROSS JOIN (SELECT arrayJoin(range(100000)) AS b) AS b WHERE cityHash64(a, b) = 1`,
};

test('an answer is given again until what it is about changes', async () => {
  expect(await ask()).toEqual([false, 1]);
  const first = (await post(trend())).body;
  expect(first).toMatchObject({ is_cached: true, last_refresh: '2026-11-20T12:00:00.000Z' });
  expect(first.cache_key).toMatch(/^cache_\d+_[0-9a-f]{64}$/);
  // Long before the range.
  await store({ event: 'a', distinctId: 'eve', atMs: NOW - 90 * 24 * HOUR_MS });
  expect(await ask()).toEqual([true, 1]);
  await store({ event: 'a', distinctId: 'bob', atMs: NOW - HOUR_MS });
  expect(await ask()).toEqual([false, 2]);
  expect(await ask()).toEqual([true, 2]);
  await app.ctx.clickhouse.insert({
    table: 'person_overrides',
    format: 'JSONEachRow',
    values: [
      {
        environment_id: app.production.id,
        distinct_id: 'bob',
        person_id: personIdOf('ada'),
        version: 1,
      },
    ],
  });
  expect(await ask()).toEqual([false, 1]);
  expect(await ask()).toEqual([true, 1]);
  expect((await ask(trend({ interval: 'week' })))[0]).toBe(false);
  const other = await post(trend(), {}, 'development');
  expect([other.body.is_cached, other.body.results[0].data.at(-1)]).toEqual([false, 0]);
});

test('and until its last interval is over, or an event that was ahead of the clock happens', async () => {
  await store({ event: 'a', distinctId: 'ahead', atMs: NOW + 2 * HOUR_MS });
  await ask();
  expect((await ask())[0]).toBe(true);
  clock.advance(HOUR_MS);
  expect((await ask())[0]).toBe(true);
  clock.advance(2 * HOUR_MS);
  expect(await ask()).toEqual([false, 2]);
  await ask();
  clock.advance(10 * HOUR_MS);
  expect((await ask())[0]).toBe(false);
});

test('a kept answer is passed over, or is all that is asked for', async () => {
  const query = trend({ series: [{ kind: 'EventsNode', event: 'kept' }] });
  const missed = await post(query, { refresh: 'force_cache' });
  expect(missed.body).toEqual({
    cache_key: missed.body.cache_key,
    is_cached: false,
    timezone: 'UTC',
    query_status: null,
  });
  expect(await ask(query, { refresh: true })).toEqual([false, 0]);
  await store({ event: 'kept', distinctId: 'ada', atMs: clock.now() - 1 });
  // It is known to be wrong by now, and asked for all the same.
  expect(await ask(query, { refresh: 'force_cache' })).toEqual([true, 0]);
  expect(await ask(query, { refresh: false })).toEqual([true, 0]);
  expect(await ask(query, { refresh: 'blocking' })).toEqual([false, 1]);
  expect(await ask(query, { refresh: 'force_blocking' })).toEqual([false, 1]);
});

test('what is computed in the background tells how far it is, and then its answer', async () => {
  const query = trend({
    series: ['later', 'a'].map((event) => ({ kind: 'EventsNode', event })),
  });
  const started = (await post(query, { refresh: 'async' })).body;
  expect(started).toMatchObject({ is_cached: false, query_status: { query_async: true } });
  expect(started.results).toBeUndefined();
  const { id } = started.query_status;
  await expect.poll(async () => (await get(id)).complete).toBe(true);
  const ended = await get(id);
  expect(ended).toMatchObject({
    id,
    error: false,
    error_message: null,
    results: { is_cached: false },
  });
  expect(ended.results.results[0].data).toEqual([0, 0, 0]);
  expect(ended.query_progress.rows_read).toBeGreaterThan(0);
  const again = (await post(query, { refresh: 'async' })).body;
  expect([again.is_cached, again.query_status]).toEqual([true, undefined]);
  // With an answer that is not right any more, both.
  await store({ event: 'later', distinctId: 'ada', atMs: clock.now() - 1 });
  const both = (await post(query, { refresh: 'async_except_on_cache_miss' })).body;
  expect([both.is_cached, both.results[0].count, both.query_status.complete]).toEqual([
    true,
    0,
    false,
  ]);
  await expect.poll(async () => (await get(both.query_status.id)).complete).toBe(true);
});

test('a question can be ended by its id, also one that is waited for', async () => {
  const id = 'my-question';
  const waiting = post(ENDLESS, { client_query_id: id });
  await expect.poll(async () => (await get(id))?.query_progress.rows_read ?? 0).toBeGreaterThan(0);
  const second = await post(trend(), { client_query_id: id, refresh: 'force_blocking' });
  expect([second.status, second.body.attr]).toEqual([409, 'client_query_id']);
  const foreign = await app.ask('DELETE', `${PATH}${id}/?environment=development`);
  expect(foreign.status).toBe(404);
  expect((await app.ask('DELETE', `${PATH}${id}/`)).status).toBe(204);
  expect((await waiting).body.code).toBe('query_cancelled');
  expect((await app.ask('GET', `${PATH}${id}/`)).status).toBe(404);

  const { query_status } = (await post(ENDLESS, { refresh: 'force_async' })).body;
  expect((await app.ask('DELETE', `${PATH}${query_status.id}/`)).status).toBe(204);
  await expect.poll(async () => (await get(query_status.id)).complete).toBe(true);
  expect(await get(query_status.id)).toMatchObject({ error: true, results: null });
  const running = async () => {
    const answer = await app.ctx.clickhouse.query({
      query: `SELECT count() AS n FROM system.processes
        WHERE position(query, 'cityHash64(a, b)') > 0 AND position(query, 'system.processes') = 0`,
      format: 'JSONEachRow',
    });
    return (await answer.json<{ n: number }>())[0]?.n;
  };
  await expect.poll(running).toBe(0);
});

test.each([
  [{ refresh: 'sometimes' }, 'refresh'],
  [{ client_query_id: '' }, 'client_query_id'],
  [{ filters_override: {} }, 'filters_override'],
])('refused by name: %j', async (more, attr) => {
  const { status, body } = await post(trend(), more);
  expect([status, body.attr]).toEqual([400, attr]);
});
