// What tests of insights ask: filters and breakdowns that worlds have something for, and how cases are run, many
// worlds to one insert.
import type { ClickHouseClient } from '@clickhouse/client';
import fc from 'fast-check';
import type { PropertyFilter } from '../question.ts';
import type { Inquiry } from '../scope.ts';
import type { World } from './test-world.ts';

const filter: fc.Arbitrary<PropertyFilter> = fc.constantFrom<PropertyFilter>(
  { key: 'plan', value: ['pro', '5'], type: 'event' },
  { key: 'plan', operator: 'is_not', value: 'free', type: 'person' },
  { key: 'plan', operator: 'is_set', type: 'person' },
  { key: 'n', operator: 'gt', value: 1, type: 'event' },
  { key: 'plan', operator: 'exact', value: 'pro', type: 'group', group_type_index: 0 },
  { key: '$feature/beta', operator: 'is_not', value: 'test', type: 'feature' },
  { key: 'id', value: 1, type: 'cohort', operator: 'in' },
  { key: 'id', value: 2, type: 'cohort', operator: 'not_in' },
);
/** Mostly none: what is filtered by much is soon empty. */
export const filters = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.array(filter, { maxLength: 2 }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constantFrom('AND' as const, 'OR' as const),
      values: fc.array(filter, { maxLength: 3 }),
    }),
  },
);

export const breakdownFilter = fc.option(
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

const [WORLDS, QUESTIONS, ROUNDS] = [12, 2, 1];

/** Asks several questions about each of many worlds. */
export async function askedOf<Question>(
  clickhouse: ClickHouseClient,
  store: (clickhouse: ClickHouseClient, worlds: readonly World[]) => Promise<Inquiry[]>,
  worlds: fc.Arbitrary<World>,
  question: fc.Arbitrary<Question>,
  check: (world: World, inquiry: Inquiry, question: Question) => Promise<void>,
): Promise<void> {
  const questions = fc.array(question, { minLength: QUESTIONS, maxLength: QUESTIONS });
  const cases = fc.array(fc.tuple(worlds, questions), { minLength: WORLDS, maxLength: WORLDS });
  await fc.assert(
    fc.asyncProperty(cases, async (asked) => {
      const inquiries = await store(
        clickhouse,
        asked.map(([one]) => one),
      );
      for (const [i, [one, ofOne]] of asked.entries()) {
        const inquiry = inquiries[i];
        if (!inquiry) throw new Error('every world is stored');
        for (const each of ofOne) await check(one, inquiry, each);
      }
    }),
    { numRuns: ROUNDS, endOnFailure: true },
  );
}

/** What was asked of which events, for whoever sees it fail. */
export function inWords(world: World, query: object): string {
  const { zone, nowMs, firstWeekday, seen, persons, groups } = world;
  const events = seen.map(({ atMs, ...event }) => JSON.stringify({ at: new Date(atMs), ...event }));
  const facts = { zone, now: new Date(nowMs), firstWeekday, persons, groups: [...groups] };
  return [JSON.stringify(query), JSON.stringify(facts), ...events].join('\n');
}

/** Sums of floating numbers depend on their order. */
export const rounded = (data: readonly (number | null)[]) =>
  data.map((value) => value && Number(value.toPrecision(9)));
