import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertEvents, personIdOf, type TestEvent } from '#platform/test-events';
import { startTestStores, type TestStores } from '#platform/test-stores';
import { countVariants } from './variants.query.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const AT_MS = Date.UTC(2026, 10, 2, 9);
const CRASH = '11111111-1111-1111-1111-111111111111';
/** Was joined into the crash. */
const SAME = '22222222-2222-2222-2222-222222222222';
const asks = (distinctId: string, flagResponse: string, more: Partial<TestEvent> = {}) => ({
  event: '$feature_flag_called',
  distinctId,
  atMs: AT_MS,
  flag: 'express',
  flagResponse,
  ...more,
});
const thrown = (distinct_id: string, flags = {}, fingerprint = CRASH) => ({
  environment_id: 1,
  fingerprint,
  uuid: crypto.randomUUID(),
  timestamp: new Date(AT_MS).toISOString(),
  received_at: new Date(AT_MS).toISOString(),
  distinct_id,
  person_id: personIdOf(distinct_id),
  flags,
});
const insert = (table: string, values: readonly object[]) =>
  stores.clickhouse.insert({ table, format: 'JSONEachRow', values });

test('who was merged is one person, who had several values counts with each, and no value is guessed', async () => {
  await insertEvents(stores.clickhouse, 1, [
    asks('visitor', 'true'),
    ...['both', 'both-too'].flatMap((who) => [asks(who, 'true'), asks(who, 'false')]),
    // What a call carries of its own flag is not counted beside what it was answered.
    asks('calm', 'false', { flags: { express: 'true', other: 'a' } }),
    asks('lost', 'false', { properties: { $feature_flag_error: 'flag_missing' } }),
    asks('late', 'true', { atMs: AT_MS + 3_600_000 }),
    { event: 'seen', distinctId: 'carrier', atMs: AT_MS, flags: { express: 'false', other: 'b' } },
  ]);
  await insertEvents(stores.clickhouse, 2, [asks('elsewhere', 'true')]);
  await insert('person_overrides', [
    { environment_id: 1, distinct_id: 'visitor', person_id: personIdOf('buyer'), version: 1 },
  ]);
  await insert('exception', [
    thrown('visitor'),
    thrown('buyer', {}, SAME),
    thrown('buyer', { express: 'true' }),
    thrown('both'),
    thrown('both-too', { express: 'true' }),
    thrown('lost'),
    thrown('carrier', { other: 'a' }),
  ]);
  const { told, hits } = await countVariants(
    stores.clickhouse,
    {
      environmentId: 1,
      range: { fromMs: AT_MS, toMs: AT_MS + 1000, stepMs: 1000 },
      joined: [{ fingerprint: SAME, into: CRASH }],
    },
    ['express', 'other'],
  );
  const byName = (row: readonly unknown[]) => row.join(' ');
  expect(told.map(({ flag, value, people }) => byName([flag, value, people])).toSorted()).toEqual([
    'express false 4',
    'express true 3',
    'other a 1',
    'other b 1',
  ]);
  expect(new Set(hits.map(({ fingerprint }) => fingerprint))).toEqual(new Set([CRASH]));
  expect(
    hits.map(({ flag, value, people, events }) => byName([flag, value, people, events])).toSorted(),
  ).toEqual([
    // Who had both values, and who had none.
    'express  2 2',
    'express false 1 1',
    'express true 2 4',
    'other  4 6',
    'other a 1 1',
  ]);
});
