// Cohorts by events on chDB and by plain loops.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BehaviouralCondition, TimeUnit } from '#cohorts/behaviour';
import type { CohortGroup, CohortNode } from '#cohorts/cohort';
import { type TestStores, startTestStores } from '#platform/test-stores';
import { ago, referenceCohort } from '../reference/test-behaviour-reference.ts';
import {
  type TestCohort,
  cohortsOf,
  dynamicCohort,
  staticCohort,
} from '../reference/test-cohorts.ts';
import { askedOf, inWords } from '../reference/test-questions.ts';
import { storeWorlds } from '../reference/test-world.query.ts';
import { type World, crowdedWorld, world } from '../reference/test-world.ts';
import { SqlParams } from '../sql/sql.ts';
import { cohortPeopleSql } from './calculation-sql.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const SPANS: readonly (readonly [number, TimeUnit])[] = [
  [1, 'hour'],
  [30, 'hour'],
  [1, 'day'],
  [3, 'day'],
  [9, 'day'],
  [10, 'day'],
  [2, 'week'],
];

/** Every third event is moved to where a window begins, or a millisecond beside it. */
function atEdges(one: World): World {
  const edges = SPANS.map(([count, unit]) => ago(one, count, unit));
  const move = <Event extends { readonly atMs: number }>(event: Event, i: number): Event => {
    if (i % 3 !== 0) return event;
    const edge = edges[Math.floor(i / 3) % edges.length] ?? one.nowMs;
    return { ...event, atMs: edge + ((i / 3) % 3) - 1 };
  };
  return { ...one, seen: one.seen.map(move), rows: one.rows.map(move) };
}

/** Where a date was left out, what its noon is, is for the tests of ranges. */
const usual = world.filter(({ zone }) => zone !== 'Pacific/Apia');
const worlds = fc.oneof(
  { weight: 2, arbitrary: usual },
  { weight: 2, arbitrary: usual.map(atEdges) },
  { weight: 1, arbitrary: crowdedWorld.filter(({ zone }) => zone !== 'Pacific/Apia') },
);

const span = fc.constantFrom(...SPANS);
const key = fc.constantFrom('a', 'b', 'c');
const often = fc.record({
  operator: fc.constantFrom(
    'gte' as const,
    'lte' as const,
    'gt' as const,
    'lt' as const,
    'exact' as const,
  ),
  operator_value: fc.constantFrom(1, 2, 3),
});
const window = span.map(([time_value, time_interval]) => ({ time_value, time_interval }));
const ever = fc.constant({ explicit_datetime: 'all' });
const since = fc.oneof({ weight: 3, arbitrary: window }, { weight: 1, arbitrary: ever });
const followed = span.map(([seq_time_value, seq_time_interval]) => ({
  seq_time_value,
  seq_time_interval,
}));
const hours = ([count, unit]: readonly [number, TimeUnit]) =>
  count * { minute: 0, hour: 1, day: 24, week: 168, month: 720, year: 8760 }[unit];
/** The recent time within the whole. */
const split = fc
  .tuple(span, span)
  .map((two) => two.toSorted((x, y) => hours(x) - hours(y)))
  .map(([recent, whole]) => ({
    time_value: whole?.[0],
    time_interval: whole?.[1],
    seq_time_value: recent?.[0],
    seq_time_interval: recent?.[1],
  }));

const ofKind = (value: BehaviouralCondition['value'], ...parts: fc.Arbitrary<object>[]) =>
  fc
    .tuple(key, fc.boolean(), fc.constantFrom(0, 0, 1, 2), ...parts)
    .map(([name, negation, filter, ...rest]) => {
      const filters = [
        undefined,
        [{ type: 'event', key: 'plan', operator: 'exact', value: ['pro', '5'] }],
        [{ type: 'event', key: 'n', operator: 'gt', value: 1 }],
      ][filter];
      return {
        type: 'behavioral',
        value,
        key: name,
        event_type: 'events',
        ...(negation ? { negation } : {}),
        ...(filters ? { event_filters: filters } : {}),
        ...Object.assign({}, ...rest),
      } as unknown as BehaviouralCondition;
    });

const behaviour: fc.Arbitrary<CohortNode> = fc.oneof(
  ofKind('performed_event', since),
  ofKind('performed_event_multiple', since, often),
  ofKind('performed_event_first_time', since),
  ofKind(
    'performed_event_regularly',
    fc.constantFrom([1, 'day'], [2, 'day'], [7, 'hour']).map(([time_value, time_interval]) => ({
      time_value,
      time_interval,
    })),
    often,
    fc.constantFrom([1, 1], [1, 4], [2, 4], [3, 5]).map(([min_periods, total_periods]) => ({
      min_periods,
      total_periods,
    })),
  ),
  ofKind(
    'performed_event_sequence',
    since,
    followed,
    key.map((seq_event) => ({ seq_event, seq_event_type: 'events' })),
  ),
  ofKind('stopped_performing_event', split),
  ofKind('restarted_performing_event', split),
);
const property: fc.Arbitrary<CohortNode> = fc
  .tuple(
    fc.constantFrom(
      { key: 'plan', operator: 'exact' as const, value: 'pro' },
      { key: 'plan', operator: 'is_not' as const, value: ['free', '5'] },
      { key: 'n', operator: 'is_set' as const },
      { key: 'n', operator: 'gt' as const, value: 1 },
    ),
    fc.boolean(),
  )
  .map(([one, negation]) => ({ type: 'person' as const, ...one, negation }));
const member: fc.Arbitrary<CohortNode> = fc.record({
  type: fc.constant('cohort' as const),
  key: fc.constant('id' as const),
  operator: fc.constant('in' as const),
  // By events, listed, by properties, and one that is gone.
  value: fc.constantFrom(2, 3, 4, 9),
  negation: fc.boolean(),
});
const node = fc.oneof(
  { weight: 4, arbitrary: behaviour },
  { weight: 1, arbitrary: property },
  { weight: 1, arbitrary: member },
);
const groupOf = (values: fc.Arbitrary<CohortNode[]>): fc.Arbitrary<CohortGroup> =>
  fc.record({ type: fc.constantFrom('AND' as const, 'OR' as const), values });
const inner = groupOf(fc.array(node, { minLength: 1, maxLength: 2 }));
/** Mostly one or two conditions: of many together hardly anybody is left. */
const asked = fc
  .tuple(
    behaviour,
    groupOf(
      fc.array(fc.oneof({ weight: 3, arbitrary: node }, { weight: 1, arbitrary: inner }), {
        maxLength: 2,
      }),
    ),
    behaviour,
    fc.subarray(['id-0', 'id-1', 'id-5']),
  )
  .map(([first, { type, values }, other, listed]): readonly TestCohort[] => [
    dynamicCohort(1, type, [first, ...values]),
    dynamicCohort(2, 'AND', [other]),
    staticCohort(3, listed),
    dynamicCohort(4, 'AND', [{ type: 'person', key: 'plan', operator: 'is_set' }]),
  ]);

test('who is in a cohort by events, and nobody else', async () => {
  await askedOf(stores.clickhouse, storeWorlds, worlds, asked, async (one, inquiry, cohorts) => {
    const scope = { ...inquiry.scope, cohorts: cohortsOf(one, cohorts) };
    const [cohort] = cohorts;
    if (!cohort) throw new Error('there is one');
    const params = new SqlParams();
    const statement = params.statement(cohortPeopleSql(cohort, scope, params));
    const rows = await inquiry.ask<[string, string]>(statement);
    const words = `${inWords(one, cohorts)}`;
    expect(rows.map(([id]) => id).toSorted(), words).toEqual(
      [...referenceCohort(one, 1, cohorts)].toSorted(),
    );
    // The id leads to the person.
    for (const [personId, distinctId] of rows) {
      if (distinctId === '') continue;
      const owners = one.seen.filter((event) => event.distinctId === distinctId);
      expect(owners.some((event) => event.personId === personId)).toBe(true);
    }
  });
});
