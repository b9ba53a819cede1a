// Trends on chDB and by plain loops: hundreds of questions about small worlds, one answer.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestStores, startTestStores } from '#platform/test-stores';
import { MATHS } from '../sql/measure.ts';
import {
  askedOf,
  breakdownFilter,
  filters,
  inWords,
  rounded,
} from '../reference/test-questions.ts';
import { referenceLines } from '../reference/test-trends-reference.ts';
import { storeWorlds } from '../reference/test-world.query.ts';
import { world } from '../reference/test-world.ts';
import { answerTrends } from './trends.service.ts';
import type { TrendsQuery, TrendsSeries } from './trends.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

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
  await askedOf(
    stores.clickhouse,
    storeWorlds,
    world,
    question,
    async (one, inquiry, [days, query]) => {
      const { results } = await answerTrends(query, inquiry, undefined);
      const expected = query.series
        .flatMap((asked) => referenceLines(one, query, asked, days))
        .map(({ label, data }) => ({ label, data: rounded(data) }));
      const actual = results.map((result) => ({
        label: String(result.breakdown_value ?? ''),
        data: rounded(query.trendsFilter ? [result.aggregated_value ?? null] : result.data),
      }));
      expect(sorted(actual), inWords(one, query)).toEqual(sorted(expected));
    },
  );
});

const sorted = <T>(lines: readonly T[]): string[] =>
  lines.map((line) => JSON.stringify(line)).toSorted();
