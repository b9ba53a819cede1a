// Trends on chDB and by plain loops: hundreds of questions about small worlds, one answer.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestStores, startTestStores } from '#platform/test-stores';
import { MATHS } from './measure.ts';
import type { PropertyFilter } from './question.ts';
import { referenceLines } from './test-trends-reference.ts';
import { storeWorlds } from './test-world.query.ts';
import { type World, world } from './test-world.ts';
import { answerTrends } from './trends.service.ts';
import type { TrendsQuery, TrendsSeries } from './trends.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const filter: fc.Arbitrary<PropertyFilter> = fc.constantFrom<PropertyFilter>(
  { key: 'plan', value: ['pro', '5'], type: 'event' },
  { key: 'plan', operator: 'is_not', value: 'free', type: 'person' },
  { key: 'plan', operator: 'is_set', type: 'person' },
  { key: 'n', operator: 'gt', value: 1, type: 'event' },
  { key: 'plan', operator: 'exact', value: 'pro', type: 'group', group_type_index: 0 },
  { key: '$feature/beta', operator: 'is_not', value: 'test', type: 'feature' },
);
const filters = fc.oneof(
  fc.constant(undefined),
  fc.array(filter, { maxLength: 2 }),
  fc.record({
    type: fc.constantFrom('AND' as const, 'OR' as const),
    values: fc.array(filter, { maxLength: 3 }),
  }),
);
const breakdownFilter = fc.option(
  fc
    .constantFrom(['event', 'plan'], ['event', '$feature/beta'], ['person', 'plan'], ['group', 'n'])
    .chain(([breakdown_type, breakdown]) =>
      fc.constantFrom(1, 2, 25).map((breakdown_limit) => ({
        breakdown_type: breakdown_type as 'event' | 'person' | 'group',
        breakdown,
        breakdown_limit,
        ...(breakdown_type === 'group' ? { breakdown_group_type_index: 0 } : {}),
      })),
    ),
  { nil: undefined },
);
const series: fc.Arbitrary<TrendsSeries> = fc.record({
  event: fc.constantFrom('a', 'b', null),
  math: fc.constantFrom(...MATHS),
  math_property: fc.constant('n'),
  math_property_type: fc.constantFrom('event' as const, 'person' as const),
  math_group_type_index: fc.constant(0),
  properties: filters,
});
const question = fc
  .record({
    series: fc.array(series, { minLength: 1, maxLength: 2 }),
    days: fc.constantFrom(0, 3, 7, 16, 33),
    interval: fc.constantFrom(
      'hour' as const,
      'day' as const,
      'day' as const,
      'week' as const,
      'month' as const,
    ),
    isTotal: fc.boolean(),
    properties: filters,
    breakdownFilter,
    filterTestAccounts: fc.boolean(),
  })
  .map(({ days, isTotal, ...rest }): [number, TrendsQuery] => {
    const hasActive = rest.series.some(({ math }) => math?.endsWith('_active') === true);
    const interval = rest.interval === 'hour' && (hasActive || days > 7) ? 'day' : rest.interval;
    const query: TrendsQuery = {
      ...rest,
      kind: 'TrendsQuery',
      interval,
      dateRange: { date_from: `-${days}d` },
      ...(isTotal ? { trendsFilter: { display: 'BoldNumber' } } : {}),
    };
    return [days, query];
  });

test('every maths, interval, filter and breakdown is what the loops say', async () => {
  const cases = fc.array(fc.tuple(world, fc.array(question, { minLength: 3, maxLength: 3 })), {
    minLength: 20,
    maxLength: 20,
  });
  await fc.assert(
    fc.asyncProperty(cases, async (worlds) => {
      const inquiries = await storeWorlds(
        stores.clickhouse,
        worlds.map(([one]) => one),
      );
      for (const [i, [one, questions]] of worlds.entries()) {
        const inquiry = inquiries[i];
        if (!inquiry) throw new Error('every world is stored');
        for (const [days, query] of questions) {
          const { results } = await answerTrends(query, inquiry, undefined);
          const expected = query.series.flatMap((asked) => referenceLines(one, query, asked, days));
          const actual = results.map((result) => ({
            label: String(result.breakdown_value ?? ''),
            data: rounded(query.trendsFilter ? [result.aggregated_value ?? null] : result.data),
          }));
          expect(sorted(actual), inWords(one, query)).toEqual(sorted(expected));
        }
      }
    }),
    { numRuns: 2, endOnFailure: true },
  );
});

/** What was asked of which events, for whoever sees it fail. */
function inWords(
  { zone, nowMs, firstWeekday, seen, persons, groups }: World,
  query: object,
): string {
  const events = seen.map(({ atMs, ...event }) => JSON.stringify({ at: new Date(atMs), ...event }));
  const facts = { zone, now: new Date(nowMs), firstWeekday, persons, groups: [...groups] };
  return [JSON.stringify(query), JSON.stringify(facts), ...events].join('\n');
}

/** Sums of floating numbers depend on their order. */
const rounded = (data: readonly (number | null)[]) =>
  data.map((value) => value && Number(value.toPrecision(9)));

const sorted = <T>(lines: readonly T[]): string[] =>
  lines.map((line) => JSON.stringify(line)).toSorted();
