import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { ManualClock } from '#kernel/clock';
import { insertEvents } from '#platform/test-events';

const NOW = Date.UTC(2026, 10, 20, 12);
const DAY_MS = 86_400_000;
const clock = new ManualClock(NOW);
let app: TestApp;
let dashboard: { id: number; tiles: { id: number }[] };
beforeAll(async () => {
  app = await startTestApp({ clock });
  const seen = (distinctId: string, daysAgo: number, plan: string) => ({
    event: '$pageview',
    distinctId,
    atMs: NOW - daysAgo * DAY_MS,
    properties: { plan },
  });
  await insertEvents(app.ctx.clickhouse, app.production.id, [
    seen('ada', 1, 'pro'),
    seen('bob', 1, 'free'),
    seen('eve', 10, 'pro'),
  ]);
  const saved = await Promise.all(
    [
      { query: { ...views, properties: [{ key: 'plan', value: ['pro'] }] }, name: 'Views' },
      { query: { kind: 'HogQLQuery', query: 'select distinct_id from events' }, name: 'SQL' },
      { query: { kind: 'EventsQuery', select: ['*'] }, name: 'List' },
      { query: views, name: 'Gone' },
    ].map((body) => app.ask('POST', '/api/projects/@current/insights/', body)),
  );
  const ids: number[] = saved.map(({ body }) => body.id);
  const tiles = [...ids.map((id) => ({ insight: { id } })), { text: { body: 'Hello' } }];
  const filters = { date_from: '-3d' };
  dashboard = (await app.ask('POST', URL, { name: 'Wall', tiles, filters })).body;
  await app.ask('PATCH', `/api/projects/@current/insights/${ids[3]}/`, { deleted: true });
});
afterAll(() => app.close());

const URL = '/api/projects/@current/dashboards/';
const views = { kind: 'TrendsQuery', series: [{ kind: 'EventsNode', event: '$pageview' }] };
const links = () => `${URL}${dashboard.id}/links/`;
const link = async () => (await app.ask('POST', links())).body as { id: string; token: string };
const stranger = async (token: string, rest = '') => {
  const response = await app.inject({
    method: 'GET',
    url: `/api/shared_dashboards/${token}/${rest}`,
  });
  return { status: response.statusCode, headers: response.headers, body: response.json() };
};

test('a stranger with the link sees names, texts and answers, and nothing else', async () => {
  const { token } = await link();
  const { status, headers, body } = await stranger(token);
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'x-robots-tag': 'noindex, nofollow',
    'cache-control': 'no-store',
  });
  const layouts = expect.anything();
  const color = null;
  const [first, sql, list, gone, text] = dashboard.tiles.map(({ id }) => id);
  const shown = { color, layouts, text: null, description: '' };
  expect(body).toEqual({
    name: 'Wall',
    description: '',
    date_from: '-3d',
    date_to: null,
    tiles: [
      {
        id: first,
        ...shown,
        name: 'Views',
        query: { ...views, dateRange: { date_from: '-3d' }, interval: 'day' },
      },
      { id: sql, ...shown, name: 'SQL', query: null },
      { id: list, ...shown, name: 'List', query: null },
      { id: gone, ...shown, name: '', query: null },
      { id: text, ...shown, name: '', query: null, text: { body: 'Hello' } },
    ],
  });
  const answer = await stranger(token, `tiles/${first}/`);
  expect(answer.body).toMatchObject({ timezone: 'UTC', results: [{ data: [0, 0, 1, 0] }] });
  expect(JSON.stringify([body, answer.body])).not.toMatch(/plan|pro"|ada|cache_key/);
  for (const id of [sql, list, gone, text, 999]) {
    expect((await stranger(token, `tiles/${id}/`)).status).toBe(404);
  }
});

test('strangers do not make the server compute at every press', async () => {
  const { token } = await link();
  const ask = async () => (await stranger(token, `tiles/${dashboard.tiles[0]?.id}/`)).body;
  const before = await ask();
  const event = { event: '$pageview', distinctId: 'new', atMs: NOW, properties: { plan: 'pro' } };
  await insertEvents(app.ctx.clickhouse, app.production.id, [event]);
  expect(await ask()).toEqual(before);
  clock.advance(16_000);
  expect((await ask()).results[0].data).toEqual([0, 0, 1, 1]);
});

test('a link shows its own environment', async () => {
  const { body } = await app.ask('POST', `${links()}?environment=development`);
  expect(body.environment).toBe('development');
  const answer = await stranger(body.token, `tiles/${dashboard.tiles[0]?.id}/`);
  expect(answer.body.results[0].data).toEqual([0, 0, 0, 0]);
});

test('a revoked link, one of a deleted dashboard and one that never was show nothing', async () => {
  const made = await link();
  const listed = (await app.ask('GET', links())).body.results;
  expect(listed[0]).toMatchObject({ environment: 'production', created_by: { email: app.email } });
  expect(JSON.stringify(listed)).not.toContain(made.token);
  expect((await app.ask('DELETE', `${links()}${made.id}/`)).status).toBe(204);
  expect((await app.ask('DELETE', `${links()}${made.id}/`)).status).toBe(404);
  const tile = `tiles/${dashboard.tiles[0]?.id}/`;
  for (const rest of ['', tile]) {
    const refused = await stranger(made.token, rest);
    expect([refused.status, refused.body.code]).toEqual([404, 'not_found']);
    expect((await stranger('nothing', rest)).status).toBe(404);
  }
  const other = await link();
  await app.ask('PATCH', `${URL}${dashboard.id}/`, { deleted: true });
  expect((await stranger(other.token)).status).toBe(404);
  expect((await app.ask('POST', links())).status).toBe(404);
  await app.ask('PATCH', `${URL}${dashboard.id}/`, { deleted: false });
  expect((await stranger(other.token)).status).toBe(404);
});

test('a link opens nothing else, and one address may not ask without end', async () => {
  const { token } = await link();
  const headers = { authorization: `Bearer ${token}` };
  const asked = await app.inject({ method: 'GET', url: `${URL}${dashboard.id}/`, headers });
  expect(asked.statusCode).toBe(401);
  let last = await stranger('x');
  for (let asked = 0; asked < 1_500 && last.status === 404; asked += 1) last = await stranger('x');
  expect([last.status, last.body.code]).toEqual([429, 'rate_limit_exceeded']);
  expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
  clock.advance(301_000);
  expect((await stranger(token)).status).toBe(200);
});

test('errors name no cohort', async () => {
  const filters = { properties: [{ key: 'id', type: 'cohort', value: 999_999 }] };
  const query = { ...views, properties: filters.properties };
  const saved = await app.ask('POST', '/api/projects/@current/insights/', { query, name: 'Lost' });
  const tiles = [{ insight: { id: saved.body.id } }];
  const wall = (await app.ask('POST', URL, { name: 'Lost', tiles })).body;
  const { token } = (await app.ask('POST', `${URL}${wall.id}/links/`)).body;
  const { status, body } = await stranger(token, `tiles/${wall.tiles[0].id}/`);
  expect(status).toBe(400);
  expect(body).toMatchObject({
    code: 'invalid_input',
    detail: 'A value is not valid.',
    attr: null,
  });
});
