import { expect, test } from 'vitest';
import type { Answer } from '../api/insights.ts';
import { funnelTable, peopleOfStep, waysOf } from './funnel-steps.ts';
import { conversionLines } from './funnel-trend.ts';
import type { FunnelsQuery } from './query.ts';

const query: FunnelsQuery = {
  kind: 'FunnelsQuery',
  series: [
    { kind: 'EventsNode', event: 'seen' },
    { kind: 'EventsNode', event: 'bought' },
  ],
};
const step = (order: number, count: number, value?: string) => ({
  order,
  count,
  average_conversion_time: order === 0 ? null : 90,
  median_conversion_time: order === 0 ? null : 60,
  ...(value === undefined ? {} : { breakdown_value: [value] }),
});
const answer = (results: unknown): Answer => ({ results, timezone: 'UTC' }) as Answer;

test('steps know who came so far and who was lost', () => {
  const [way] = waysOf(answer([step(0, 40), step(1, 10)]));
  expect(way?.steps).toMatchObject([
    { people: 40, ofAll: 1, ofBefore: null, lost: 0 },
    { people: 10, ofAll: 0.25, ofBefore: 0.25, lost: 30, averageSeconds: 90 },
  ]);
  const [nobody] = waysOf(answer([step(0, 0), step(1, 0)]));
  expect(nobody?.steps).toMatchObject([{ ofAll: null }, { ofAll: null, ofBefore: null, lost: 0 }]);
  expect(waysOf(answer([]))).toEqual([]);
});

test('each value has its own way, in the colours of the arms', () => {
  const ways = waysOf(
    answer([
      [step(0, 4, 'true'), step(1, 1, 'true')],
      [step(0, 2, 'false'), step(1, 1, 'false')],
    ]),
  );
  expect(ways.map(({ name, color }) => [name, color])).toEqual([
    ['true', 'on'],
    ['false', 'off'],
  ]);
  const [on] = ways;
  if (!on) throw new Error('no way');
  expect(peopleOfStep(query, on, -2)).toEqual({
    title: 'true: did not reach bought',
    source: {
      kind: 'FunnelsActorsQuery',
      source: query,
      funnelStep: -2,
      funnelStepBreakdown: ['true'],
    },
  });
  const picked: number[] = [];
  const { rows, columns } = funnelTable(query, ways, (_, at) => picked.push(at));
  expect(columns[0]?.name).toBe('Value');
  expect(rows.map(({ cells }) => cells.slice(0, 3).map(({ value }) => value))).toEqual([
    ['true', '1. seen', 4],
    ['true', '2. bought', 1],
    ['false', '1. seen', 2],
    ['false', '2. bought', 1],
  ]);
  for (const cell of rows[1]?.cells ?? []) cell.onPick?.();
  expect(picked).toEqual([2, -2]);
});

test('conversion over all time weighs each interval by its people', () => {
  const [line] = conversionLines([
    {
      data: [50, null, 100],
      days: ['2026-11-18', '2026-11-19', '2026-11-20'],
      reached_from_step_counts: [2, 0, 1],
      reached_to_step_counts: [1, 0, 1],
      is_still_converting: [false, false, true],
    },
  ]);
  expect([line?.name, line?.total]).toEqual(['Conversion', (100 * 2) / 3]);
});
