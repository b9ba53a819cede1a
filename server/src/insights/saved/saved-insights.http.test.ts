import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const URL = '/api/projects/@current/insights/';
const trends = { kind: 'TrendsQuery', series: [{ kind: 'EventsNode', event: '$pageview' }] };
const query = { kind: 'InsightVizNode', source: trends, full: true };
const save = (more: object = {}) => app.ask('POST', URL, { name: 'Views', query, ...more });
const change = (id: number, body: object) => app.ask('PATCH', `${URL}${id}/`, body);

async function audited(id: number): Promise<string[]> {
  const rows = await app.ctx.db
    .selectFrom('audit_entry')
    .select('action')
    .where('resource_kind', '=', 'insight')
    .where('resource_id', '=', String(id))
    .orderBy('id')
    .execute();
  return rows.map(({ action }) => action);
}

test('an insight is saved, found, changed, deleted and restored, each with its audit entry', async () => {
  const created = await save({ tags: ['web'], description: 'All of them' });
  expect(created.status).toBe(201);
  expect(created.body).toMatchObject({
    name: 'Views',
    query,
    tags: ['web'],
    favorited: false,
    version: 1,
    created_by: { email: app.email },
  });
  const { id, short_id } = created.body;
  expect(short_id).toMatch(/^[\w-]{8}$/);
  expect((await app.ask('GET', `${URL}${id}/`)).body).toEqual(created.body);
  expect((await app.ask('GET', `${URL}?short_id=${short_id}`)).body.results).toEqual([
    created.body,
  ]);

  const renamed = await change(id, { name: 'Page views', favorited: true, version: 1 });
  expect(renamed.body).toMatchObject({ name: 'Page views', favorited: true, version: 2, query });
  expect((await change(id, { name: 'Page views' })).body.version).toBe(2);

  expect((await change(id, { deleted: true })).body).toMatchObject({ deleted: true, version: 3 });
  expect((await app.ask('GET', `${URL}?short_id=${short_id}`)).body.count).toBe(0);
  await change(id, { deleted: false });
  const starred = await change(id, { favorited: true });
  expect(starred.body).toMatchObject({ favorited: true, version: 4 });
  expect((await app.ask('GET', `${URL}?search=page%20v&favorited=true`)).body.count).toBe(1);
  await change(id, { favorited: false });
  expect(await audited(id)).toEqual(['created', 'updated', 'deleted', 'restored']);
});

test('a change that somebody else has overtaken is refused, and changes nothing', async () => {
  const { id } = (await save()).body;
  await change(id, { name: 'Second' });
  const late = await change(id, { name: 'Late', version: 1 });
  expect([late.status, late.body.code, late.body.attr]).toEqual([409, 'conflict', 'version']);
  expect((await app.ask('GET', `${URL}${id}/`)).body.name).toBe('Second');
});

test('pages hold so many, the last changed first', async () => {
  const { body } = await app.ask('GET', `${URL}?limit=1`);
  expect(body.results.map(({ name }: { name: string }) => name)).toEqual(['Second']);
  expect([body.count, body.previous]).toEqual([2, null]);
  expect(body.next).toContain('offset=1');
});

test.each([
  [{ query: { kind: 'TrendsQuery', series: [] } }, 'query'],
  [{ query, surprise: 1 }, 'surprise'],
  [{ name: 'No query' }, 'query'],
])('what is no insight is refused: %j', async (body, attr) => {
  const refused = await app.ask('POST', URL, body);
  expect(refused.status).toBe(400);
  expect(String(refused.body.attr).startsWith(attr)).toBe(true);
});

test('what is not there is not found', async () => {
  expect((await app.ask('GET', `${URL}999999/`)).status).toBe(404);
  expect((await change(999_999, { name: 'x' })).status).toBe(404);
});

test('favourites are those of whoever asks, and stand first', async () => {
  const { id } = (await save({ name: 'Starred', favorited: true })).body;
  await save({ name: 'Later' });
  const names = async (more = '') =>
    (await app.ask('GET', `${URL}?search=ter${more}`)).body.results.map(
      ({ name }: { name: string }) => name,
    );
  await change(id, { name: 'Starred earlier, ter' });
  await save({ name: 'Last of all, ter' });
  expect(await names()).toEqual(['Starred earlier, ter', 'Last of all, ter', 'Later']);
  expect(await names('&favorited=false')).toEqual(['Last of all, ter', 'Later']);
  const { db } = app.ctx;
  const { organization_id } = await db
    .selectFrom('app_user')
    .select('organization_id')
    .executeTakeFirstOrThrow();
  const other = { id: 'somebody', organization_id, email: 'o@x.io', name: 'O', password_hash: '' };
  await db.insertInto('app_user').values(other).execute();
  await db
    .updateTable('favourite')
    .set({ user_id: 'somebody' })
    .where('item_id', '=', id)
    .execute();
  expect(await names('&favorited=true')).toEqual([]);
  await change(id, { favorited: true });
  await change(id, { favorited: false });
  await app.ask('PATCH', `${URL}${id}/`, { deleted: true });
  const left = await db
    .selectFrom('favourite')
    .select('user_id')
    .where('item_id', '=', id)
    .execute();
  expect(left).toEqual([{ user_id: 'somebody' }]);
});
