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
    event('typed', {
      properties: {
        price: 3,
        is_new: true,
        says_yes: 'true',
        signed_up: '2026-11-01',
        created_at: NOW / 1000,
        sent: '2026-11-01T10:00:00Z',
        load_time: 240,
        utm_id: 7,
        list: [1],
      },
    }),
    event('long_ago', { atMs: NOW - 200 * DAY_MS }),
    event('$feature_flag_evaluated'),
  ]);
  await insertEvents(app.ctx.clickhouse, app.development.id, [
    event('$pageview', { properties: { secret: 1 } }),
  ]);
});
afterAll(() => app.close());

const UNSAID = {
  description: '',
  tags: [],
  verified: false,
  hidden: false,
  version: 0,
  updated_at: null,
};
const get = (path: string) => app.ask('GET', `/api/projects/@current/${path}`);

test('names of events are those that were seen lately, page by page', async () => {
  const { status, body } = await get('event_definitions/');
  expect([status, body.count, body.next]).toEqual([200, 3, null]);
  const lately = { ...UNSAID, last_seen_at: '2026-11-19T12:00:00.000Z' };
  expect(body.results).toEqual([
    { ...lately, name: 'order_completed', count: 3 },
    { ...lately, name: '$pageview', count: 1 },
    { ...lately, name: 'typed', count: 1 },
  ]);
  const second = await get('event_definitions/?limit=1&offset=1');
  expect(second.body.results.map(({ name }: { name: string }) => name)).toEqual(['$pageview']);
  const found = await get('event_definitions/?search=ORDER');
  expect([found.body.count, found.body.results[0].name]).toEqual([1, 'order_completed']);
});

test('properties are told with what their values are; flags are among them', async () => {
  const { body } = await get('property_definitions/?event=order_completed');
  const told = body.results.map((one: Record<string, unknown>) => [
    one['name'],
    one['count'],
    one['is_numerical'],
    one['property_type'],
  ]);
  expect(told).toEqual([
    ['amount', 3, true, 'String'],
    ['plan', 3, false, 'String'],
    ['$feature/checkout', 1, false, 'String'],
    ['a"b', 1, false, 'String'],
  ]);
  expect(body.results[0].observed_types).toEqual({
    String: 2,
    Numeric: 1,
    Boolean: 0,
    DateTime: 0,
  });
  const all = await get('property_definitions/?search=plan');
  expect(all.body.results.map(({ count }: { count: number }) => count)).toEqual([4]);
});

test('types are those of most values, or of the name', async () => {
  const { body } = await get('property_definitions/?event=typed&limit=50');
  const types = body.results.map((one: Record<string, unknown>) => [
    one['name'],
    one['property_type'],
  ]);
  expect(Object.fromEntries(types)).toEqual({
    price: 'Numeric',
    is_new: 'Boolean',
    says_yes: 'Boolean',
    signed_up: 'DateTime',
    created_at: 'DateTime',
    sent: 'DateTime',
    load_time: 'Numeric',
    utm_id: 'String',
    list: null,
  });
});

test('what people say of a name is shown with it, whether it was seen or not', async () => {
  const say = (path: string, body: object) =>
    app.ask('PATCH', `/api/projects/@current/${path}`, body);
  const order = 'event_definitions/order_completed/';
  const said = { description: 'Paid, not only placed', tags: ['money'], verified: true };
  const { body: saved } = await say(order, said);
  expect(saved).toMatchObject({ ...said, name: 'order_completed', version: 1 });
  expect((await say(order, { ...said, version: 1 })).body.version).toBe(1);
  expect(await say(order, { tags: [], version: 0 })).toMatchObject({
    status: 409,
    body: { attr: 'version' },
  });
  expect(await say(order, { hidden: true })).toMatchObject({
    status: 400,
    body: { attr: 'hidden' },
  });
  await say('event_definitions/planned%2Fsoon/', { description: 'Money later', hidden: true });
  const names = async (query: string) => {
    const { body } = await get(`event_definitions/?${query}`);
    return body.results.map((one: { name: string; count: number }) => [one.name, one.count]);
  };
  expect(await names('search=MONEY')).toEqual([
    ['order_completed', 3],
    ['planned/soon', 0],
  ]);
  expect(await names('search=money&exclude_hidden=true')).toEqual([['order_completed', 3]]);
  expect(await names('verified=true&tag=money')).toEqual([['order_completed', 3]]);

  const amount = 'property_definitions/amount/';
  expect((await say(amount, { property_type: 'Numeric' })).body.property_type).toBe('Numeric');
  const { body } = await get('property_definitions/?search=amount');
  expect(body.results[0]).toMatchObject({ property_type: 'Numeric', is_type_given: true });
  expect((await say(amount, { property_type: null })).body.version).toBe(2);
  expect(await say(amount, { property_type: 'Money' })).toMatchObject({
    status: 400,
    body: { attr: 'property_type' },
  });
  const log = await get('activity_log/?resource_kind=event_definition');
  expect(log.body.results.length).toBeGreaterThanOrEqual(2);
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
