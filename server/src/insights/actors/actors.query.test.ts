// The people behind every point of a trend of different people are as many as it says, over small worlds.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestStores, startTestStores } from '#platform/test-stores';
import { answerActors } from './actors.service.ts';
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
    at: fc.nat({ max: 20 }),
  })
  .map(({ event, math, properties, at, ...rest }): [number, TrendsQuery] => [
    at,
    {
      kind: 'TrendsQuery',
      ...rest,
      series: [{ event, math, properties, math_group_type_index: 0 }],
      dateRange: { date_from: '-16d' },
    },
  ]);

test('a point has as many people behind it as it says', async () => {
  await askedOf(
    stores.clickhouse,
    storeWorlds,
    world,
    question,
    async (one, inquiry, [at, query]) => {
      const { results } = await answerTrends(query, inquiry, undefined);
      for (const { data, days, breakdown_value: breakdown } of results.slice(0, 2)) {
        const i = at % days.length;
        const source = {
          kind: 'InsightActorsQuery' as const,
          source: query,
          day: days[i],
          breakdown,
        };
        const behind = await answerActors(
          { kind: 'ActorsQuery', source },
          inquiry,
          undefined,
          stores.db,
        );
        expect(behind.count, inWords(one, query)).toBe(data[i]);
      }
    },
  );
});
