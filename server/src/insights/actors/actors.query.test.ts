// The people behind every point of a trend or of conversion over time are as many as it says, over small worlds.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestStores, startTestStores } from '#platform/test-stores';
import { answerActors } from './actors.service.ts';
import type { ActorsSource } from './actors.ts';
import type { FunnelTrend } from '../funnels/funnels-answer.ts';
import { answerFunnel } from '../funnels/funnels.service.ts';
import type { FunnelsQuery } from '../funnels/funnels.ts';
import type { Inquiry } from '../scope.ts';
import { askedOf, breakdownFilter, filters, inWords } from '../reference/test-questions.ts';
import { storeWorlds } from '../reference/test-world.query.ts';
import { world } from '../reference/test-world.ts';
import { answerTrends } from '../trends/trends.service.ts';
import type { TrendsQuery } from '../trends/trends.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

/** Maths whose value is how many people there are. */
const COUNTS_PEOPLE = [
  'dau',
  'weekly_active',
  'unique_group',
  'first_time_for_user',
  'first_matching_event_for_user',
] as const;

const question = fc
  .record({
    event: fc.constantFrom('a', 'b', null),
    math: fc.constantFrom(...COUNTS_PEOPLE),
    properties: filters,
    breakdownFilter,
    interval: fc.constantFrom('day' as const, 'week' as const),
    addsUp: fc.boolean(),
    at: fc.nat({ max: 20 }),
  })
  .map(({ event, math, properties, at, addsUp, ...rest }): [number, TrendsQuery] => [
    at,
    {
      kind: 'TrendsQuery',
      ...rest,
      series: [{ event, math, properties, math_group_type_index: 0 }],
      dateRange: { date_from: '-16d' },
      // Active people cannot be added up.
      ...(addsUp && math !== 'weekly_active'
        ? { trendsFilter: { display: 'ActionsLineGraphCumulative' } }
        : {}),
    },
  ]);

/** Who is behind a cell, with how much, and how many they are. */
async function behind(source: ActorsSource, inquiry: Inquiry) {
  const asked = { kind: 'ActorsQuery' as const, source, limit: 1000 };
  const { results, count } = await answerActors(asked, inquiry, undefined, stores.db);
  const rows = results as [{ id: string }, number][];
  return { count, times: new Map(rows.map(([{ id }, n]) => [id, n] as const)) };
}

test('a point has as many people behind it as it says, one that is added up as well', async () => {
  await askedOf(
    stores.clickhouse,
    storeWorlds,
    world,
    question,
    async (one, inquiry, [at, query]) => {
      const { results } = await answerTrends(query, inquiry, undefined);
      for (const { data, days, breakdown_value: breakdown } of results.slice(0, 2)) {
        const i = at % days.length;
        const cell = {
          kind: 'InsightActorsQuery',
          source: query,
          day: days[i],
          breakdown,
        } as const;
        expect((await behind(cell, inquiry)).count, inWords(one, query)).toBe(data[i]);
      }
    },
  );
});

const formulaQuestion = fc
  .record({ breakdownFilter, at: fc.nat({ max: 20 }), isTotal: fc.boolean() })
  .map(({ breakdownFilter: by, at, isTotal }): [number, TrendsQuery] => [
    at,
    {
      kind: 'TrendsQuery',
      breakdownFilter: by,
      series: [{ event: 'a' }, { event: 'c', math: 'dau' }, { event: 'b', math: 'dau' }],
      dateRange: { date_from: '-16d' },
      interval: 'week',
      trendsFilter: {
        formulas: ['B', 'A / C'],
        ...(isTotal ? { display: 'BoldNumber' as const } : {}),
      },
    },
  ]);

test('behind a formula is everybody who is behind a series that it names', async () => {
  await askedOf(
    stores.clickhouse,
    storeWorlds,
    world,
    formulaQuestion,
    async (one, inquiry, [at, query]) => {
      const { results } = await answerTrends(query, inquiry, undefined);
      const last = results.at(-1);
      // A breakdown of nothing has no cell.
      if (last === undefined) return;
      const { days, order, breakdown_value: breakdown } = last;
      const day = days[at % Math.max(1, days.length)];
      const cell = { kind: 'InsightActorsQuery', source: query, day, breakdown } as const;
      const [a, c, both] = await Promise.all([
        behind({ ...cell, series: 0 }, inquiry),
        behind({ ...cell, series: 2 }, inquiry),
        behind({ ...cell, formula: order }, inquiry),
      ]);
      const ids = new Set([...a.times.keys(), ...c.times.keys()]);
      const together = [...ids].map(
        (id) => [id, (a.times.get(id) ?? 0) + (c.times.get(id) ?? 0)] as const,
      );
      expect(order).toBe(1);
      expect(both.times, inWords(one, query)).toEqual(new Map(together));
    },
  );
});

const funnelOverTime = fc
  .record({
    order: fc.constantFrom('ordered' as const, 'strict' as const, 'unordered' as const),
    interval: fc.constantFrom('day' as const, 'week' as const),
    breakdownFilter,
    steps: fc.constantFrom([0, 1], [0, 2], [1, 2]),
    isOfGroups: fc.boolean(),
    at: fc.nat({ max: 20 }),
  })
  .map(({ order, at, steps: [from, to], isOfGroups, ...rest }): [number, FunnelsQuery] => [
    at,
    {
      kind: 'FunnelsQuery',
      ...rest,
      series: [{ event: 'a' }, { event: 'b' }, { event: null }],
      dateRange: { date_from: '-16d' },
      ...(isOfGroups ? { aggregation_group_type_index: 0 } : {}),
      funnelsFilter: {
        funnelVizType: 'trends',
        funnelOrderType: order,
        funnelFromStep: from,
        funnelToStep: to,
      },
    },
  ]);

test('an interval of entry has as many people behind it as came through, and as did not', async () => {
  await askedOf(
    stores.clickhouse,
    storeWorlds,
    world,
    funnelOverTime,
    async (one, inquiry, [at, query]) => {
      const results = (await answerFunnel(query, inquiry, undefined)).results as FunnelTrend[];
      for (const line of results.slice(0, 2)) {
        const i = at % line.days.length;
        const cell = {
          kind: 'FunnelsActorsQuery',
          source: query,
          funnelTrendsEntrancePeriodStart: line.days[i],
          funnelStepBreakdown: line.breakdown_value,
        } as const;
        const through = await behind(cell, inquiry);
        const lost = await behind({ ...cell, funnelTrendsDropOff: true }, inquiry);
        const [entered = 0, converted = 0] = [
          line.reached_from_step_counts[i],
          line.reached_to_step_counts[i],
        ];
        expect([through.count, lost.count], inWords(one, query)).toEqual([
          converted,
          entered - converted,
        ]);
        for (const id of through.times.keys()) expect(lost.times.has(id)).toBe(false);
      }
    },
  );
});
