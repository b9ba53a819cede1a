// The walls behind the check: what the engine itself refuses when a statement gets past everything else.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertEventsOf } from '#platform/test-events';
import { type TestStores, startTestStores } from '#platform/test-stores';
import { type StoreFacts, askFreely, findStoreFacts } from './hogql.query.ts';
import { ask } from '../running/insights.query.ts';

const [MINE, THEIRS] = [1, 2];
const { signal } = new AbortController();
let stores: TestStores;
let facts: StoreFacts;

beforeAll(async () => {
  stores = await startTestStores();
  const { clickhouse } = stores;
  const event = { event: 'a', distinctId: 'ada', atMs: Date.now() };
  await insertEventsOf(
    clickhouse,
    new Map([
      [MINE, [event]],
      [THEIRS, [event, event]],
    ]),
  );
  await clickhouse.insert({
    table: 'flag_usage',
    format: 'JSONEachRow',
    values: [MINE, THEIRS].map((environment_id) => ({
      environment_id,
      flag: 'f',
      hour: Math.floor(Date.now() / 1000),
      value: '',
      sdk: '',
      asked: 'all',
      count: 1,
    })),
  });
  facts = await findStoreFacts(
    (sql) => ask(clickhouse, sql, signal),
    ['LOWER', 'no_such_function'],
  );
});
afterAll(() => stores.close());

const run = (text: string, params: Record<string, string> = {}) =>
  askFreely(stores.clickhouse, { text, params }, facts, MINE, signal);

test('what the store holds is known, and which names are functions', () => {
  expect([...facts.functions]).toEqual(['lower']);
  expect([facts.tables.get('events'), facts.tables.get('schema_migration')]).toEqual([true, false]);
  expect([...facts.tables.keys()]).toEqual(
    expect.arrayContaining([
      'person',
      'person_overrides',
      'group_entity',
      'flag_usage',
      'rollout_person',
    ]),
  );
});

test.each([
  ['SELECT count() FROM events', 1],
  ['SELECT count() FROM events AS x', 1],
  ['SELECT count() FROM {database:Identifier}.events', 1],
  ['SELECT sum(n) FROM (SELECT count() AS n FROM events UNION ALL SELECT 0)', 1],
  ['SELECT count() FROM events WHERE 1 OR environment_id = 2', 1],
  ['SELECT count() FROM events AS a CROSS JOIN events AS b', 1],
  ['SELECT count() FROM flag_usage FINAL', 1],
  ['SELECT count() FROM schema_migration', 0],
])('every table is kept to the environment, however it is reached: %s', async (text, count) => {
  const { rows } = await run(text, { database: facts.database });
  expect(rows).toEqual([[count]]);
});

test.each([
  "INSERT INTO flag_usage SELECT 1, 'f', now(), '', '', 'all', 1",
  'ALTER TABLE events DELETE WHERE 1',
  'DROP TABLE events',
  'CREATE TABLE x (a Int8) ENGINE = Memory',
  'SET readonly = 0',
  "SELECT * FROM file('/etc/passwd', LineAsString)",
  "SELECT * FROM url('http://127.0.0.1:1/', LineAsString)",
  "SELECT * FROM s3('http://127.0.0.1:1/bucket/x', CSV, 'a String')",
  "SELECT * FROM executable('x.sh', TSV, 'a String')",
  'SYSTEM DROP MARK CACHE',
])('nothing is written, and nothing is read from elsewhere: %s', async (text) => {
  await expect(run(text)).rejects.toThrow(/readonly|read-only|not enough|Cannot|Syntax/i);
  expect((await run('SELECT count() FROM flag_usage')).rows).toEqual([[1]]);
});
