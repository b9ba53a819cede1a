import { expect, test } from 'vitest';
import { narrowedToFlag, splitByFlag, valuesOf } from './flag-split.ts';
import type { LifecycleQuery } from './query.ts';

const series = [
  { kind: 'EventsNode', event: 'seen', properties: [{ key: 'n', value: 1 }] },
] as const;

test('each value becomes a series, and another flag takes the place of the first', () => {
  const split = splitByFlag({ kind: 'StickinessQuery', series }, 'new-ui', ['true', 'false']);
  expect(split.series.map((one) => one.custom_name)).toEqual(['seen · true', 'seen · false']);
  expect(split.series[1]?.properties).toEqual([
    { key: 'n', value: 1 },
    { key: '$feature/new-ui', type: 'event', operator: 'exact', value: ['false'] },
  ]);
  const again = splitByFlag(split, 'other', ['a', 'b', 'c']);
  expect(again.series.map((one) => one.custom_name)).toEqual(['seen · a', 'seen · b', 'seen · c']);
  expect(again.series.every((one) => JSON.stringify(one).includes('new-ui'))).toBe(false);
});

const lifecycle: LifecycleQuery = { kind: 'LifecycleQuery', series };

test('a lifecycle is of those with the first value', () => {
  const one = narrowedToFlag(lifecycle, 'new-ui', ['true', 'false']);
  expect(narrowedToFlag(one, 'other', ['a']).properties).toEqual([
    { key: '$feature/other', type: 'event', operator: 'exact', value: ['a'] },
  ]);
});

test('a flag without variants is true or false', () => {
  expect(valuesOf({ filters: { groups: [] } })).toEqual(['true', 'false']);
  const variants = [
    { key: 'a', rollout_percentage: 50 },
    { key: 'b', rollout_percentage: 50 },
  ];
  expect(valuesOf({ filters: { groups: [], multivariate: { variants } } })).toEqual(['a', 'b']);
});
