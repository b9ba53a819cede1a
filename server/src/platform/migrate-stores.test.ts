import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '#platform/log';
import { type TestStores, startTestStores } from '#platform/test-stores';
import { statementsOf, withoutUnknownSettings } from '#platform/clickhouse/migrate';
import { migrateStores } from './migrate-stores.ts';

const log = createLog('silent');
let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const migrate = () => migrateStores({ ...stores, log });

test('several replicas may migrate at once, and again', async () => {
  await Promise.all([migrate(), migrate(), migrate()]);
  const answer = await stores.clickhouse.query({
    query: 'SELECT name, count() AS times FROM schema_migration GROUP BY name ORDER BY name',
    format: 'JSONEachRow',
  });
  const applied = await answer.json<{ name: string; times: number }>();
  expect(applied[0]).toEqual({ name: '0001-events.sql', times: 1 });
  expect(applied.every((row) => row.times === 1)).toBe(true);
});

test('a schema of a newer Serin is refused in PostgreSQL', async () => {
  await sql`insert into schema_migration (name, timestamp) values ('9999-later', 'now')`.execute(
    stores.db,
  );
  await expect(migrate()).rejects.toThrow(
    'The PostgreSQL database was used by a newer Serin (9999-later)',
  );
  await sql`delete from schema_migration where name = '9999-later'`.execute(stores.db);
});

test('a schema of a newer Serin is refused in ClickHouse', async () => {
  await stores.clickhouse.insert({
    table: 'schema_migration',
    values: [{ name: '9999-later.sql' }],
    format: 'JSONEachRow',
  });
  await expect(migrate()).rejects.toThrow(
    'The ClickHouse database was used by a newer Serin (9999-later.sql)',
  );
});

test('a store that is not there is given up after a while', async () => {
  const absent = migrateStores({
    ...stores,
    databaseUrl: 'postgresql://serin:secret@127.0.0.1:1/serin',
    log,
    waitMs: 0,
  });
  await expect(absent).rejects.toThrow(
    /^PostgreSQL at 127.0.0.1:1\/serin cannot be used: .*REFUSED/,
  );
});

test('a migration is cut at semicolons that end a line; comments are dropped', () => {
  const text =
    "-- first; comment\nCREATE TABLE a (s String DEFAULT ';'\n);\n\n-- second\nDROP TABLE b;\n";
  expect(statementsOf(text)).toEqual(["CREATE TABLE a (s String DEFAULT ';'\n)", 'DROP TABLE b']);
});

test('table settings that a server does not know are left out', () => {
  const statement =
    'CREATE TABLE t (a UInt8)\nENGINE = MergeTree\nSETTINGS new_one = 1,\n  known = 2';
  expect(withoutUnknownSettings(statement, new Set(['known']))).toMatch(
    /MergeTree\nSETTINGS known = 2$/,
  );
  expect(withoutUnknownSettings(statement, new Set())).toMatch(/MergeTree$/);
  expect(withoutUnknownSettings('DROP TABLE t', new Set())).toBe('DROP TABLE t');
});
