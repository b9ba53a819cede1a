import { expect, test } from 'vitest';
import type { Answer } from '../api/insights.ts';
import { changeWords, formatTick, formatValue } from './numbers.ts';
import type { TrendsQuery } from './query.ts';
import { linesOf, type TrendResult, shownGroups } from './trend-lines.ts';
import { cohortWords } from './value-words.ts';
import { totalTable, trendTable } from './trend-table.ts';

const query: TrendsQuery = {
  kind: 'TrendsQuery',
  series: [
    { kind: 'EventsNode', event: 'a', math: 'dau' },
    { kind: 'EventsNode', event: 'b' },
  ],
};
const result = (order: number | null, more: Partial<TrendResult> = {}): TrendResult => ({
  action: order === null ? null : { order },
  label: 'x',
  count: 3,
  data: [1, 2],
  days: ['2026-11-19', '2026-11-20'],
  labels: [],
  ...more,
});
const lines = (...results: readonly TrendResult[]) =>
  linesOf(query, { results, timezone: 'UTC' } as Answer);

test('lines are called after event, measure and value', () => {
  expect(lines(result(0), result(1)).map(({ name }) => name)).toEqual(['a · unique people', 'b']);
  const other = '$$_posthog_breakdown_other_$$';
  const broken = lines(
    result(0, { breakdown_value: 'true' }),
    result(0, { breakdown_value: ['false', '[1,2.5]'] }),
    result(0, { breakdown_value: other }),
  );
  expect(broken.map(({ name, color }) => [name, color])).toEqual([
    ['true', 'on'],
    ['false · 1 – 2.5', 'off'],
    ['Other', 'grey'],
  ]);
  const formula = { label: 'Formula (A - B) - a - b', breakdown_value: 'a - b' };
  expect(lines(result(null, formula))[0]).toMatchObject({
    name: 'Formula (A - B) · a - b',
    behind: null,
  });
});

test('cohorts are called by their names', () => {
  const results = [
    result(0, { breakdown_value: '7' }),
    result(null, { label: 'Formula (A) - Old name', breakdown_value: 'all' }),
    result(0, { breakdown_value: '8' }),
  ];
  const names = cohortWords(new Map([['7', 'Beta']]));
  const named = linesOf(query, { results, timezone: 'UTC' } as Answer, names);
  expect(named.map(({ name }) => name)).toEqual([
    'a · unique people · Beta',
    'Formula (A) · Everybody',
    'a · unique people · Cohort 8',
  ]);
});

test('a line and the one of before share colour and switch', () => {
  const both = lines(
    result(0, { compare_label: 'current' }),
    result(1, { compare_label: 'current' }),
    result(0, { compare_label: 'previous' }),
  );
  expect(both[0]?.group).toBe(both[2]?.group);
  expect(both.map(({ isPrevious }) => isPrevious)).toEqual([false, false, true]);
  expect(trendTable(both, 'day', undefined).rows.map(({ cells }) => cells[0]?.value)).toEqual([
    'a · unique people',
    'a · unique people (before)',
    'b',
  ]);
});

test('of many lines the first are shown, until somebody chooses', () => {
  const many = lines(
    ...Array.from({ length: 12 }, (_, i) => result(0, { breakdown_value: `v${i}` })),
  );
  expect(shownGroups(many, new Map()).size).toBe(8);
  const [first, last] = [many[0]?.group ?? '', many.at(-1)?.group ?? ''];
  const shown = shownGroups(
    many,
    new Map([
      [first, false],
      [last, true],
    ]),
  );
  expect([shown.size, shown.has(first), shown.has(last)]).toEqual([8, false, true]);
});

test('people are asked for where there are any', () => {
  const picked: (number | null)[] = [];
  const table = trendTable(lines(result(0, { data: [0, 2] })), 'day', (_, step) =>
    picked.push(step),
  );
  const cells = table.rows[0]?.cells ?? [];
  expect(cells[3]?.onPick).toBeUndefined();
  cells[4]?.onPick?.();
  expect(picked).toEqual([1]);
  const [formula] = lines(result(null, { order: 1 }));
  expect(formula?.behind).toEqual({ formula: 1 });
  const nobody = trendTable(lines(result(null)), 'day', () => {});
  expect(nobody.rows[0]?.cells.some(({ onPick }) => onPick)).toBe(false);
});

test('totals stand beside those of before', () => {
  const table = totalTable(
    lines(
      result(0, { aggregated_value: 30, compare_label: 'current' }),
      result(0, { aggregated_value: 24, compare_label: 'previous' }),
    ),
    () => {},
  );
  expect(table.rows.map(({ cells }) => cells.map(({ value }) => value))).toEqual([
    ['a · unique people', 30, 24, '+25 %'],
  ]);
});

test('numbers in words', () => {
  expect([0.12345, 3, 1234.567, null].map(formatValue)).toEqual(['0.123', '3', '1,234.57', '–']);
  expect([0.5, 2500, 1_500_000].map(formatTick)).toEqual(['0.5', '2,500', '1.5M']);
  expect(changeWords(90, 100)).toBe('−10 %');
  expect(changeWords(1.034, 1)).toBe('+3.4 %');
  expect(changeWords(1, 0)).toBeUndefined();
});
