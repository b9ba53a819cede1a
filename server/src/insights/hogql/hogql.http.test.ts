// SQL as people ask it, and as somebody asks who wants more than is theirs.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { insertEvents } from '#platform/test-events';
import { ATTACKS } from '../reference/test-sql-attacks.ts';
import { VIEW_COLUMNS } from './hogql-columns.ts';
import { askOf } from '../reference/test-pageviews.ts';

/** Only in the other environment; no answer and no complaint may ever hold it. */
const SECRET = 'topsecret';
let app: TestApp;
let [mine, theirs] = [0, 0];

beforeAll(async () => {
  app = await startTestApp();
  mine = app.production.id;
  theirs = app.development.id;
  const { clickhouse } = app.ctx;
  const atMs = Date.UTC(2026, 10, 20, 12);
  const base = { atMs, receivedAtMs: Date.now(), sessionId: 's1' };
  await insertEvents(clickhouse, mine, [
    { ...base, event: '1', distinctId: '10', properties: { plan: 'pro', n: 5, $current_url: '/' } },
    { ...base, event: '2', distinctId: '20', properties: { plan: 'a"b' }, atMs: atMs + 90_000 },
    { ...base, event: '2', distinctId: '30', flags: { beta: 'test' }, groups: { company: 'acme' } },
  ]);
  await insertEvents(clickhouse, theirs, [
    { ...base, event: SECRET, distinctId: SECRET, properties: { plan: SECRET, [SECRET]: SECRET } },
  ]);
  const rowsOf = (environment_id: number, id: string, plan: string) => ({
    environment_id,
    id,
    created_at: new Date(atMs).toISOString(),
    props: { plan: JSON.stringify(plan) },
    version: 1,
    is_deleted: 0,
  });
  const ada = '00000000-0000-0000-0000-0000000000aa';
  await clickhouse.insert({
    table: 'person',
    format: 'JSONEachRow',
    values: [rowsOf(mine, ada, '7'), rowsOf(theirs, ada.replace('aa', 'bb'), SECRET)],
  });
  await clickhouse.insert({
    table: 'person_overrides',
    format: 'JSONEachRow',
    values: [{ environment_id: mine, distinct_id: '10', person_id: ada, version: 1 }],
  });
  // One part: rows of both environments lie in the same granule, with the same dictionaries.
  await clickhouse.command({ query: 'OPTIMIZE TABLE events FINAL' });
});
afterAll(() => app.close());

const sql = (query: string, more: object = {}) =>
  askOf(app, { kind: 'HogQLQuery', query, ...more });
async function rows(query: string, more: object = {}): Promise<unknown[][]> {
  const { status, body } = await sql(query, more);
  expect([status, body.detail], query).toEqual([200, undefined]);
  return body.results;
}

test('one SELECT over documented views, with names and types', async () => {
  const { body } = await sql(
    `-- how many
    SELECT event, count() AS n, uniqExact(person_id) FROM events
    WHERE timestamp >= '2026-11-01' AND event != 'x' /* none */ GROUP BY event ORDER BY n DESC;`,
  );
  expect(body).toMatchObject({
    columns: ['event', 'n', 'uniqExact(person_id)'],
    types: [
      ['event', 'String'],
      ['n', 'UInt64'],
      ['uniqExact(person_id)', 'UInt64'],
    ],
    results: [
      ['2', 2, 2],
      ['1', 1, 1],
    ],
    hasMore: false,
    timezone: 'UTC',
  });
});

test.each<[string, unknown[][]]>([
  ['SELECT properties.plan AS p FROM events ORDER BY p', [['a"b'], ['pro'], [null]]],
  [
    "SELECT toFloat64OrNull(e.properties.n) + 1 FROM events AS e WHERE properties.plan = 'pro'",
    [[6]],
  ],
  ["SELECT JSONExtractInt(properties, 'n') FROM events WHERE event = '1'", [[5]]],
  ['SELECT `properties.$feature/beta` AS f FROM events WHERE f IS NOT NULL', [['test']]],
  ["SELECT person.properties.plan FROM events WHERE distinct_id = '10'", [['7']]],
  ['SELECT id, properties.plan FROM persons', [['00000000-0000-0000-0000-0000000000aa', '7']]],
  ['SELECT count() FROM events JOIN persons ON persons.id = events.person_id', [[1]]],
  [
    'SELECT session_id, `$session_duration`, `$entry_current_url`, `$event_count` FROM sessions',
    [['s1', 90, '/', 3]],
  ],
  [
    'WITH x AS (SELECT event FROM events) SELECT count() AS n FROM x UNION ALL SELECT 3',
    [[3], [3]],
  ],
  ['SELECT count() FROM (SELECT * FROM events WHERE person_id IN (SELECT id FROM persons))', [[1]]],
  [
    'SELECT event, row_number() OVER (ORDER BY uuid) > 0 FROM events ORDER BY event LIMIT 1 BY event LIMIT 1',
    [['1', 1]],
  ],
  ['SELECT event, n FROM events ARRAY JOIN [1, 2] AS n ORDER BY ALL LIMIT 1', [['1', 1]]],
  ['SELECT arrayMap(lower, [event]) FROM events ORDER BY event LIMIT 1', [[['1']]]],
  ['SELECT 9007199254740993, toUInt64(5), 1e300', [['9007199254740993', 5, 1e300]]],
  ['SELECT countIf(1), sumIf(1, 0), quantileExact(0.5)(1) FROM events GROUP BY ()', [[3, 0, 1]]],
])('%s', async (query, expected) => {
  expect(await rows(query)).toEqual(expected);
});

test('values stand in the place of names, whatever they hold', async () => {
  const hostile = `'); DROP TABLE events; -- \\ {x} \n`;
  const values = { text: hostile, n: 3, list: ['1', "'"], yes: true, none: null, half: 0.5 };
  const [row] = await rows(
    "SELECT {text}, {n} + 1, has({list}, ''''), {yes}, {none}, {half}, '{text}' -- {nothing}",
    { values },
  );
  expect(row).toEqual([hostile, 4, 1, true, null, 0.5, '{text}']);
  const variables = { 'an-id': { variableId: 'an-id', code_name: 'who', value: '20' } };
  expect(
    await rows('SELECT event FROM events WHERE distinct_id = {variables.who}', { variables }),
  ).toEqual([['2']]);
});

test('filters narrow the events of a statement that asks for them', async () => {
  const at = '2026-11-20T12:01:00';
  const count = async (query: string, filters: object) => (await rows(query, { filters }))[0]?.[0];
  const all = 'SELECT count() FROM events WHERE {filters}';
  expect(await count(all, {})).toBe(3);
  expect(await count(all, { dateRange: { date_from: 'all', date_to: at } })).toBe(2);
  expect(await count(all, { dateRange: { date_from: at, explicitDate: true } })).toBe(1);
  const pro = { key: 'plan', value: ['pro'] };
  expect(await count(all, { properties: [pro] })).toBe(1);
  expect(await count('SELECT count() FROM events', { properties: [pro] })).toBe(3);
  const since = 'SELECT count(), {filters.dateRange.to} > {filters.dateRange.from} FROM events';
  const ofDay = { date_from: '2026-11-20', date_to: '2026-11-20' };
  const { body } = await sql(`${since} WHERE timestamp >= {filters.dateRange.from} AND {filters}`, {
    filters: { dateRange: ofDay },
  });
  expect(body).toMatchObject({
    results: [[3, 1]],
    resolved_date_range: { date_from: '2026-11-20T00:00:00.000Z' },
  });
  const odd = await sql(all, { filters: { dateRange: { date_from: 'someday' } } });
  expect(odd.body.attr).toBe('query.filters.dateRange.date_from');
  const group = { type: 'group', key: 'plan', value: ['pro'] };
  const nobody = await sql(all, { filters: { properties: [group] } });
  expect(nobody.body.attr).toBe('query.filters.properties.0.group_type_index');
  const open = await sql('SELECT {filters.dateRange.from}');
  expect(open.body).toMatchObject({ attr: 'query.values', code: 'invalid_input' });
});

test.each([
  ['SELECT 1\n  FROM events WHERE', 'Line 2, column 20: Syntax error at “end of query”.'],
  ["SELECT 'ä', {name},\n {name} 5 6", 'Line 2, column 9: Syntax error at “5”'],
  ["SELECT\n'a", "Line 2, column 1: Single quoted string is not closed at “'a”."],
  ['SELECT {name', 'Braces are for placeholders'],
])('the place of an error is told: %j', async (query, detail) => {
  const { body } = await sql(query, { values: { name: 'a rather long value' } });
  expect(body.detail.slice(0, detail.length)).toBe(detail);
});

test('what is told of the views is what they give', async () => {
  for (const [view, columns] of Object.entries(VIEW_COLUMNS)) {
    const { body } = await sql(`SELECT * FROM ${view} LIMIT 0`);
    const told = columns.map(({ name, type }) => [name, type]);
    const given = body.types.filter(([name]: [string]) => !/^\$group_\d$/.test(name));
    expect(given, view).toEqual(told);
  }
});

test.each(ATTACKS)('refused: %s', async (query) => {
  const { status, body } = await sql(query);
  expect([status, body.code, body.type]).toEqual([400, 'invalid_input', 'validation_error']);
  expect(body.attr).toMatch(/^query\.(?:query|values)$/);
  expect(JSON.stringify(body)).not.toMatch(/test_[0-9a-f]{16}|environment_id =|topsecret/);
});

/** Each may fail, but by its own rows alone: the other environment's are never looked at. */
const PEEPS = [
  'SELECT toUInt64(event) FROM events WHERE toUInt64(event) > 0',
  'SELECT sum(toUInt64(distinct_id)) FROM events WHERE toUInt64(distinct_id) > 1',
  "SELECT count() FROM events WHERE toUInt64(assumeNotNull(properties.plan)) > 0 OR event = 'x'",
  'SELECT sum(toUInt64(p.properties.plan)) FROM persons AS p WHERE toUInt64(p.properties.plan) > 1',
  'SELECT count() FROM events WHERE toUInt64(person.properties.plan) = 7',
  'SELECT count() FROM events AS a JOIN events AS b ON toUInt64(a.event) = toUInt64(b.event)',
  'SELECT groupArray(event), groupArray(properties), groupArray(distinct_id) FROM events',
  'SELECT arrayJoin(JSONExtractKeys(properties)) FROM events',
  "SELECT count() FROM events WHERE properties LIKE '%' AND event LIKE 'top%'",
  'WITH events AS (SELECT * FROM events) SELECT * FROM events',
  'WITH 5 AS environment_id, 6 AS `e.environment_id` SELECT * FROM events',
  'SELECT * FROM events AS e, persons AS person_overrides',
  'WITH o AS (SELECT 1) SELECT *, (SELECT max(event) FROM events) FROM sessions, o',
  'SELECT max(toUInt64(event)) OVER () FROM events ORDER BY toUInt64(distinct_id)',
  'SELECT topK(10)(event), any(person.properties.plan) FROM events GROUP BY toUInt64(event)',
  'SELECT * FROM groups FULL JOIN persons ON 1 = 1 FULL JOIN sessions ON 1 = 1',
];

test.each(PEEPS)('rows of another environment are not seen: %s', async (query) => {
  const { body } = await sql(query);
  expect(JSON.stringify(body)).not.toContain(SECRET);
  const complaint: string = body.detail ?? '';
  expect(complaint).not.toMatch(/test_[0-9a-f]{16}|__table/);
});

test('and what is asked of either environment is answered from it alone', async () => {
  expect(await rows('SELECT count(), max(toUInt64(event)) FROM events')).toEqual([[3, 2]]);
  const theirs = { kind: 'HogQLQuery', query: 'SELECT event, properties.plan FROM events' };
  expect((await askOf(app, theirs, 'development')).body.results).toEqual([[SECRET, SECRET]]);
});

test.each([
  [
    'SELECT arrayJoin(range(40000000)) AS a, repeat(toString(a), 100) FROM events ORDER BY 2',
    'query_too_expensive',
  ],
  ['SELECT repeat(repeat(repeat(event, 1000000), 1000), 100) FROM events', 'query_too_expensive'],
  ["SELECT arrayJoin(range(50000)), repeat('x', 10000)", 'query_too_expensive'],
])('stopped by a limit: %s', async (query, code) => {
  const { status, body } = await sql(query);
  expect([status, body.code]).toEqual([400, code]);
});

test('an answer has at most fifty thousand rows, and says that there are more', async () => {
  const { body } = await sql('SELECT arrayJoin(range(60000)) AS n');
  expect([body.results.length, body.hasMore, body.results.at(-1)]).toEqual([
    50_000,
    true,
    [49_999],
  ]);
});
