import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';

let app: TestApp;
const at = (path: string) => `/api/projects/@current/${path}`;

beforeAll(async () => {
  app = await startTestApp();
  const person = (environmentId: number, properties: object) => ({
    environment_id: environmentId,
    id: randomUUID(),
    properties: JSON.stringify(properties),
    is_identified: true,
    version: '1',
    created_at: new Date(),
  });
  const group = (index: number, key: string, properties: object) => ({
    environment_id: app.production.id,
    type_index: index,
    group_key: key,
    properties: JSON.stringify(properties),
    version: '1',
    created_at: new Date(),
  });
  await app.ctx.db
    .insertInto('person')
    .values([
      person(app.production.id, { plan: 'growth', seats: 5, tags: ['a'] }),
      person(app.production.id, { plan: 'growth', beta: true, note: 'x'.repeat(201) }),
      person(app.production.id, { plan: '50% off', email: 'ada@acme.com' }),
      person(app.development.id, { secret: 'elsewhere', plan: 'dev' }),
    ])
    .execute();
  await app.ctx.db
    .insertInto('group_type')
    .values([
      { environment_id: app.production.id, group_type: 'company', type_index: 0 },
      { environment_id: app.production.id, group_type: 'team', type_index: 1 },
    ])
    .execute();
  await app.ctx.db
    .insertInto('group_entity')
    .values([group(0, 'acme', { tier: 'gold' }), group(1, 'web', { tier: 'none', size: 3 })])
    .execute();
});
afterAll(() => app.close());

test('group types are listed by index', async () => {
  const unnamed = { name_singular: null, name_plural: null };
  const { body } = await app.ask('GET', at('groups_types/'));
  expect(body).toEqual([
    { ...unnamed, group_type: 'company', group_type_index: 0 },
    { ...unnamed, group_type: 'team', group_type_index: 1 },
  ]);
  expect((await app.ask('GET', at('groups_types/?environment=development'))).body).toEqual([]);
});

test('names of properties come most frequent first, of this environment only', async () => {
  const { body } = await app.ask('GET', at('persons/properties/'));
  expect(body[0]).toEqual({ name: 'plan', count: 3 });
  const names = body.map(({ name }: { name: string }) => name);
  expect(names.toSorted()).toEqual(['beta', 'email', 'note', 'plan', 'seats', 'tags']);
  expect((await app.ask('GET', at('groups/property_definitions/'))).body).toEqual({
    0: [{ name: 'tier', count: 1 }],
    1: [
      { name: 'size', count: 1 },
      { name: 'tier', count: 1 },
    ],
  });
});

test('values are counted, searched literally, and only such as can be chosen', async () => {
  const values = async (query: string) =>
    (await app.ask('GET', at(`persons/values/?${query}`))).body;
  expect(await values('key=plan')).toEqual([
    { name: 'growth', count: 2 },
    { name: '50% off', count: 1 },
  ]);
  expect(await values('key=plan&value=GROW')).toEqual([{ name: 'growth', count: 2 }]);
  expect(await values('key=plan&value=%25')).toEqual([{ name: '50% off', count: 1 }]);
  expect(await values('key=seats')).toEqual([{ name: '5', count: 1 }]);
  expect(await values('key=beta')).toEqual([{ name: 'true', count: 1 }]);
  expect(await values('key=tags')).toEqual([]);
  expect(await values('key=note')).toEqual([]);
  const gold = await app.ask('GET', at('groups/property_values/?group_type_index=0&key=tier'));
  expect(gold.body).toEqual([{ name: 'gold', count: 1 }]);
});

test('a query without what it needs is refused at its field', async () => {
  const none = await app.ask('GET', at('persons/values/'));
  expect(none).toMatchObject({ status: 400, body: { code: 'required', attr: 'key' } });
  const index = await app.ask('GET', at('groups/property_values/?key=a&group_type_index=x'));
  expect(index).toMatchObject({ status: 400, body: { attr: 'group_type_index' } });
});
