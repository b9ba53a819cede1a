import { expect, test } from 'vitest';
import { chartOf, sqlTable } from './sql-rows.ts';
import { sortedRows } from './table.ts';

const answer = (types: Record<string, string>, ...results: unknown[][]) => ({
  columns: Object.keys(types),
  types: Object.entries(types),
  results,
  hasMore: false,
});

test('rows are a table: numbers by their types, what is nested as JSON, the rest as it is', () => {
  const table = sqlTable(
    answer(
      { n: 'Nullable(UInt64)', list: 'Array(String)', yes: 'Bool', text: 'String' },
      [1, ['a'], true, 'x'.repeat(200)],
      [null, [], false, ''],
    ),
  );
  expect(table.columns.map(({ isNumber }) => isNumber)).toEqual([true, false, false, false]);
  const [first, second] = table.rows.map(({ cells }) => cells);
  expect(first?.map(({ value }) => value)).toEqual([1, '["a"]', 'true', 'x'.repeat(200)]);
  expect([first?.[3]?.shown, second?.[0]?.shown]).toEqual([`${'x'.repeat(160)}…`, 'null']);
});

test('rows are sorted by a column, those without a value last', () => {
  const { rows } = sqlTable(
    answer(
      { a: 'UInt64', b: 'String' },
      [9, 'b'],
      ['9007199254740993', 'a'],
      [null, 'é'],
      [10, 'd'],
    ),
  );
  const by = (column: number, isDown: boolean) =>
    sortedRows(rows, { column, isDown }).map(({ key }) => Number(key));
  expect(by(0, false)).toEqual([0, 3, 1, 2]);
  expect(by(0, true)).toEqual([1, 3, 0, 2]);
  expect(by(1, false)).toEqual([1, 0, 3, 2]);
  expect(sortedRows(rows, null)).toBe(rows);
});

test('a column of time makes a chart: a line for each column of numbers, gaps left open', () => {
  const chart = chartOf(
    answer(
      { day: 'Date', n: 'UInt64', avg: 'Nullable(Float64)' },
      ['2026-11-22', 3, null],
      ['2026-11-20', 1, 0.5],
      ['2026-11-23', 0, 2],
    ),
  );
  expect(chart?.days).toEqual(['2026-11-20', '2026-11-21', '2026-11-22', '2026-11-23']);
  expect(chart?.interval).toBe('day');
  expect(chart?.lines.map(({ name, values }) => [name, values])).toEqual([
    ['n', [1, null, 3, 0]],
    ['avg', [0.5, null, null, 2]],
  ]);
});

test('a column of texts beside one of numbers makes a line for each text', () => {
  const chart = chartOf(
    answer(
      { at: "DateTime('UTC')", plan: 'Nullable(String)', n: 'UInt64' },
      ['2026-11-20T10:00:00Z', 'pro', 1],
      ['2026-11-20T12:00:00Z', null, 2],
    ),
  );
  expect(chart?.interval).toBe('hour');
  expect(chart?.days).toHaveLength(3);
  expect(chart?.lines.map(({ name, values }) => [name, values])).toEqual([
    ['pro', [1, null, null]],
    ['(none)', [null, null, 2]],
  ]);
});

test('without times or numbers, or with too many times, there is no chart', () => {
  expect(chartOf(answer({ event: 'String', n: 'UInt64' }, ['a', 1]))).toBeUndefined();
  expect(chartOf(answer({ day: 'Date', event: 'String' }, ['2026-11-20', 'a']))).toBeUndefined();
  expect(chartOf(answer({ day: 'Date', n: 'UInt64' }))).toBeUndefined();
  const odd = Array.from({ length: 2001 }, (_, n) => [new Date(n * 1001 * n).toISOString(), n]);
  expect(chartOf(answer({ at: 'DateTime64(3)', n: 'UInt64' }, ...odd))).toBeUndefined();
});
