// Funnels on chDB and by plain loops, over small worlds: ties, repeats, merges, windows that just end.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestStores, startTestStores } from '#platform/test-stores';
import type { FunnelStep, FunnelTrend, TimeToConvert } from './funnels-answer.ts';
import { answerFunnel } from './funnels.service.ts';
import { ATTRIBUTIONS, type FunnelsFilter, type FunnelsQuery } from './funnels.ts';
import {
  referenceEntries,
  referenceWays,
  type ReferenceWay,
} from '../reference/test-funnels-reference.ts';
import { OTHER_LABEL, localDate } from '../reference/test-reference.ts';
import {
  askedOf,
  breakdownFilter,
  filters,
  inWords,
  rounded,
} from '../reference/test-questions.ts';
import { storeWorlds } from '../reference/test-world.query.ts';
import { type World, crowdedWorld, world } from '../reference/test-world.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await startTestStores();
});
afterAll(() => stores.close());

const step = fc.record({ event: fc.constantFrom('a', 'b', 'c', null), properties: filters });
const window = fc.constantFrom<FunnelsFilter>(
  { funnelWindowInterval: 1, funnelWindowIntervalUnit: 'second' },
  { funnelWindowInterval: 1, funnelWindowIntervalUnit: 'hour' },
  { funnelWindowInterval: 1, funnelWindowIntervalUnit: 'day' },
  { funnelWindowInterval: 3, funnelWindowIntervalUnit: 'day' },
  {},
);
const funnel = fc
  .record({
    series: fc.array(step, { minLength: 2, maxLength: 4 }),
    days: fc.constantFrom(1, 5, 12, 33),
    order: fc.constantFrom(
      'ordered' as const,
      'ordered' as const,
      'strict' as const,
      'unordered' as const,
    ),
    window,
    attribution: fc.constantFrom(...ATTRIBUTIONS),
    attributedStep: fc.nat({ max: 1 }),
    exclusion: fc.constantFrom(undefined, [0, 1] as const, [1, 2] as const, [0, 2] as const),
    breakdownFilter,
    properties: filters,
    actor: fc.constantFrom('person', 'person', 'group', 'session'),
  })
  .map(({ series, days, order, actor, exclusion, ...rest }): [number, FunnelsQuery] => {
    const isByStep = rest.attribution === 'step' && order !== 'unordered';
    const [funnelFromStep, funnelToStep] = exclusion ?? [0, 9];
    const hasExclusion = order === 'ordered' && funnelToStep < series.length;
    return [
      days,
      {
        kind: 'FunnelsQuery',
        series,
        dateRange: { date_from: `-${days}d` },
        breakdownFilter: rest.breakdownFilter,
        properties: rest.properties,
        ...(actor === 'group' ? { aggregation_group_type_index: 0 } : {}),
        funnelsFilter: {
          ...rest.window,
          funnelOrderType: order,
          breakdownAttributionType:
            rest.attribution === 'step' && !isByStep ? 'first_touch' : rest.attribution,
          breakdownAttributionValue: rest.attributedStep,
          ...(actor === 'session'
            ? { funnelAggregateByHogQL: 'properties.$session_id' as const }
            : {}),
          ...(hasExclusion ? { exclusions: [{ event: 'c', funnelFromStep, funnelToStep }] } : {}),
        },
      },
    ];
  });

const worlds = fc.oneof({ weight: 1, arbitrary: world }, { weight: 2, arbitrary: crowdedWorld });

test('who reaches which step, when, and under which value', async () => {
  await askedOf(
    stores.clickhouse,
    storeWorlds,
    worlds,
    funnel,
    async (one, inquiry, [days, query]) => {
      const { results } = await answerFunnel(query, inquiry, undefined);
      const ways = referenceWays(one, query, days);
      const lists = query.breakdownFilter ? (results as FunnelStep[][]) : [results as FunnelStep[]];
      const actual = lists.map((steps) => ({
        label: steps[0]?.breakdown_value?.[0] ?? '',
        counts: steps.map(({ count }) => count),
        average: rounded(steps.map((shown) => shown.average_conversion_time)),
        median: rounded(steps.map((shown) => shown.median_conversion_time)),
      }));
      expect(actual, inWords(one, query)).toEqual(expectedSteps(query, ways));
    },
  );
});

function expectedSteps(query: FunnelsQuery, ways: readonly ReferenceWay[]) {
  return inLabels(query, ways).map(([label, own]) => ({
    label,
    counts: query.series.map((_, i) => own.filter(({ level }) => level > i).length),
    average: rounded(query.series.map((_, i) => (i === 0 ? null : mean(secondsTo(own, i))))),
    median: rounded(query.series.map((_, i) => (i === 0 ? null : median(secondsTo(own, i))))),
  }));
}

/** By label, most people first; the rest together. */
function inLabels(query: FunnelsQuery, ways: readonly ReferenceWay[]) {
  if (!query.breakdownFilter) return [['', ways]] as const;
  const bytes = (text: string) => Buffer.from(text).toString('latin1');
  const ranked = [...Map.groupBy(ways, ({ label }) => label)].toSorted(
    ([a, ofA], [b, ofB]) => ofB.length - ofA.length || (bytes(a) < bytes(b) ? -1 : 1),
  );
  const limit = query.breakdownFilter.breakdown_limit ?? 25;
  const rest = ranked.slice(limit).flatMap(([, own]) => own);
  return [...ranked.slice(0, limit), ...(rest.length > 0 ? [[OTHER_LABEL, rest] as const] : [])];
}

const secondsTo = (ways: readonly ReferenceWay[], i: number) =>
  ways
    .filter(({ level }) => level > i)
    .map(({ timesMs }) => ((timesMs[i] ?? 0) - (timesMs[i - 1] ?? 0)) / 1000);

const mean = (numbers: readonly number[]) =>
  numbers.length === 0 ? null : numbers.reduce((a, b) => a + b, 0) / numbers.length;

function median(numbers: readonly number[]): number | null {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return mean(
    [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]].filter((n) => n !== undefined),
  );
}

test('how long it takes, and how that changes over time', async () => {
  await askedOf(
    stores.clickhouse,
    storeWorlds,
    worlds,
    funnel,
    async (one, inquiry, [days, asked]) => {
      const filter = { ...asked.funnelsFilter, breakdownAttributionType: 'first_touch' as const };
      const time: FunnelsQuery = {
        ...asked,
        breakdownFilter: undefined,
        funnelsFilter: { ...filter, funnelVizType: 'time_to_convert' },
      };
      const { results } = await answerFunnel(time, inquiry, undefined);
      expect(results, inWords(one, time)).toEqual(
        expectedTime(time, referenceWays(one, time, days)),
      );

      const trend: FunnelsQuery = {
        ...asked,
        breakdownFilter: asked.breakdownFilter && { ...asked.breakdownFilter, breakdown_limit: 25 },
        funnelsFilter: { ...filter, funnelVizType: 'trends', funnelToStep: 1 },
      };
      const shown = (await answerFunnel(trend, inquiry, undefined)).results as FunnelTrend[];
      const actual = shown.flatMap((line) =>
        line.days.flatMap((day, i) => {
          const entered = line.reached_from_step_counts[i] ?? 0;
          const label = line.breakdown_value?.[0] ?? '';
          return entered === 0
            ? []
            : [{ day, label, entered, converted: line.reached_to_step_counts[i] }];
        }),
      );
      const sort = <T extends { day: string; label: string }>(cells: readonly T[]) =>
        cells.toSorted((a, b) => (a.day + a.label < b.day + b.label ? -1 : 1));
      expect(sort(actual), inWords(one, trend)).toEqual(sort(expectedTrend(one, trend, days)));
    },
  );
});

function expectedTime(query: FunnelsQuery, ways: readonly ReferenceWay[]): TimeToConvert {
  const last = query.series.length - 1;
  const seconds = ways
    .filter(({ level }) => level > last)
    .map(({ timesMs }) => ((timesMs[last] ?? 0) - (timesMs[0] ?? 0)) / 1000);
  if (seconds.length === 0) return { bins: [], average_conversion_time: null };
  const count = Math.min(60, Math.max(1, Math.ceil(Math.cbrt(seconds.length))));
  const first = Math.floor(Math.min(...seconds));
  const length = Math.max(1, Math.ceil((Math.ceil(Math.max(...seconds)) - first) / count));
  const bins = Array.from({ length: count }, (_, i): [number, number] => [first + i * length, 0]);
  for (const second of seconds) {
    const bin = bins[Math.min(Math.floor((second - first) / length), count - 1)];
    if (bin) bin[1] += 1;
  }
  return { bins, average_conversion_time: expect.closeTo(mean(seconds) ?? 0, 6) as number };
}

function expectedTrend(one: World, query: FunnelsQuery, days: number) {
  const entries = referenceEntries(one, query, days);
  const cells = Map.groupBy(entries, ({ enteredMs, label }) =>
    JSON.stringify([localDate(one, enteredMs), label]),
  );
  return [...cells].flatMap(([key, ofCell]) => {
    const [day = '', label = ''] = JSON.parse(key) as string[];
    const best = [...Map.groupBy(ofCell, ({ actor }) => actor).values()].map((own) =>
      Math.max(...own.map(({ level }) => level)),
    );
    const entered = best.filter((level) => level >= 1).length;
    const converted = best.filter((level) => level >= 2).length;
    return entered === 0 ? [] : [{ day, label, entered, converted }];
  });
}
