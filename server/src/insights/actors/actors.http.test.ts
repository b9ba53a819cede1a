// The people behind a number: as many as it says, cell by cell.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '#app/test-app';
import { PAGEVIEWS, askOf, dateRange, startWithPageviews } from '../reference/test-pageviews.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startWithPageviews();
});
afterAll(() => app.close());

const series = PAGEVIEWS;
const ask = (query: object) => askOf(app, query);

type Cell = { count: number; order: number };

/** The people of one page, by how their ids begin. */
async function people(source: object, more: object = {}) {
  const { status, body } = await ask({ kind: 'ActorsQuery', source, ...more });
  expect([status, body.detail]).toEqual([200, undefined]);
  return body as { results: [{ id: string }, number][]; count: number; hasMore: boolean };
}

test('as many people are behind a step of a funnel as it says', async () => {
  const funnel = { kind: 'FunnelsQuery', series: [...series, ...series], dateRange };
  const steps: Cell[] = (await ask(funnel)).body.results;
  const at = (funnelStep: number, more: object = {}) =>
    people({ kind: 'FunnelsActorsQuery', source: funnel, funnelStep }, more);
  for (const { order, count } of steps) expect((await at(order + 1)).count).toBe(count);
  const droppedOff = await at(-2);
  expect(droppedOff.count).toBe((steps[0]?.count ?? 0) - (steps[1]?.count ?? 0));
  const both = (await at(1)).results.map(([{ id }]) => id).toSorted();
  const apart = [...(await at(2)).results, ...droppedOff.results].map(([{ id }]) => id);
  expect(apart.toSorted()).toEqual(both);
  const page = await at(1, { limit: 1 });
  expect([page.results.length, page.count, page.hasMore]).toEqual([1, 2, true]);
});

test('and behind each value that it is broken down by, the rest included', async () => {
  const funnel = {
    kind: 'FunnelsQuery',
    series: [...series, ...series],
    dateRange,
    breakdownFilter: { breakdown: 'plan', breakdown_limit: 1 },
  };
  const lists: (Cell & { breakdown_value: string[] })[][] = (await ask(funnel)).body.results;
  expect(lists.length).toBe(2);
  for (const [first] of lists) {
    const source = { kind: 'FunnelsActorsQuery', source: funnel, funnelStep: 1 };
    const own = await people({ ...source, funnelStepBreakdown: first?.breakdown_value });
    expect(own.count).toBe(first?.count);
  }
});

test('as many people are behind retention, stickiness and lifecycle as they say', async () => {
  const entity = { id: '$pageview', type: 'events' };
  const retention = {
    kind: 'RetentionQuery',
    retentionFilter: { targetEntity: entity, returningEntity: entity, totalIntervals: 4 },
  };
  const rows: { values: Cell[] }[] = (await ask(retention)).body.results;
  for (const [interval, { values }] of rows.entries()) {
    for (const [day, { count }] of values.entries()) {
      const behind = await people({ kind: 'InsightActorsQuery', source: retention, interval, day });
      expect([interval, day, behind.count]).toEqual([interval, day, count]);
    }
  }
  const stickiness = { kind: 'StickinessQuery', series, dateRange };
  const [sticky] = (await ask(stickiness)).body.results;
  for (const [i, count] of sticky.data.entries()) {
    const source = { kind: 'InsightActorsQuery', source: stickiness, day: i + 1 };
    expect((await people(source)).count).toBe(count);
  }
  const lifecycle = { kind: 'LifecycleQuery', series, dateRange };
  for (const { status, days, data } of (await ask(lifecycle)).body.results) {
    for (const [i, day] of days.entries()) {
      const source = { kind: 'InsightActorsQuery', source: lifecycle, day, status };
      expect((await people(source)).count).toBe(Math.abs(data[i]));
    }
  }
});

test.each([
  [{ kind: 'FunnelsActorsQuery', funnelStep: 3 }, 'query.source.funnelStep'],
  [{ kind: 'FunnelsActorsQuery', funnelStep: 0 }, 'query.source.funnelStep'],
  [{ kind: 'FunnelsActorsQuery' }, 'query.source.funnelStep'],
  [
    { kind: 'FunnelsActorsQuery', funnelTrendsEntrancePeriodStart: '2026-11-20' },
    'query.source.funnelTrendsEntrancePeriodStart',
  ],
])('a cell that the answer does not have is refused: %j', async (cell, attr) => {
  const source = { kind: 'FunnelsQuery', series: [...series, ...series], dateRange };
  const { status, body } = await ask({ kind: 'ActorsQuery', source: { ...cell, source } });
  expect([status, body.attr]).toEqual([400, attr]);
});

test.each([
  [{ formula: 2 }, 'There is no such formula.'],
  [{ formula: 1 }, 'This formula names no series.'],
  [{ formula: 0 }, 'This formula counts people and groups, or groups of several types.'],
])('a formula without people of one kind is refused: %j', async (cell, detail) => {
  const trend = {
    kind: 'TrendsQuery',
    series: [...series, { ...series[0], math: 'unique_group', math_group_type_index: 0 }],
    trendsFilter: { formulas: ['A / B', '1'], display: 'BoldNumber' },
  };
  const source = { kind: 'InsightActorsQuery', source: trend, ...cell };
  const { status, body } = await ask({ kind: 'ActorsQuery', source });
  expect([status, body.attr, body.detail]).toEqual([400, 'query.source.formula', detail]);
});
