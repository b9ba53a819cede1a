import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const URL = '/api/projects/@current/dashboards/';
const INSIGHTS = '/api/projects/@current/insights/';
const query = { kind: 'TrendsQuery', series: [{ kind: 'EventsNode', event: '$pageview' }] };

const make = (body: object = { name: 'Shop' }) => app.ask('POST', URL, body);
const change = (id: number, body: object) => app.ask('PATCH', `${URL}${id}/`, body);
const look = (id: number) => app.ask('GET', `${URL}${id}/`);
async function insight(name = 'Views'): Promise<number> {
  return (await app.ask('POST', INSIGHTS, { name, query })).body.id;
}
const placesOf = (body: { tiles: { layouts: { sm: object } }[] }) =>
  body.tiles.map(({ layouts }) => layouts.sm);

async function audited(id: number): Promise<string[]> {
  const rows = await app.ctx.db
    .selectFrom('audit_entry')
    .select('action')
    .where('resource_kind', '=', 'dashboard')
    .where('resource_id', '=', String(id))
    .orderBy('id')
    .execute();
  return rows.map(({ action }) => action);
}

test('a dashboard is made, filled, arranged, deleted and restored, each with its audit entry', async () => {
  const made = await make({ name: 'Shop', description: 'All of it', pinned: true });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({ name: 'Shop', tiles: [], filters: {}, version: 1 });
  const { id } = made.body;
  const views = await insight();
  const first = await app.ask('POST', `${URL}${id}/tiles/`, { insight: { id: views } });
  expect(first.status).toBe(201);
  const { body } = await app.ask('POST', `${URL}${id}/tiles/`, { text: { body: '# Read me' } });
  expect(body).toMatchObject({
    version: 3,
    tiles: [
      { id: 1, insight: { id: views, name: 'Views', query }, text: null, color: null },
      { id: 2, insight: null, text: { body: '# Read me' } },
    ],
  });
  expect(placesOf(body)).toEqual([
    { x: 0, y: 0, w: 6, h: 12 },
    { x: 0, y: 12, w: 12, h: 3 },
  ]);
  const [tile, text] = body.tiles;
  const tiles = [
    { ...text, layouts: { sm: { x: 0, y: 0, w: 12, h: 3 } } },
    { ...tile, color: 'blue', layouts: { sm: { x: 3, y: 1, w: 4, h: 5 } } },
    { text: { body: 'New' } },
  ];
  const filters = { date_from: '-30d', properties: [{ key: 'plan', value: ['pro'] }] };
  const arranged = await change(id, { tiles, filters, version: 3 });
  expect(arranged.body).toMatchObject({ version: 4, filters });
  expect(arranged.body.tiles.map((one: { id: number }) => one.id)).toEqual([2, 1, 3]);
  expect(placesOf(arranged.body)).toEqual([
    { x: 0, y: 0, w: 12, h: 3 },
    { x: 3, y: 3, w: 4, h: 5 },
    { x: 0, y: 8, w: 12, h: 3 },
  ]);
  expect((await look(id)).body).toEqual(arranged.body);
  expect((await change(id, { tiles: arranged.body.tiles })).body.version).toBe(4);
  expect((await change(id, { deleted: true })).body).toMatchObject({ deleted: true, version: 5 });
  expect((await app.ask('GET', URL)).body.count).toBe(0);
  await change(id, { deleted: false });
  expect((await app.ask('GET', `${URL}?favorited=true`)).body.count).toBe(0);
  const starred = await change(id, { favorited: true });
  expect(starred.body).toMatchObject({ favorited: true, version: 6 });
  expect((await app.ask('GET', `${URL}?favorited=true`)).body.count).toBe(1);
  const listed = await app.ask('GET', `${URL}?search=SHO&pinned=true`);
  expect(listed.body.results).toMatchObject([{ id, tile_count: 3 }]);
  const actions = ['created', 'updated', 'updated', 'updated', 'deleted', 'restored'];
  expect(await audited(id)).toEqual(actions);
});

test('a change that somebody else has overtaken is refused, and changes nothing', async () => {
  const { id } = (await make()).body;
  await change(id, { name: 'Second' });
  const late = await change(id, { name: 'Late', version: 1 });
  expect([late.status, late.body.code, late.body.attr]).toEqual([409, 'conflict', 'version']);
  expect((await look(id)).body.name).toBe('Second');
});

const place = { x: 0, y: 0, w: 6, h: 5 };
test.each([
  [{ name: ' ' }, 'name'],
  [{ name: 'x', surprise: 1 }, 'surprise'],
  [{ tiles: [{ insight: { id: 999_999 } }] }, 'tiles.0.insight'],
  [{ tiles: [{}] }, 'tiles.0.insight'],
  [{ tiles: [{ text: { body: 'x' }, insight: { id: 1 } }] }, 'tiles.0.insight'],
  [{ tiles: [{ text: { body: 'x' }, color: 'mauve' }] }, 'tiles.0.color'],
  [
    { tiles: [{ text: { body: 'x' }, layouts: { sm: { ...place, x: 8 } } }] },
    'tiles.0.layouts.sm.w',
  ],
  [{ tiles: Array.from({ length: 61 }, () => ({ text: { body: 'x' } })) }, 'tiles'],
  [{ filters: { date_from: 'someday' } }, 'filters.date_from'],
  [{ filters: { date_from: '2026-02-01', date_to: '2026-01-01' } }, 'filters.date_from'],
  [{ use_template: 'nothing' }, 'use_template'],
  [{ use_template: 'rollout_monitoring' }, 'flag'],
  [{ use_template: 'rollout_monitoring', flag: 'no-such-flag' }, 'flag'],
  [{ use_template: 'product_basics', use_dashboard: 1 }, 'use_dashboard'],
])('what is no dashboard is refused: %j', async (body, attr) => {
  const before = (await app.ask('GET', `${INSIGHTS}?limit=1`)).body.count;
  const refused = await make(body);
  expect([refused.status, refused.body.attr]).toEqual([400, attr]);
  expect((await app.ask('GET', `${INSIGHTS}?limit=1`)).body.count).toBe(before);
});

test('a template saves its insights, which ask what the server answers; a copy shows the same', async () => {
  await app.ask('POST', '/api/projects/@current/feature_flags/', { key: 'new-checkout' });
  const monitoring = await make({
    use_template: 'rollout_monitoring',
    flag: 'new-checkout',
    events: ['order paid', '$exception'],
  });
  expect(monitoring.status).toBe(201);
  expect(monitoring.body.name).toBe('Rollout monitoring: new-checkout');
  const basics = await make({ use_template: 'product_basics', name: 'Ours' });
  expect(basics.body.name).toBe('Ours');
  type Shown = { insight: { name: string; query: object } | null };
  const tiles: Shown[] = [...monitoring.body.tiles, ...basics.body.tiles];
  const shown = tiles.flatMap((tile) => (tile.insight ? [tile.insight] : []));
  expect(shown.map(({ name }) => name)).toContain('order paid by variant');
  expect(shown).toHaveLength(16);
  for (const { name, query: asked } of shown) {
    const answer = await app.ask('POST', '/api/projects/@current/query/', { query: asked });
    expect([name, answer.status, answer.body.detail]).toEqual([name, 200, undefined]);
  }
  const copy = await make({ use_dashboard: monitoring.body.id });
  expect(copy.body.name).toBe('Rollout monitoring: new-checkout (copy)');
  expect(copy.body.tiles).toEqual(monitoring.body.tiles);
});

test('another project has none of it', async () => {
  const { db } = app.ctx;
  const { organization_id } = await db
    .selectFrom('project')
    .select('organization_id')
    .executeTakeFirstOrThrow();
  const other = await db
    .insertInto('project')
    .values({ organization_id, name: 'Other' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const theirs = await insight('Theirs');
  await db.updateTable('insight').set({ project_id: other.id }).where('id', '=', theirs).execute();
  const { id } = (await make({ name: 'Elsewhere' })).body;
  await db.updateTable('dashboard').set({ project_id: other.id }).where('id', '=', id).execute();
  expect((await look(id)).status).toBe(404);
  expect((await change(id, { name: 'Mine' })).status).toBe(404);
  expect((await app.ask('POST', `${URL}${id}/links/`)).status).toBe(404);
  expect((await make({ use_dashboard: id })).status).toBe(404);
  expect((await app.ask('GET', `${URL}?search=Elsewhere`)).body.count).toBe(0);
  const foreign = await make({ tiles: [{ insight: { id: theirs } }] });
  expect([foreign.status, foreign.body.attr]).toEqual([400, 'tiles.0.insight']);
});
