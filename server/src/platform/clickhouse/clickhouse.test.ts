// The embedded store through the ordinary client: what the features rely on.
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClickHouseError } from '@clickhouse/client';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestStores, startTestStores } from '#platform/test-stores';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
  await run(
    'CREATE TABLE numbered (a UInt64, s String) ENGINE = MergeTree ORDER BY a SETTINGS non_replicated_deduplication_window = 100',
  );
});
afterAll(() => stores.close());

async function rows<T>(query: string, query_params: Record<string, unknown> = {}): Promise<T[]> {
  const answer = await stores.clickhouse.query({ query, query_params, format: 'JSONEachRow' });
  return answer.json<T>();
}

const run = (query: string) => stores.clickhouse.command({ query });
const insert = (values: object[], token?: string) =>
  stores.clickhouse.insert({
    table: 'numbered',
    values,
    format: 'JSONEachRow',
    ...(token === undefined ? {} : { clickhouse_settings: { insert_deduplication_token: token } }),
  });

/** Takes until it is cancelled. */
const ENDLESS = 'SELECT count() FROM numbers(100000000000) WHERE sipHash64(number) = 1';

async function runningWith(text: string): Promise<number> {
  const [row] = await rows<{ n: number }>(
    `SELECT count() AS n FROM system.processes
     WHERE query LIKE {pattern:String} AND query NOT LIKE '%system.processes%'`,
    { pattern: `%${text}%` },
  );
  return row?.n ?? 0;
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await sleep(10);
}

test('any text goes through a bound parameter unchanged', async () => {
  const nasty = [
    "'",
    '\\',
    "\\'",
    '`',
    '{x:String}',
    '--',
    '/*',
    '\n\r\t\0',
    '%',
    '\u{1F600}',
    '$1',
    ';',
  ];
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.array(fc.constantFrom(...nasty)).map((parts) => parts.join('')),
  );
  await fc.assert(
    fc.asyncProperty(text, fc.array(text), async (one, many) => {
      const [row] = await rows('SELECT {one:String} AS one, {many:Array(String)} AS many', {
        one,
        many,
      });
      expect(row).toEqual({ one, many });
    }),
    { numRuns: 60 },
  );
});

test('parameters of other types, and as identifiers', async () => {
  const [row] = await rows(
    `SELECT {n:UInt32} + 1 AS n, {f:Float64} AS f, {b:Bool} AS b, {x:Nullable(String)} AS x,
       {t:DateTime64(3, 'UTC')} AS t, {m:Map(String, String)} AS m, count() AS rows
     FROM {table:Identifier}`,
    {
      n: 41,
      f: 0.5,
      b: true,
      x: null,
      t: new Date('2026-11-20T10:00:00.123Z'),
      m: { "it's": 'a"b' },
      table: 'numbered',
    },
  );
  const expected = { n: 42, f: 0.5, b: true, x: null, t: '2026-11-20 10:00:00.123', rows: 0 };
  expect(row).toEqual({ ...expected, m: { "it's": 'a"b' } });
});

test('a long list of parameters travels in the body', async () => {
  const ids = Array.from({ length: 20_000 }, (_, i) => `person-${i}'`);
  expect(await rows('SELECT length({ids:Array(String)}) AS n', { ids })).toEqual([{ n: 20_000 }]);
});

test('nothing of a request reaches the next: parameters, settings, temporary tables', async () => {
  const { clickhouse } = stores;
  await rows('SELECT {left:String}', { left: 'behind' });
  await expect(rows('SELECT {left:String}')).rejects.toMatchObject({ code: '456' });
  const clickhouse_settings = { max_result_rows: '1', result_overflow_mode: 'throw' } as const;
  const limited = clickhouse.query({ query: 'SELECT * FROM numbers(2)', clickhouse_settings });
  await expect(limited).rejects.toMatchObject({ type: 'TOO_MANY_ROWS_OR_BYTES' });
  expect(await rows('SELECT * FROM numbers(2)')).toHaveLength(2);
  await run('CREATE TEMPORARY TABLE gone (x UInt8)');
  await expect(rows('SELECT * FROM gone')).rejects.toMatchObject({ type: 'UNKNOWN_TABLE' });
});

test('parallel requests keep their own parameters', async () => {
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, i) => rows<{ v: number }>('SELECT {v:UInt32} AS v', { v: i })),
  );
  expect(answers.map(([row]) => row?.v)).toEqual(Array.from({ length: 60 }, (_, i) => i));
});

test('errors carry the code and name of ClickHouse', async () => {
  await expect(rows('SELEC 1')).rejects.toMatchObject({ code: '62', type: 'SYNTAX_ERROR' });
  await expect(rows('SELECT * FROM absent')).rejects.toThrow(ClickHouseError);
  await expect(insert([{ a: 'not a number', s: '' }])).rejects.toMatchObject({ code: '27' });
  const unknown = stores.clickhouse.command({
    query: 'SELECT 1',
    clickhouse_settings: { no_such_setting: 1 },
  });
  await expect(unknown).rejects.toMatchObject({ type: 'UNKNOWN_SETTING' });
});

test('limits end a query, not the store', async () => {
  const long = stores.clickhouse.query({
    query: ENDLESS,
    clickhouse_settings: { max_execution_time: 0.2 },
  });
  await expect(long).rejects.toMatchObject({
    type: 'TIMEOUT_EXCEEDED',
  });
  const big = stores.clickhouse.query({
    query: 'SELECT groupArray(toString(number)) FROM numbers(10000000)',
    clickhouse_settings: { max_memory_usage: '50000000' },
  });
  await expect(big).rejects.toMatchObject({ type: 'MEMORY_LIMIT_EXCEEDED' });
});

test('a batch with the same token counts once', async () => {
  const batch = [1, 2, 3].map((a) => ({ a, s: 'token' }));
  await insert(batch, 'batch-1');
  await insert(batch, 'batch-1');
  await insert(batch, 'batch-2');
  expect(await rows(`SELECT count() AS n FROM numbered WHERE s = 'token'`)).toEqual([{ n: 6 }]);
});

test('rows are inserted from objects, from lines of text, from none and from a query', async () => {
  const text = 'line\nbreak "quote" \\ ; ü';
  await insert([{ a: 1, s: text }]);
  await insert([]);
  const lines = Readable.from([Buffer.from(`${JSON.stringify({ a: 2, s: text })}\n`)]);
  await stores.clickhouse.exec({ query: 'INSERT INTO numbered FORMAT JSONEachRow', values: lines });
  await run(`INSERT INTO numbered SELECT 3, s FROM numbered WHERE a = 2`);
  const found = await rows('SELECT a FROM numbered WHERE s = {text:String} ORDER BY a', { text });
  expect(found).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
});

test('counts are numbers; a 64-bit id is exact as text', async () => {
  const [row] = await rows('SELECT count() AS n, toString({id:UInt64}) AS id FROM numbers(3)', {
    id: 9_007_199_254_740_993n,
  });
  expect(row).toEqual({ n: 3, id: '9007199254740993' });
});

test('slow questions hold up neither inserts nor decisions', async () => {
  const slow = new AbortController();
  const questions = Array.from({ length: 10 }, () =>
    stores.clickhouse
      .query({ query: `${ENDLESS} -- crowd`, abort_signal: slow.signal })
      .then(() => 'ended')
      .catch(() => 'aborted'),
  );
  await insert([{ a: 7, s: 'past the crowd' }]);
  const answer = await stores.clickhouse.query({
    query: `SELECT a FROM numbered WHERE s = 'past the crowd'`,
    format: 'JSONEachRow',
    clickhouse_settings: { priority: '1' },
  });
  expect(await answer.json()).toEqual([{ a: 7 }]);
  slow.abort();
  expect(new Set(await Promise.all(questions))).toEqual(new Set(['aborted']));
});

test('a query that nobody waits for any more is ended', async () => {
  const gone = new AbortController();
  const answer = stores.clickhouse.query({
    query: `${ENDLESS} -- forgotten`,
    abort_signal: gone.signal,
  });
  await until(async () => (await runningWith('forgotten')) > 0);
  gone.abort();
  await expect(answer).rejects.toThrow('aborted');
  await until(async () => (await runningWith('forgotten')) === 0);
});
