import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestStores, startTestStores } from '#platform/test-stores';
import { sendEntities } from './entity-outbox.store.ts';
import { writeGroupUpdates } from './group.service.ts';
import { derivePersonId, resolveEvents } from './identity.service.ts';
import type { PersonEvent } from './person.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const AT = Date.UTC(2026, 10, 20, 12);
const environmentId = 1;

function say(events: (Partial<PersonEvent> & { distinctId: string })[]) {
  const said = events.map((event) => ({
    event: 'e',
    atMs: AT,
    processing: 'default' as const,
    ...event,
  }));
  return stores.db.transaction().execute(async (trx) => {
    const resolvable = said.map((person) => ({ environmentId, person, properties: () => ({}) }));
    await resolveEvents(trx, resolvable);
    await writeGroupUpdates(trx, environmentId, said);
  });
}

async function copies(table: string, key: string) {
  const answer = await stores.clickhouse.query({
    query: `SELECT ${key} AS key, props, toString(created_at) AS created_at FROM ${table} FINAL
      WHERE environment_id = {environmentId:UInt32} ORDER BY key`,
    query_params: { environmentId },
    format: 'JSONEachRow',
  });
  return answer.json();
}

test('people and groups are copied as they are now, and gone when they are gone', async () => {
  await say([
    { distinctId: 'a', set: { plan: 'pro', n: 1, address: { zip: '1', city: 'x' } } },
    { distinctId: 'b', set: { plan: 'free' } },
    { distinctId: 'a', group: { type: 'company', key: 'acme', set: { tier: 'gold' } } },
  ]);
  await Promise.all([
    sendEntities(stores.db, stores.clickhouse),
    sendEntities(stores.db, stores.clickhouse),
  ]);
  const created_at = '2026-11-20 12:00:00.000';
  const [a, b] = ['a', 'b'].map((id) => derivePersonId(environmentId, id));
  expect(await copies('person', 'id')).toEqual(
    [
      { key: a, props: { plan: '"pro"', n: '1', address: '{"city":"x","zip":"1"}' }, created_at },
      { key: b, props: { plan: '"free"' }, created_at },
    ].toSorted((one, two) => compareHalves(one.key, two.key)),
  );
  expect(await copies('group_entity', 'group_key')).toEqual([
    { key: 'acme', props: { tier: '"gold"' }, created_at },
  ]);

  await say([
    { event: '$merge_dangerously', distinctId: 'b', otherId: 'a' },
    { distinctId: 'b', set: { plan: 'team' } },
  ]);
  await sendEntities(stores.db, stores.clickhouse);
  expect(await copies('person', 'id')).toMatchObject([
    { key: b, props: { plan: '"team"', n: '1' } },
  ]);
  expect(await stores.db.selectFrom('entity_outbox').selectAll().execute()).toEqual([]);
});

test('more changes than fit one step are sent in several', async () => {
  await say(Array.from({ length: 5100 }, (_, i) => ({ distinctId: `many-${i}`, set: { i } })));
  await sendEntities(stores.db, stores.clickhouse);
  expect((await copies('person', 'id')).length).toBe(5101);
});

/** ClickHouse orders UUIDs by their second half. */
function compareHalves(a = '', b = ''): number {
  const halves = (id: string) => id.slice(19) + id.slice(0, 19);
  return halves(a) < halves(b) ? -1 : 1;
}
