import { expect, test } from 'vitest';
import type { Answer } from '../api/insights.ts';
import type { RetentionQuery } from './query.ts';
import { curvesOf, gridsOf, peopleOfCell, retentionTable } from './retention-grid.ts';

const query: RetentionQuery = {
  kind: 'RetentionQuery',
  retentionFilter: {
    targetEntity: { id: 'joined' },
    returningEntity: { id: 'seen' },
    period: 'Day',
  },
};
const row = (day: number, counts: readonly (number | null)[], value?: string) => ({
  date: `2026-11-${day}T00:00:00.000Z`,
  values: counts.map((count, k) => ({ count, is_incomplete: count === null || day + k >= 20 })),
  ...(value === undefined ? {} : { breakdown_value: value }),
});
const answer = (results: unknown): Answer => ({ results, timezone: 'UTC' }) as Answer;
const grids = gridsOf(
  answer([
    row(18, [10, 5, 1], 'false'),
    row(19, [0, 0], 'false'),
    row(18, [20, 10, 4], 'true'),
    row(19, [20, 4], 'true'),
    row(20, [8], 'true'),
  ]),
  'Day',
);

test('the largest value comes first; nobody’s share is none', () => {
  expect(grids.map(({ name, size }) => [name, size])).toEqual([
    ['true', 48],
    ['false', 10],
  ]);
  expect(grids[1]?.rows[1]).toMatchObject({
    name: '19 Nov',
    size: 0,
    cells: [{ share: null }, {}],
  });
  expect(grids[0]?.rows[0]?.cells[2]).toEqual({ people: 4, share: 0.2, isOpen: true });
});

test('a curve leaves out what is not over, except who began', () => {
  // Day 1 after the 18th is over, after the 19th it is not; day 2 is over for nobody.
  expect(curvesOf(grids).map(({ name, color, values }) => [name, color, values])).toEqual([
    ['true', 'on', [100, 50, null]],
    ['false', 'off', [100, 50, null]],
  ]);
});

test('people are asked for by row and interval', () => {
  const [grid] = grids;
  if (!grid) throw new Error('no grid');
  expect(peopleOfCell(query, grid, 1, 1)).toEqual({
    title: 'true: seen on Day 1, since 19 Nov',
    source: { kind: 'InsightActorsQuery', source: query, interval: 1, day: 1, breakdown: 'true' },
  });
});

test('the file has every grid, cut where intervals have not begun', () => {
  const { columns, rows } = retentionTable(grids, 'Day');
  expect(columns.map(({ name }) => name)).toEqual(['Value', 'Began', 'Day 0', 'Day 1', 'Day 2']);
  expect(rows.map(({ cells }) => cells.map(({ value }) => value))[1]).toEqual([
    'true',
    '19 Nov',
    20,
    4,
    null,
  ]);
});
