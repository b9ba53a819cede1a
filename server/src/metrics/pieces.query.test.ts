import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestStores, type TestStores } from '#platform/test-stores';
import { findStoredSoFar } from './pieces.query.ts';
import { UNHURRIED } from './test-exposure.query.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const PEOPLE = `[toUUID('00000000-0000-0000-0000-000000000001')]`;
const noted = async (environmentId: number) =>
  (await findStoredSoFar(stores.clickhouse, environmentId, UNHURRIED))?.mutation;

test.each([
  // As people and environments are erased, events are past their time, and merges are written into events.
  [`events DELETE WHERE environment_id = 7 AND distinct_id IN ('a', ') AND b')`, [7]],
  ['events DELETE WHERE environment_id = 7', [7]],
  [`events DELETE WHERE environment_id IN (1, 7) AND event = 'a'`, [1, 7]],
  [`events DELETE WHERE environment_id IN (7) AND event = 'a'`, [7]],
  [
    `events UPDATE person_id = if(environment_id = 7, ${PEOPLE}[1], person_id) WHERE environment_id = 7 AND event = ' WHERE (environment_id = 1) AND '`,
    [7],
  ],
  ['person_overrides DELETE WHERE environment_id = 7 AND version < 3', [7]],
  // Whatever says less is about all of them.
  [`events DELETE WHERE environment_id = 7 AND event = 'a' OR event = 'b'`, [1, 7, 70]],
  [`events DELETE WHERE (environment_id = 7 OR event = 'a') AND event = 'b'`, [1, 7, 70]],
  [`events DELETE WHERE (environment_id = 7) = (event = 'b')`, [1, 7, 70]],
  [`events DELETE WHERE event = 'environment_id = 7'`, [1, 7, 70]],
  [`events UPDATE person_id = ${PEOPLE}[1] WHERE environment_id = 7`, [1, 7, 70]],
])('a mutation is of the environments that it names: %s', async (mutation, environments) => {
  const all = [1, 7, 70];
  const before = await Promise.all(all.map(noted));
  await stores.clickhouse.command({
    query: `ALTER TABLE ${mutation}`,
    clickhouse_settings: { mutations_sync: '2' },
  });
  const after = await Promise.all(all.map(noted));
  const changed = all.filter((_, i) => after[i] !== before[i]);
  expect(changed).toEqual(environments);
});
