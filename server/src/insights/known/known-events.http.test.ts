import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { ManualClock } from '#kernel/clock';
import { type TestEvent, insertEvents } from '#platform/test-events';

const NOW = Date.UTC(2026, 10, 20, 12);
const DAY_MS = 86_400_000;
let app: TestApp;

const event = (name: string, more: Partial<TestEvent> = {}): TestEvent => ({
  event: name,
  distinctId: 'ada',
  atMs: NOW - DAY_MS,
  ...more,
});

beforeAll(async () => {
  app = await startTestApp({ clock: new ManualClock(NOW) });
  await insertEvents(app.ctx.clickhouse, app.production.id, [
    event('order_completed', { properties: { amount: 12.5, plan: 'pro', 'a"b': 'x' } }),
    event('order_completed', {
      properties: { amount: '7', plan: 'free' },
      flags: { checkout: 'on' },
    }),
    event('order_completed', { properties: { amount: 'none', plan: 'pro' } }),
    event('$pageview', {
      properties: { plan: 'Pro', $session_id: 's' },
      flags: { checkout: 'on' },
    }),
    event('long_ago', { atMs: NOW - 200 * DAY_MS }),
    event('$feature_flag_evaluated'),
  ]);
  await insertEvents(app.ctx.clickhouse, app.development.id, [
    event('$pageview', { properties: { secret: 1 } }),
  ]);
});
afterAll(() => app.close());

const get = (path: string) => app.ask('GET', `/api/projects/@current/${path}`);

test('names of events are those that were seen lately, page by page', async () => {
  const { status, body } = await get('event_definitions/');
  expect([status, body.count, body.next]).toEqual([200, 2, null]);
  expect(body.results).toEqual([
    { name: 'order_completed', count: 3, last_seen_at: '2026-11-19T12:00:00.000Z' },
    { name: '$pageview', count: 1, last_seen_at: '2026-11-19T12:00:00.000Z' },
  ]);
  const second = await get('event_definitions/?limit=1&offset=1');
  expect(second.body.results.map(({ name }: { name: string }) => name)).toEqual(['$pageview']);
  const found = await get('event_definitions/?search=ORDER');
  expect([found.body.count, found.body.results[0].name]).toEqual([1, 'order_completed']);
});

test('properties are told with whether they are numbers; flags are among them', async () => {
  const { body } = await get('property_definitions/?event=order_completed');
  expect(body.results).toEqual([
    { name: 'amount', count: 3, is_numerical: true },
    { name: 'plan', count: 3, is_numerical: false },
    { name: '$feature/checkout', count: 1, is_numerical: false },
    { name: 'a"b', count: 1, is_numerical: false },
  ]);
  const all = await get('property_definitions/?search=plan');
  expect(all.body.results).toEqual([{ name: 'plan', count: 4, is_numerical: false }]);
});

test('values are texts, the most frequent first, of one event or of all', async () => {
  const values = async (query: string) => (await get(`events/values/?${query}`)).body;
  expect(await values('key=plan&event=order_completed')).toEqual([
    { name: 'pro', count: 2 },
    { name: 'free', count: 1 },
  ]);
  expect(await values('key=plan&value=PR')).toEqual([
    { name: 'pro', count: 2 },
    { name: 'Pro', count: 1 },
  ]);
  expect(await values('key=%24feature%2Fcheckout')).toEqual([{ name: 'on', count: 2 }]);
  expect(await values('key=amount')).toContainEqual({ name: '12.5', count: 1 });
  expect(await values('key=secret')).toEqual([]);
});

test.each([
  ['event_definitions/?limit=0', 'limit'],
  ['property_definitions/?event=', 'event'],
  ['events/values/', 'key'],
])('what cannot be read is refused by name: %s', async (path, attr) => {
  const { status, body } = await get(path);
  expect([status, body.attr]).toEqual([400, attr]);
});
