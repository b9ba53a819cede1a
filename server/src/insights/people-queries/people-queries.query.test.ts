// Retention, stickiness and lifecycle on chDB and by plain loops.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestStores, startTestStores } from '#platform/test-stores';
import type { LifecycleQuery, LifecycleResult } from './lifecycle.ts';
import { answerLifecycle, answerStickiness } from './people-queries.service.ts';
import type { RetentionResult } from '../retention/retention-answer.ts';
import { answerRetention } from '../retention/retention.service.ts';
import { PERIODS, RETENTION_TYPES, type RetentionQuery } from '../retention/retention.ts';
import type { StickinessQuery, StickinessResult } from './stickiness.ts';
import {
  referenceLifecycle,
  referenceRetention,
  referenceStickiness,
} from '../reference/test-people-reference.ts';
import { askedOf, breakdownFilter, filters, inWords } from '../reference/test-questions.ts';
import { storeWorlds } from '../reference/test-world.query.ts';
import { crowdedWorld, world } from '../reference/test-world.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const worlds = fc.oneof({ weight: 3, arbitrary: world }, { weight: 1, arbitrary: crowdedWorld });
const event = fc.constantFrom('a', 'b', null);
const entity = fc.record({ id: event, properties: filters });
const interval = fc.constantFrom('day' as const, 'day' as const, 'week' as const, 'month' as const);

const retention = fc
  .record({
    targetEntity: entity,
    returningEntity: entity,
    retentionType: fc.constantFrom(...RETENTION_TYPES),
    period: fc.constantFrom(...PERIODS),
    totalIntervals: fc.constantFrom(1, 3, 8, 11),
    minimumOccurrences: fc.constantFrom(1, 1, 2),
    cumulative: fc.boolean(),
    timeWindowMode: fc.constantFrom('strict_calendar_dates' as const, '24_hour_windows' as const),
  })
  .chain((retentionFilter) =>
    fc.record({
      kind: fc.constant('RetentionQuery' as const),
      retentionFilter: fc.constant(retentionFilter),
      properties: filters,
      breakdownFilter,
      aggregation_group_type_index: fc.constantFrom(undefined, undefined, 0),
    }),
  );

test('retention: who belongs to an interval, and who is back later', async () => {
  await askedOf(
    stores.clickhouse,
    storeWorlds,
    worlds,
    retention,
    async (one, inquiry, query: RetentionQuery) => {
      const { results } = await answerRetention(query, inquiry, undefined);
      const actual = new Map<string, number>();
      for (const row of results as RetentionResult[]) {
        const c = row.label.split(' ')[1];
        const label = String(row.breakdown_value ?? '');
        if (row.returned_at_once > 0) actual.set(`${label} ${c} -1`, row.returned_at_once);
        for (const [k, { count }] of row.values.entries()) {
          if (count !== null && count > 0) actual.set(`${label} ${c} ${k}`, count);
        }
      }
      const sort = (cells: Map<string, number>) => [...cells].map(String).toSorted();
      expect(sort(actual), inWords(one, query)).toEqual(sort(referenceRetention(one, query)));
    },
  );
});

const stickiness = fc
  .record({
    event,
    properties: filters,
    math: fc.constantFrom(undefined, 'dau' as const, 'unique_group' as const),
    interval,
    days: fc.constantFrom(3, 12, 33, 70),
    criteria: fc.constantFrom(
      undefined,
      { operator: 'gte' as const, value: 2 },
      { operator: 'lte' as const, value: 1 },
      { operator: 'exact' as const, value: 2 },
    ),
    computedAs: fc.constantFrom('cumulative' as const, 'non_cumulative' as const),
  })
  .map(({ days, criteria, computedAs, ...rest }): [number, StickinessQuery] => [
    days,
    {
      kind: 'StickinessQuery',
      series: [{ event: rest.event, properties: rest.properties, math: rest.math }],
      interval: rest.interval,
      dateRange: { date_from: `-${days}d` },
      stickinessFilter: { stickinessCriteria: criteria, computedAs },
    },
  ]);

test('stickiness: in how many intervals people do it', async () => {
  await askedOf(
    stores.clickhouse,
    storeWorlds,
    worlds,
    stickiness,
    async (one, inquiry, [days, query]) => {
      const { results } = await answerStickiness(query, inquiry, undefined);
      const [result] = results as StickinessResult[];
      expect(result?.data, inWords(one, query)).toEqual(referenceStickiness(one, query, days));
    },
  );
});

const lifecycle = fc
  .record({ event, properties: filters, interval, days: fc.constantFrom(3, 12, 33) })
  .map(({ days, ...rest }): [number, LifecycleQuery] => [
    days,
    {
      kind: 'LifecycleQuery',
      series: [{ event: rest.event, properties: rest.properties }],
      interval: rest.interval,
      dateRange: { date_from: `-${days}d` },
    },
  ]);

test('lifecycle: new, returning, resurrecting, dormant', async () => {
  await askedOf(
    stores.clickhouse,
    storeWorlds,
    worlds,
    lifecycle,
    async (one, inquiry, [days, query]) => {
      const { results } = await answerLifecycle(query, inquiry, undefined);
      const actual = (results as LifecycleResult[]).flatMap(({ status, days: names, data }) =>
        data.flatMap((n, i) => (n === 0 ? [] : [`${status} ${names[i]},${Math.abs(n)}`])),
      );
      const expected = [...referenceLifecycle(one, query, days)].map(String);
      expect(actual.toSorted(), inWords(one, query)).toEqual(expected.toSorted());
    },
  );
});
