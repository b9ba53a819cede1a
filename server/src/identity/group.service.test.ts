import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '#kernel/json';
import { type TestStores, startTestStores } from '#platform/test-stores';
import { writeGroupUpdates } from './group.service.ts';
import type { PersonEvent } from './person.ts';

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

async function write(
  environment: number,
  events: (Partial<PersonEvent> & { distinctId: string })[],
) {
  const said = events.map((event) => ({
    event: 'e',
    atMs: Date.UTC(2026, 10, 20, 12),
    processing: 'default' as const,
    ...event,
  }));
  return stores.db.transaction().execute((trx) => writeGroupUpdates(trx, environment, said));
}

test('groups get indexes in the order they are seen, five at most', async () => {
  const environment = anEnvironment();
  const groups = (type: string, key: string, set: JsonObject) => ({
    event: '$groupidentify',
    distinctId: `$${type}_${key}`,
    group: { type, key, set },
  });
  await write(environment, [groups('company', 'acme', { tier: 'gold', seats: 1 })]);
  const { warnings } = await write(environment, [
    groups('company', 'acme', { seats: 2 }),
    { distinctId: 'u', groups: { team: 't', a: '1', b: '2', c: '3', d: '4' } },
  ]);
  expect(warnings).toMatchObject([{ kind: 'group_type_limit' }]);
  const types = await stores.db
    .selectFrom('group_type')
    .select(['group_type', 'type_index'])
    .where('environment_id', '=', environment)
    .orderBy('type_index')
    .execute();
  expect(types.map((row) => row.group_type)).toEqual(['company', 'team', 'a', 'b', 'c']);
  const entities = await stores.db
    .selectFrom('group_entity')
    .select(['type_index', 'group_key', 'properties', 'version'])
    .where('environment_id', '=', environment)
    .execute();
  expect(entities).toEqual([
    { type_index: 0, group_key: 'acme', properties: { tier: 'gold', seats: 2 }, version: '1' },
  ]);
});

test('a group that would grow too large stays as it was', async () => {
  const environment = anEnvironment();
  const grow = (key: string): Partial<PersonEvent> & { distinctId: string } => ({
    event: '$groupidentify',
    distinctId: 'u',
    group: { type: 'company', key: 'acme', set: { [key]: 'x'.repeat(300_000) } },
  });
  const small = { type: 'company', key: 'acme', set: { plan: 'pro' } };
  const { warnings } = await write(environment, [
    grow('a'),
    grow('b'),
    { event: '$groupidentify', distinctId: 'u', group: small },
  ]);
  expect(warnings.map((warning) => warning.kind)).toEqual(['group_properties_too_large']);
  const group = await stores.db
    .selectFrom('group_entity')
    .select('properties')
    .where('environment_id', '=', environment)
    .executeTakeFirstOrThrow();
  expect(Object.keys(group.properties as JsonObject).toSorted()).toEqual(['a', 'plan']);
});
