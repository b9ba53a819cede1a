import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEventBus } from '#kernel/events';
import type { JsonObject } from '#kernel/json';
import { createLog } from '#platform/log';
import { type TestStores, startTestStores } from '#platform/test-stores';
import { derivePersonId, resolveEvents, stampEvents } from './identity.service.ts';
import { sendOverrides } from './outbox.store.ts';
import { openPersonDirectory } from './person-directory.service.ts';
import type { PersonEvent } from './person.ts';
import { findPersonByDistinctId, findPersonById, readPersons } from './person.query.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

// Every test has an environment of its own.
let environmentId = 0;
function anEnvironment(): number {
  return (environmentId += 1);
}

const AT = Date.UTC(2026, 10, 20, 12);

function resolve(
  environment: number,
  events: (Partial<PersonEvent> & { distinctId: string })[],
  properties: JsonObject = {},
) {
  const resolvable = events.map((event) => ({
    environmentId: environment,
    person: { event: 'e', atMs: AT, processing: 'default' as const, ...event },
    properties: () => properties,
  }));
  return stores.db.transaction().execute((trx) => resolveEvents(trx, resolvable));
}

test('derives the person ids that PostHog derives', () => {
  // Python: uuid.uuid5(uuid.UUID('932979b4-65c3-4424-8467-0b66ec27bc22'), '1:user-42')
  expect(derivePersonId(1, 'user-42')).toBe('0edbe633-4945-57ce-a6c1-e50437118c96');
});

test('a visitor without profile identifies and keeps the earlier events', async () => {
  const environment = anEnvironment();
  const anon = { distinctId: 'anon', processing: 'none' as const };
  const first = await resolve(environment, [anon, anon]);
  const anonId = derivePersonId(environment, 'anon');
  expect(first.stamps).toEqual([
    { personId: anonId, mode: 'propertyless' },
    { personId: anonId, mode: 'propertyless' },
  ]);
  const identified = await resolve(
    environment,
    [
      { ...anon, event: 'before' },
      { event: '$identify', distinctId: 'ada', otherId: 'anon', set: { email: 'ada@example.com' } },
    ],
    { $browser: 'Firefox' },
  );
  const personId = derivePersonId(environment, 'ada');
  expect(identified.stamps.map((stamp) => stamp.personId)).toEqual([personId, personId]);
  expect(identified.changed.get(environment)?.distinctIds.toSorted()).toEqual(['ada', 'anon']);
  expect(await findPersonById(stores.db, environment, personId)).toMatchObject({
    distinctIds: ['ada', 'anon'],
    isIdentified: true,
    properties: {
      email: 'ada@example.com',
      $browser: 'Firefox',
      $initial_browser: 'Firefox',
    },
    createdAt: new Date(AT),
  });

  await sendOverrides(stores.db, stores.clickhouse);
  await sendOverrides(stores.db, stores.clickhouse);
  const overrides = await stores.clickhouse.query({
    query: `SELECT distinct_id, person_id, version FROM person_overrides FINAL
      WHERE environment_id = {environment:UInt32}`,
    query_params: { environment },
    format: 'JSONEachRow',
  });
  expect(await overrides.json()).toEqual([
    { distinct_id: 'anon', person_id: personId, version: 1 },
  ]);
  const left = await stores.db.selectFrom('person_outbox').selectAll().execute();
  expect(left).toEqual([]);
});

test('two persons become one, with all ids of the absorbed one', async () => {
  const environment = anEnvironment();
  await resolve(environment, [
    { distinctId: 'a', set: { who: 'a', kept: 1 } },
    { event: '$create_alias', distinctId: 'a', otherId: 'a2' },
  ]);
  await resolve(environment, [{ distinctId: 'b', set: { who: 'b' } }]);
  await resolve(environment, [{ event: '$merge_dangerously', distinctId: 'b', otherId: 'a2' }]);
  const personId = derivePersonId(environment, 'b');
  expect(await findPersonById(stores.db, environment, personId)).toMatchObject({
    distinctIds: ['a', 'a2', 'b'],
    properties: { who: 'b', kept: 1 },
  });
  const gone = await findPersonById(stores.db, environment, derivePersonId(environment, 'a'));
  expect(gone).toBeUndefined();
  const outbox = await stores.db
    .selectFrom('person_outbox')
    .select(['distinct_id', 'person_id', 'version'])
    .where('environment_id', '=', environment)
    .orderBy('distinct_id')
    .execute();
  expect(outbox).toEqual([
    { distinct_id: 'a', person_id: personId, version: '1' },
    { distinct_id: 'a2', person_id: personId, version: '1' },
  ]);
});

test('a chain of merges in one batch ends in one person', async () => {
  const environment = anEnvironment();
  await resolve(environment, [{ distinctId: 'a' }, { distinctId: 'b' }, { distinctId: 'c' }]);
  const { stamps } = await resolve(environment, [
    { event: '$identify', distinctId: 'b', otherId: 'a' },
    { event: '$merge_dangerously', distinctId: 'c', otherId: 'b' },
    { distinctId: 'a' },
  ]);
  const personId = derivePersonId(environment, 'c');
  expect(stamps.map((stamp) => stamp.personId)).toEqual([personId, personId, personId]);
  const { count, persons } = await readPersons(stores.db, environment, {
    distinctId: undefined,
    search: undefined,
    limit: 10,
    offset: 0,
  });
  expect(count).toBe(1);
  expect(persons[0]?.distinctIds).toEqual(['a', 'b', 'c']);
});

test('environments do not know each other', async () => {
  const [one, two] = [anEnvironment(), anEnvironment()];
  await resolve(one, [{ distinctId: 'same', set: { in: 1 } }]);
  await resolve(two, [{ distinctId: 'same', set: { in: 2 } }]);
  expect((await findPersonByDistinctId(stores.db, one, 'same'))?.properties).toEqual({ in: 1 });
  expect((await findPersonByDistinctId(stores.db, two, 'same'))?.properties).toEqual({ in: 2 });
});

test('stamping alone changes nobody', async () => {
  const environment = anEnvironment();
  const event = {
    environmentId: environment,
    person: {
      event: '$identify',
      distinctId: 'u',
      otherId: 'v',
      atMs: AT,
      processing: 'default' as const,
    },
    properties: () => ({}),
  };
  const { stamps } = await stores.db.transaction().execute((trx) => stampEvents(trx, [event]));
  expect(stamps[0]?.personId).toBe(derivePersonId(environment, 'u'));
  expect(await findPersonByDistinctId(stores.db, environment, 'u')).toBeUndefined();
});

test('two replicas that meet the same new people do not lose any of them', async () => {
  const environment = anEnvironment();
  const batch = (from: number) =>
    Array.from({ length: 50 }, (_, i) => ({
      distinctId: `u${from + i}`,
      set: { [`by${from}`]: i },
    }));
  await Promise.all([0, 25, 50, 25].map((from) => resolve(environment, batch(from))));
  const { count, persons } = await readPersons(stores.db, environment, {
    distinctId: undefined,
    search: 'u30',
    limit: 10,
    offset: 0,
  });
  expect(count).toBe(1);
  expect(persons[0]?.properties).toEqual({ by0: 30, by25: 5 });
});

test('a batch of thousands takes a handful of statements', async () => {
  const environment = anEnvironment();
  const events = Array.from({ length: 5000 }, (_, i) => ({ distinctId: `u${i}`, set: { n: i } }));
  const { stamps } = await resolve(environment, events);
  expect(new Set(stamps.map((stamp) => stamp.personId)).size).toBe(5000);
  expect((await findPersonByDistinctId(stores.db, environment, 'u4999'))?.properties).toEqual({
    n: 4999,
  });
});

test('the directory answers from memory until a person changes', async () => {
  const environment = anEnvironment();
  const events = createEventBus();
  const directory = openPersonDirectory({ db: stores.db, events, log: createLog('silent') });
  const nobody = {
    personId: undefined,
    properties: {},
    staticCohortIds: [],
    hashKeys: new Map(),
  };
  expect(await directory.recordOf(environment, 'u')).toEqual(nobody);
  await resolve(environment, [{ distinctId: 'u', set: { plan: 'free' } }]);
  expect(await directory.recordOf(environment, 'u')).toEqual(nobody);
  events.emit('person.changed', { environmentId: environment, distinctIds: ['u'] });
  expect(await directory.recordOf(environment, 'u')).toMatchObject({
    personId: derivePersonId(environment, 'u'),
    properties: { plan: 'free' },
  });
  directory.close();
});

test('groups are answered from memory until one changes; what changed is told', async () => {
  const environment = anEnvironment();
  const events = createEventBus();
  const directory = openPersonDirectory({ db: stores.db, events, log: createLog('silent') });
  const acme = { typeIndex: 0, key: 'acme' };
  expect(await directory.propertiesOfGroup(environment, acme)).toEqual({});
  const group = { type: 'company', key: 'acme', set: { tier: 'gold' } };
  const { changed } = await resolve(environment, [
    { event: '$groupidentify', distinctId: 'u', group },
  ]);
  const { groups } = changed.get(environment) ?? {};
  expect(groups).toMatchObject({ groupIds: ['0:acme'], hasNewTypes: true });
  expect(await directory.propertiesOfGroup(environment, acme)).toEqual({});
  events.emit('group.changed', {
    environmentId: environment,
    groupIds: ['0:acme'],
    hasNewTypes: true,
  });
  expect(await directory.propertiesOfGroup(environment, acme)).toEqual({ tier: 'gold' });
  directory.close();
});

test('what PostgreSQL refuses of one event leaves the others alone', async () => {
  const environment = anEnvironment();
  const refused = '\0';
  const { stamps, warnings } = await resolve(environment, [
    { distinctId: 'anon', processing: 'none' },
    { event: '$identify', distinctId: 'ada', otherId: 'anon', set: { plan: 'pro' } },
    { distinctId: 'bob', set: { note: refused } },
    { distinctId: refused },
    { distinctId: 'eve', processing: 'none' },
    { distinctId: 'bob', set: { plan: 'free' } },
  ]);
  expect(stamps.map((stamp) => stamp.mode)).toEqual([
    'propertyless',
    'full',
    'full',
    'propertyless',
    'propertyless',
    'full',
  ]);
  expect(warnings.map((warning) => [warning.kind, warning.event?.distinctId])).toEqual([
    ['person_change_refused', 'bob'],
    ['person_change_refused', refused],
  ]);
  const ada = await findPersonByDistinctId(stores.db, environment, 'ada');
  expect(ada).toMatchObject({ properties: { plan: 'pro' } });
  expect(await findPersonByDistinctId(stores.db, environment, 'anon')).toMatchObject({
    id: ada?.id,
  });
  expect(await findPersonByDistinctId(stores.db, environment, 'bob')).toMatchObject({
    properties: { plan: 'free' },
  });
  const personless = await stores.db
    .selectFrom('personless_distinct_id')
    .select('distinct_id')
    .where('environment_id', '=', environment)
    .orderBy('distinct_id')
    .execute();
  expect(personless.map((row) => row.distinct_id)).toEqual(['eve']);
});

test('a person with very many ids is announced by some of them and by the active one', async () => {
  const environment = anEnvironment();
  await resolve(environment, [{ distinctId: 'many' }]);
  const owner = await findPersonByDistinctId(stores.db, environment, 'many');
  await stores.db
    .insertInto('person_distinct_id')
    .values(
      Array.from({ length: 2000 }, (_, i) => ({
        environment_id: environment,
        distinct_id: `id-${i}`,
        person_id: owner?.id ?? '',
        version: 0,
      })),
    )
    .execute();
  const { changed } = await resolve(environment, [{ distinctId: 'id-1999', set: { a: 1 } }]);
  const announced = changed.get(environment)?.distinctIds ?? [];
  expect(announced).toContain('id-1999');
  expect(announced.length).toBeGreaterThanOrEqual(1000);
  expect(announced.length).toBeLessThanOrEqual(1001);
});
