// Cohorts in SQL and by the rules that flags go by.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CohortGroup, CohortNode } from '#cohorts/cohort';
import { type TestStores, startTestStores } from '#platform/test-stores';
import {
  type TestCohort,
  cohortsOf,
  dynamicCohort,
  isInCohort,
  staticCohort,
} from '../reference/test-cohorts.ts';
import { askedOf, inWords } from '../reference/test-questions.ts';
import { storeWorlds } from '../reference/test-world.query.ts';
import { world } from '../reference/test-world.ts';
import { answerTrends } from '../trends/trends.service.ts';
import type { TrendsQuery } from '../trends/trends.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const negation = fc.boolean();
const condition: fc.Arbitrary<CohortNode> = fc.oneof(
  fc.record({
    type: fc.constant('person' as const),
    key: fc.constantFrom('plan', 'n', 'distinct_id'),
    operator: fc.constantFrom(
      'exact' as const,
      'is_not' as const,
      'icontains' as const,
      'gt' as const,
      'is_set' as const,
      'is_not_set' as const,
    ),
    value: fc.constantFrom('pro', '5', 2, 'id-1', ['free', 'id-2'], 'x'),
    negation,
  }),
  fc.record({
    type: fc.constant('cohort' as const),
    key: fc.constant('id' as const),
    operator: fc.constant('in' as const),
    // 4 asks for itself, 9 is gone: neither has anybody.
    value: fc.constantFrom(1, 2, 3, 4, 9),
    negation,
  }),
);
const group = (depth: number): fc.Arbitrary<CohortGroup> =>
  fc.record({
    type: fc.constantFrom('AND' as const, 'OR' as const),
    values: fc.array(depth === 0 ? condition : fc.oneof(condition, group(depth - 1)), {
      maxLength: 3,
    }),
  }) as fc.Arbitrary<CohortGroup>;

const cohorts: fc.Arbitrary<readonly TestCohort[]> = fc
  .tuple(group(2), group(1), fc.subarray(['id-0', 'id-1', 'id-5', 'id-9']))
  .map(([first, second, listed]) => [
    dynamicCohort(1, first.type, first.values),
    dynamicCohort(2, second.type, second.values),
    staticCohort(3, listed),
    dynamicCohort(4, 'OR', [{ type: 'cohort', key: 'id', operator: 'in', value: 4 }]),
  ]);

test('who is in a cohort, and who is not', async () => {
  const asked = fc.record({ all: cohorts, id: fc.constantFrom(1, 2, 3, 4), isIn: fc.boolean() });
  await askedOf(
    stores.clickhouse,
    storeWorlds,
    world,
    asked,
    async (one, inquiry, { all, id, isIn }) => {
      const scope = { ...inquiry.scope, cohorts: cohortsOf(one, all) };
      const query: TrendsQuery = {
        kind: 'TrendsQuery',
        series: [{ event: null }],
        dateRange: { date_from: '-60d' },
        trendsFilter: { display: 'BoldNumber' },
        properties: [{ type: 'cohort', key: 'id', value: id, operator: isIn ? 'in' : 'not_in' }],
      };
      const { results } = await answerTrends(query, { ...inquiry, scope }, undefined);
      const happened = one.seen.filter(({ atMs }) => atMs < one.nowMs);
      const expected = happened.filter((event) => isInCohort(one, event, id, all) === isIn).length;
      expect(results[0]?.aggregated_value, `${inWords(one, query)} ${JSON.stringify(all)}`).toBe(
        expected,
      );
    },
  );
});
